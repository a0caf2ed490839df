// Undo and redo for a mask: each step keeps the tiles that it changed, as they were, and the feather.
// A tile of one value (most of them) costs nothing, so a step is as large as what was really painted.

import { union } from "./painter-mask.js";

const TILE = 256;
const LIMIT_BYTES = 64 * 1024 * 1024;

const sizeOf = (pixels) => (typeof pixels === "number" ? 8 : pixels.length);

const isSame = (a, b) => {
  if (typeof a === "number" || typeof b === "number") return a === b;
  for (let i = 0; i < a.length; i += 1) if (a[i] !== b[i]) return false;
  return true;
};

const isEven = (pixels) => {
  for (let i = 1; i < pixels.length; i += 1) if (pixels[i] !== pixels[0]) return false;
  return true;
};

export class History {
  /** `limit` in bytes, over undo and redo together; the newest step is kept in any case. */
  constructor(mask, limit = LIMIT_BYTES) {
    this.mask = mask;
    this.limit = limit;
    this.done = [];
    this.undone = [];
    this.open = null;
  }

  get canUndo() {
    return this.done.length > 0;
  }

  get canRedo() {
    return this.undone.length > 0;
  }

  get bytes() {
    return [...this.done, ...this.undone].reduce((sum, step) => sum + step.bytes, 0);
  }

  begin() {
    this.open = new Map();
    this.feather = this.mask.feather;
  }

  /** Call before pixels of `rect` are changed. */
  touch(rect) {
    const across = Math.ceil(this.mask.width / TILE);
    for (let row = Math.floor(rect.top / TILE); row * TILE < rect.bottom; row += 1) {
      for (let column = Math.floor(rect.left / TILE); column * TILE < rect.right; column += 1) {
        const index = row * across + column;
        if (!this.open.has(index)) this.open.set(index, this.read(index));
      }
    }
  }

  /** Ends the step; one that changed nothing is dropped. Answers whether anything changed. */
  commit() {
    const tiles = new Map([...this.open].filter(([index, before]) => !isSame(before, this.read(index))));
    this.open = null;
    if (!tiles.size && this.feather === this.mask.feather) return false;
    this.done.push(this.stepOf(tiles, this.feather));
    this.undone = [];
    this.shrink();
    return true;
  }

  /** Forgets the step under way: all is as it was at its beginning. Answers what changed, or null. */
  cancel() {
    let changed = null;
    for (const [index, pixels] of this.open) {
      this.write(index, pixels);
      changed = union(changed, this.rectOf(index));
    }
    this.open = null;
    return changed;
  }

  /** Both answer the rectangle that changed, or null where there is nothing. */
  undo() {
    return this.swap(this.done, this.undone);
  }

  redo() {
    return this.swap(this.undone, this.done);
  }

  swap(from, to) {
    const step = from.pop();
    if (!step) return null;
    const { feather } = this.mask;
    this.mask.feather = step.feather;
    let changed = feather === step.feather ? null : this.mask.whole;
    const tiles = new Map();
    for (const [index, pixels] of step.tiles) {
      tiles.set(index, this.read(index));
      this.write(index, pixels);
      changed = union(changed, this.rectOf(index));
    }
    to.push(this.stepOf(tiles, feather));
    this.shrink();
    return changed;
  }

  shrink() {
    let left = this.bytes;
    while (left > this.limit && this.done.length > 1) left -= this.done.shift().bytes;
    while (left > this.limit && this.undone.length > 1) left -= this.undone.shift().bytes;
  }

  stepOf(tiles, feather) {
    return { tiles, feather, bytes: [...tiles.values()].reduce((sum, pixels) => sum + sizeOf(pixels), 0) };
  }

  rectOf(index) {
    const across = Math.ceil(this.mask.width / TILE);
    const left = (index % across) * TILE;
    const top = Math.floor(index / across) * TILE;
    return {
      left,
      top,
      right: Math.min(left + TILE, this.mask.width),
      bottom: Math.min(top + TILE, this.mask.height),
    };
  }

  /** A tile's pixels, or their one value as a number. */
  read(index) {
    const { left, top, right, bottom } = this.rectOf(index);
    const { data, width } = this.mask;
    const across = right - left;
    const pixels = new Uint8Array(across * (bottom - top));
    for (let y = top; y < bottom; y += 1) {
      pixels.set(data.subarray(y * width + left, y * width + right), (y - top) * across);
    }
    return isEven(pixels) ? pixels[0] : pixels;
  }

  write(index, pixels) {
    const { left, top, right, bottom } = this.rectOf(index);
    const { data, width } = this.mask;
    const across = right - left;
    for (let y = top; y < bottom; y += 1) {
      const start = y * width + left;
      if (typeof pixels === "number") data.fill(pixels, start, start + across);
      else data.set(pixels.subarray((y - top) * across, (y - top + 1) * across), start);
    }
  }
}
