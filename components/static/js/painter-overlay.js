// The mask as it is seen: a canvas at the screen's resolution over the picture, the painted part
// tinted with the accent, its edge a dark and a light line so that it shows on any picture. It holds
// what is in sight and no more, so its size does not grow with the zoom.

import { featherPreview } from "./painter-feather.js";
import { union } from "./painter-mask.js";

const MAX_SIDE = 2048;
const TINT_ALPHA = 128;
const EDGE_ALPHA = 240;
const RIM_ALPHA = 200;
/** How far the samples of a pixel reach, in pixels of the canvas: each edge line is as wide. */
const SPREAD = 1.1;

const isLittleEndian = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1;

function packed([red, green, blue], alpha) {
  const bytes = isLittleEndian ? [alpha, blue, green, red] : [red, green, blue, alpha];
  return bytes.reduce((word, byte) => ((word << 8) | byte) >>> 0, 0);
}

/** Which source columns (or rows) each of `shown` pixels of the canvas looks at, `per` of them. */
function samples(shown, source, per, from, scale) {
  const positions = new Int32Array(shown * per);
  for (let i = 0; i < shown; i += 1) {
    for (let k = 0; k < per; k += 1) {
      const offset = per === 1 ? 0 : (k / (per - 1) - 0.5) * 2 * SPREAD;
      const at = Math.floor(from + (i + 0.5 + offset) * scale);
      positions[i * per + k] = Math.min(Math.max(at, 0), source - 1);
    }
  }
  return positions;
}

export class Overlay {
  constructor(canvas) {
    this.canvas = canvas;
    this.context = canvas.getContext("2d");
    this.mask = null;
    this.dirty = null;
    this.frame = 0;
    // light and dark are a class of the body
    this.theme = new MutationObserver(() => this.invalidate());
    this.theme.observe(document.body, { attributes: true, attributeFilter: ["class"] });
  }

  meet(mask) {
    this.mask = mask;
    this.fitted = null;
  }

  /** What is in sight now: {left, top, width, height} of the source. */
  look(seen) {
    this.seen = seen;
    this.fit();
    this.invalidate();
  }

  /** Draws `rect` of the mask again with the next frame; all of it without one. */
  invalidate(rect = this.mask?.whole) {
    if (!rect) return;
    this.dirty = union(this.dirty, rect);
    this.frame ||= requestAnimationFrame(() => this.draw());
  }

  /** As many pixels as the screen shows, never more than MAX_SIDE. */
  fit() {
    const { mask, seen } = this;
    const box = this.canvas.getBoundingClientRect();
    if (!mask || !box.width || !box.height) return;
    const ratio = Math.min(window.devicePixelRatio || 1, MAX_SIDE / Math.max(box.width, box.height));
    const width = Math.max(1, Math.round(box.width * ratio));
    const height = Math.max(1, Math.round(box.height * ratio));
    if (this.canvas.width !== width) this.canvas.width = width;
    if (this.canvas.height !== height) this.canvas.height = height;
    this.fitted = mask;
    this.perPixel = seen.width / width;
    this.per = Math.min(4, Math.max(2, Math.ceil(this.perPixel)));
    const across = (per) => samples(width, mask.width, per, seen.left, this.perPixel);
    const down = (per) => samples(height, mask.height, per, seen.top, seen.height / height);
    this.columns = across(this.per);
    this.rows = down(this.per);
    this.middles = { columns: across(1), rows: down(1) };
  }

  draw() {
    this.frame = 0;
    const { dirty } = this;
    this.dirty = null;
    if (!dirty || !this.mask || this.fitted !== this.mask) return;
    const box = this.shownBox(dirty);
    if (box.width <= 0 || box.height <= 0) return;
    const image = this.context.createImageData(box.width, box.height);
    this.tint(new Uint32Array(image.data.buffer), box);
    this.context.putImageData(image, box.left, box.top);
  }

  /** The canvas's pixels that look at `rect`, or at what its soft edge reaches. */
  shownBox(rect) {
    const { width, height } = this.canvas;
    const { seen, mask } = this;
    const across = width / seen.width;
    const down = height / seen.height;
    const reach = mask.feather / 2;
    const left = Math.max(0, Math.floor((rect.left - reach - seen.left) * across) - 2);
    const top = Math.max(0, Math.floor((rect.top - reach - seen.top) * down) - 2);
    return {
      left,
      top,
      width: Math.min(width, Math.ceil((rect.right + reach - seen.left) * across) + 2) - left,
      height: Math.min(height, Math.ceil((rect.bottom + reach - seen.top) * down) + 2) - top,
    };
  }

  /** How white the mask is at pixel (x, y) of `box`: data[rows[y] + columns[x]]. */
  whiteness(box) {
    const { mask, middles } = this;
    const columns = middles.columns.subarray(box.left, box.left + box.width);
    const rows = middles.rows.subarray(box.top, box.top + box.height);
    const rect = {
      left: columns[0],
      top: rows[0],
      right: columns.at(-1) + 1,
      bottom: rows.at(-1) + 1,
    };
    const soft = mask.feather ? featherPreview(mask, rect, this.perPixel) : null;
    if (!soft) return { data: mask.data, columns, rows: rows.map((y) => y * mask.width) };
    const { data, width, left, top, pitch } = soft;
    return {
      data,
      columns: columns.map((x) => Math.floor(x / pitch) - left),
      rows: rows.map((y) => (Math.floor(y / pitch) - top) * width),
    };
  }

  /** How many of the samples of the canvas's pixel (x, y) are painted. */
  painted(x, y) {
    const { per, columns, rows } = this;
    const { data, width } = this.mask;
    let sum = 0;
    for (let j = y * per; j < (y + 1) * per; j += 1) {
      const row = rows[j] * width;
      for (let i = x * per; i < (x + 1) * per; i += 1) sum += data[row + columns[i]] >> 7;
    }
    return sum;
  }

  tint(words, box) {
    const accent = this.colour("--accent");
    const tints = Uint32Array.from({ length: 256 }, (_, white) => packed(accent, Math.round((TINT_ALPHA * white) / 255)));
    const edge = packed(accent, EDGE_ALPHA);
    const rim = packed(this.colour("--on-accent"), RIM_ALPHA);
    const full = this.per * this.per;
    const white = this.whiteness(box);
    for (let y = 0, at = 0; y < box.height; y += 1) {
      const row = white.rows[y];
      for (let x = 0; x < box.width; x += 1, at += 1) {
        const painted = this.painted(box.left + x, box.top + y);
        if (painted && painted < full) words[at] = 2 * painted > full ? edge : rim;
        else words[at] = tints[white.data[row + white.columns[x]]];
      }
    }
  }

  /** An opaque colour of the style sheet as [red, green, blue]; the canvas spells it #rrggbb. */
  colour(property) {
    this.context.fillStyle = "#1f4fd8";
    this.context.fillStyle = getComputedStyle(this.canvas).getPropertyValue(property);
    const hex = String(this.context.fillStyle);
    return [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16) || 0);
  }

  destroy() {
    cancelAnimationFrame(this.frame);
    this.theme.disconnect();
  }
}
