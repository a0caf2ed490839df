// The brush: its size in pixels of the picture, its ring, and the strokes it makes.

import { t } from "./texts.js";

const MIN_SIZE = 2;
const MAX_SIZE = 1024;
const STEP = 1.15;

const clamp = (value, low, high) => Math.min(Math.max(value, low), high);

export class Brush {
  constructor(painter) {
    this.painter = painter;
    this.tool = "brush";
    this.size = 64;
    this.max = MAX_SIZE;
    this.at = null;
    this.isPainting = false;
  }

  /** A new mask: sizes that suit it. */
  meet(mask) {
    this.isPainting = false;
    this.at = null;
    this.ring(null);
    if (!mask) return;
    const side = Math.max(mask.width, mask.height);
    this.max = clamp(Math.round(side / 2), MIN_SIZE + 1, MAX_SIZE);
    this.setSize(Math.round(side / 16));
  }

  // ── size ───────────────────────────────────────────────────────────────────────────────────

  /** In pixels of the source, whatever the zoom. The slider is logarithmic: small brushes need the finer steps. */
  setSize(size) {
    const { slider, number } = this.painter.parts.size;
    this.size = clamp(Math.round(size), MIN_SIZE, this.max);
    slider.value = String(Math.round((100 * Math.log(this.size / MIN_SIZE)) / Math.log(this.max / MIN_SIZE)));
    slider.setAttribute("aria-valuetext", t("paint.pixels", { count: this.size }));
    number.textContent = `${this.size} px`;
    this.refreshRing();
  }

  slide(value) {
    const { left, top, width, height } = this.painter.view.seen;
    this.setSize(MIN_SIZE * (this.max / MIN_SIZE) ** (value / 100));
    this.painter.parts.size.slider.value = String(value);
    this.ring({ x: left + width / 2, y: top + height / 2 });
  }

  resize(direction) {
    const grown = direction > 0 ? this.size * STEP : this.size / STEP;
    const step = Math.max(1, Math.abs(Math.round(grown) - this.size));
    this.setSize(this.size + direction * step);
  }

  // ── strokes ────────────────────────────────────────────────────────────────────────────────

  /** Nothing of a pen's pressure or tilt is read: a line is as wide as the brush. */
  begin(point, erases = false) {
    this.isPainting = true;
    this.value = erases || this.tool === "eraser" ? 0 : 255;
    this.painter.history.begin();
    this.last = point;
    this.lineTo(point);
  }

  lineTo(point) {
    const { mask, history, overlay } = this.painter;
    const radius = this.size / 2;
    const rect = mask.reach(this.last, point, radius);
    if (rect) {
      history.touch(rect);
      mask.stroke(this.last, point, radius, this.value);
      overlay.invalidate(rect);
    }
    this.last = point;
  }

  /** Ends the stroke under way, if any, as one step of undo. */
  finish() {
    if (!this.isPainting) return;
    this.isPainting = false;
    this.painter.finishStep();
  }

  /** Takes the stroke under way back, if any. */
  cancel() {
    if (!this.isPainting) return;
    this.isPainting = false;
    const rect = this.painter.history.cancel();
    if (rect) this.painter.overlay.invalidate(rect);
    this.ring(null);
  }

  /** Forgets the stroke under way: its mask goes. */
  drop() {
    this.finish();
    this.ring(null);
  }

  /** A whole stroke at once, as one step of undo. */
  stroke(from, to) {
    if (this.isPainting) return;
    this.begin(from);
    this.lineTo(to);
    this.finish();
  }

  // ── ring ───────────────────────────────────────────────────────────────────────────────────

  /** Where the ring was last, within what is in sight. */
  get here() {
    const { left, top, width, height } = this.painter.view.seen;
    const { x, y } = this.at ?? { x: left + width / 2, y: top + height / 2 };
    return { x: clamp(x, left, left + width), y: clamp(y, top, top + height) };
  }

  /** Shows where and how large the brush is; null hides it. */
  ring(point) {
    const { ring } = this.painter.parts.frame;
    ring.hidden = !point;
    if (!point) return;
    this.at = point;
    const { x, y } = this.painter.view.shareOf(point);
    ring.style.width = `${this.size * this.painter.view.magnification}px`;
    ring.style.left = `${100 * x}%`;
    ring.style.top = `${100 * y}%`;
  }

  /** After another size of the brush or another view. */
  refreshRing() {
    if (!this.painter.parts.frame.ring.hidden) this.ring(this.at);
  }
}
