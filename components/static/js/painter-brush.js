// The brush: its size, its ring, and the strokes of mouse, pen, finger and keys.

import { shortcutOf } from "./shortcuts.js";

const MIN_SIZE = 2;
const MAX_SIZE = 1024;
const STEP = 1.15;
const PEN_ERASER = 5;

const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

const clamp = (value, low, high) => Math.min(Math.max(value, low), high);

export class Brush {
  constructor(painter) {
    this.painter = painter;
    this.tool = "brush";
    this.size = 64;
    this.max = MAX_SIZE;
    this.pointer = null;
    this.at = null;
    this.control = new AbortController();
    this.listen(painter.parts.frame.canvas);
  }

  listen(canvas) {
    const { signal } = this.control;
    const on = (type, listener) => canvas.addEventListener(type, (event) => listener(event), { signal });
    on("pointerdown", (event) => this.down(event));
    on("pointermove", (event) => this.move(event));
    on("pointerup", (event) => this.up(event));
    on("pointercancel", (event) => this.up(event));
    on("lostpointercapture", (event) => this.up(event));
    // a long press must not open a menu in the middle of a stroke
    on("contextmenu", (event) => event.preventDefault());
    on("pointerleave", () => this.pointer ?? this.ring(null));
    on("blur", () => this.pointer ?? this.ring(null));
  }

  /** A new mask: sizes that suit it. */
  meet(mask) {
    this.pointer = null;
    this.at = null;
    this.ring(null);
    if (!mask) return;
    const side = Math.max(mask.width, mask.height);
    this.max = clamp(Math.round(side / 2), MIN_SIZE + 1, MAX_SIZE);
    this.setSize(Math.round(side / 16));
  }

  get isPainting() {
    return this.pointer !== null;
  }

  // ── size ───────────────────────────────────────────────────────────────────────────────────

  /** In pixels of the source. The slider is logarithmic: small brushes need the finer steps. */
  setSize(size) {
    const { slider, number } = this.painter.parts.size;
    this.size = clamp(Math.round(size), MIN_SIZE, this.max);
    slider.value = String(Math.round((100 * Math.log(this.size / MIN_SIZE)) / Math.log(this.max / MIN_SIZE)));
    slider.setAttribute("aria-valuetext", `${this.size} pixels`);
    number.textContent = `${this.size} px`;
    if (!this.painter.parts.frame.ring.hidden) this.ring(this.at);
  }

  slide(value) {
    this.setSize(MIN_SIZE * (this.max / MIN_SIZE) ** (value / 100));
    this.painter.parts.size.slider.value = String(value);
    this.ring(this.middle());
  }

  rest() {
    this.ring(null);
  }

  resize(direction) {
    const grown = direction > 0 ? this.size * STEP : this.size / STEP;
    const step = Math.max(1, Math.abs(Math.round(grown) - this.size));
    this.setSize(this.size + direction * step);
  }

  // ── pointers ───────────────────────────────────────────────────────────────────────────────

  /** Where an event is, in pixels of the source. */
  point(event) {
    const { mask, parts } = this.painter;
    const box = parts.frame.canvas.getBoundingClientRect();
    return {
      x: ((event.clientX - box.left) / box.width) * mask.width,
      y: ((event.clientY - box.top) / box.height) * mask.height,
    };
  }

  down(event) {
    const usable = event.button === 0 || event.button === PEN_ERASER;
    if (this.isPainting || !event.isPrimary || !usable || !this.painter.mask) return;
    const { canvas } = this.painter.parts.frame;
    canvas.setPointerCapture(event.pointerId);
    this.pointer = event.pointerId;
    this.value = event.button === PEN_ERASER || this.tool === "eraser" ? 0 : 255;
    this.painter.history.begin();
    this.last = this.point(event);
    this.line(this.last, this.last);
    this.ring(this.last);
  }

  move(event) {
    if (this.isPainting && event.pointerId !== this.pointer) return;
    if (!this.painter.mask) return;
    if (this.isPainting) {
      const all = event.getCoalescedEvents?.() ?? [];
      for (const each of all.length ? all : [event]) this.lineTo(this.point(each));
    }
    if (this.isPainting || event.pointerType !== "touch") this.ring(this.point(event));
  }

  up(event) {
    if (event.pointerId !== this.pointer) return;
    if (event.type === "pointerup") this.lineTo(this.point(event));
    this.finish();
    if (event.pointerType === "touch") this.ring(null);
  }

  lineTo(point) {
    this.line(this.last, point);
    this.last = point;
  }

  line(from, to) {
    const { mask, history, overlay } = this.painter;
    const radius = this.size / 2;
    const rect = mask.reach(from, to, radius);
    if (!rect) return;
    history.touch(rect);
    mask.stroke(from, to, radius, this.value);
    overlay.invalidate(rect);
  }

  /** Ends the stroke under way, if any, as one step of undo. */
  finish() {
    if (!this.isPainting) return;
    this.pointer = null;
    this.painter.finishStep();
  }

  /** Forgets the stroke under way: its mask goes. */
  drop() {
    if (this.isPainting) this.finish();
    this.ring(null);
  }

  // ── keys ───────────────────────────────────────────────────────────────────────────────────

  middle() {
    const { mask } = this.painter;
    return { x: mask.width / 2, y: mask.height / 2 };
  }

  /** Where the ring was last, within the picture. */
  here() {
    const { mask } = this.painter;
    const { x, y } = this.at ?? this.middle();
    return { x: clamp(x, 0, mask.width), y: clamp(y, 0, mask.height) };
  }

  /** Arrows and Space on the painting area; answers whether the key was one of them. */
  key(event) {
    const name = shortcutOf(event, "canvas");
    if (name === "paint") this.keyStroke(this.here(), this.here());
    else if (name) this.keyMove(ARROWS[event.key], name === "paintOnTheWay");
    else return false;
    return true;
  }

  keyMove([across, down], paint) {
    const { mask } = this.painter;
    const step = Math.max(1, this.size / 4);
    const from = this.here();
    const to = { x: clamp(from.x + across * step, 0, mask.width), y: clamp(from.y + down * step, 0, mask.height) };
    if (paint) this.keyStroke(from, to);
    this.ring(to);
  }

  keyStroke(from, to) {
    if (this.isPainting) return;
    this.value = this.tool === "eraser" ? 0 : 255;
    this.painter.history.begin();
    this.line(from, to);
    this.painter.finishStep();
    this.ring(to);
  }

  // ── ring ───────────────────────────────────────────────────────────────────────────────────

  /** Shows where and how large the brush is; null hides it. */
  ring(point) {
    const { ring, canvas } = this.painter.parts.frame;
    ring.hidden = !point;
    if (!point) return;
    this.at = point;
    const scale = canvas.clientWidth / this.painter.mask.width;
    ring.style.width = `${this.size * scale}px`;
    ring.style.left = `${point.x * scale}px`;
    ring.style.top = `${point.y * scale}px`;
  }

  destroy() {
    this.control.abort();
  }
}
