// The mask as it is seen: a canvas at the screen's resolution over the picture, the painted part
// tinted with the accent, its edge a dark and a light line so that it shows on any picture.

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

/** Which source columns (or rows) each pixel of the canvas looks at, `per` of them. */
function samples(shown, source, per) {
  const scale = source / shown;
  const positions = new Int32Array(shown * per);
  for (let i = 0; i < shown; i += 1) {
    for (let k = 0; k < per; k += 1) {
      const offset = per === 1 ? 0 : (k / (per - 1) - 0.5) * 2 * SPREAD;
      const at = Math.floor((i + 0.5 + offset) * scale);
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
    this.observer = new ResizeObserver(() => this.fit());
    this.observer.observe(canvas);
    // light and dark are a class of the body
    this.theme = new MutationObserver(() => this.invalidate());
    this.theme.observe(document.body, { attributes: true, attributeFilter: ["class"] });
  }

  show(mask) {
    this.mask = mask;
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
    if (!this.mask) return;
    const box = this.canvas.getBoundingClientRect();
    if (!box.width || !box.height) return;
    const ratio = Math.min(window.devicePixelRatio || 1, MAX_SIDE / Math.max(box.width, box.height));
    const width = Math.max(1, Math.round(box.width * ratio));
    const height = Math.max(1, Math.round(box.height * ratio));
    const { mask } = this;
    if (this.columns && this.canvas.width === width && this.canvas.height === height && this.fitted === mask) return;
    this.canvas.width = width;
    this.canvas.height = height;
    this.fitted = mask;
    this.per = Math.min(4, Math.max(2, Math.ceil(mask.width / width)));
    this.columns = samples(width, mask.width, this.per);
    this.rows = samples(height, mask.height, this.per);
    this.invalidate();
  }

  draw() {
    this.frame = 0;
    const { dirty } = this;
    this.dirty = null;
    if (!dirty || !this.mask || !this.columns || this.fitted !== this.mask) return;
    const box = this.shownBox(dirty);
    if (box.width <= 0 || box.height <= 0) return;
    const image = this.context.createImageData(box.width, box.height);
    this.tint(new Uint32Array(image.data.buffer), box);
    this.context.putImageData(image, box.left, box.top);
  }

  /** The canvas's pixels that look at `rect`. */
  shownBox(rect) {
    const { width, height } = this.canvas;
    const across = width / this.mask.width;
    const down = height / this.mask.height;
    const left = Math.max(0, Math.floor(rect.left * across) - 2);
    const top = Math.max(0, Math.floor(rect.top * down) - 2);
    return {
      left,
      top,
      width: Math.min(width, Math.ceil(rect.right * across) + 2) - left,
      height: Math.min(height, Math.ceil(rect.bottom * down) + 2) - top,
    };
  }

  tint(words, box) {
    const { per, columns, rows, mask } = this;
    const accent = this.colour("--accent");
    const inside = packed(accent, TINT_ALPHA);
    const edge = packed(accent, EDGE_ALPHA);
    const rim = packed(this.colour("--on-accent"), RIM_ALPHA);
    const full = per * per;
    for (let y = 0, at = 0; y < box.height; y += 1) {
      for (let x = 0; x < box.width; x += 1, at += 1) {
        let painted = 0;
        for (let j = 0; j < per; j += 1) {
          const row = rows[(box.top + y) * per + j] * mask.width;
          for (let i = 0; i < per; i += 1) painted += mask.data[row + columns[(box.left + x) * per + i]] & 1;
        }
        if (painted === full) words[at] = inside;
        else if (painted) words[at] = 2 * painted > full ? edge : rim;
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
    this.observer.disconnect();
    this.theme.disconnect();
  }
}
