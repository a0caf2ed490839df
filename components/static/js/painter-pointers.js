// Who of mouse, pen and fingers does what on the picture: paint, move it, or pinch. A second finger
// takes back what the first has begun; a pen that draws makes hands lying on the screen count for
// nothing.

import { between, middle } from "./zoom.js";

const MIDDLE_BUTTON = 1;
const PEN_ERASER_BUTTON = 5;
const PEN_ERASER = 32;
const CLICK_PX = 4;

const spotOf = ({ clientX, clientY }) => ({ x: clientX, y: clientY });

export class Pointers {
  #painter;
  #control = new AbortController();
  #held = null; // the pointer that paints or moves: {id, type, moves, from, last}
  #touches = new Map(); // every finger on the picture, by its id
  #pinch = null; // {move} of two fingers; until all are lifted, none paints
  #handHeld = false;
  #handUsed = false;

  constructor(painter) {
    this.#painter = painter;
    const { canvas } = painter.parts.frame;
    const on = (type, listener) => canvas.addEventListener(type, listener, { signal: this.#control.signal, passive: false });
    on("pointerdown", (event) => painter.mask && this.#down(event));
    on("pointermove", (event) => painter.mask && this.#move(event));
    for (const type of ["pointerup", "pointercancel", "lostpointercapture"]) on(type, (event) => this.#up(event));
    on("wheel", (event) => painter.mask && painter.view.wheel(event, painter.larger.isOpen) && event.preventDefault());
    // a press of the wheel moves the picture and must not start the browser's own scrolling
    on("mousedown", (event) => event.button === MIDDLE_BUTTON && !painter.view.isWhole && event.preventDefault());
    // a long press must not open a menu in the middle of a stroke
    on("contextmenu", (event) => event.preventDefault());
    for (const type of ["pointerleave", "blur"]) on(type, () => this.#held ?? painter.brush.ring(null));
  }

  /** While true, whatever is pressed moves the picture. Answers whether anything was. */
  holdHand(held) {
    const used = this.#handUsed;
    this.#handHeld = held;
    this.#handUsed = false;
    this.#painter.showTool();
    return used;
  }

  get hasHand() {
    return this.#handHeld || this.#painter.brush.tool === "hand";
  }

  #down(event) {
    const isTouch = event.pointerType === "touch";
    if (isTouch && this.#held?.type === "pen") return;
    if (event.pointerType === "pen" && this.#touches.size) this.#forgetTouches();
    if (isTouch && !this.#touchDown(event)) return;
    if (!this.#held) this.#take(event);
  }

  /** Answers whether this finger is alone. */
  #touchDown(event) {
    this.#touches.set(event.pointerId, spotOf(event));
    if (this.#touches.size === 1) return true;
    this.#painter.parts.frame.canvas.setPointerCapture(event.pointerId);
    if (this.#held && this.#held.type !== "touch") return false;
    this.#release();
    this.#beginPinch();
    return false;
  }

  #take(event) {
    const { view, brush } = this.#painter;
    const erases = event.button === PEN_ERASER_BUTTON || (event.buttons & PEN_ERASER) !== 0;
    const moves = event.button === MIDDLE_BUTTON || (event.button === 0 && this.hasHand);
    this.#handUsed ||= moves;
    if (moves ? view.isWhole : event.button !== 0 && !erases) return;
    this.#painter.parts.frame.canvas.setPointerCapture(event.pointerId);
    this.#held = { id: event.pointerId, type: event.pointerType, moves, from: spotOf(event), last: spotOf(event) };
    if (moves) return;
    const point = view.pointAt(event);
    brush.begin(point, erases);
    brush.ring(point);
  }

  #move(event) {
    const { view, brush } = this.#painter;
    if (this.#touches.has(event.pointerId)) this.#touches.set(event.pointerId, spotOf(event));
    if (this.#pinch && event.pointerType === "touch") this.#pinch.move?.(this.#spread());
    else if (this.#held?.id === event.pointerId) this.#drag(event);
    else if (!this.#held && event.pointerType !== "touch" && !this.hasHand) brush.ring(view.pointAt(event));
  }

  #drag(event) {
    const { view, brush } = this.#painter;
    const held = this.#held;
    if (held.moves) {
      view.panBy(event.clientX - held.last.x, event.clientY - held.last.y);
      held.last = spotOf(event);
      return;
    }
    const all = event.getCoalescedEvents?.() ?? [];
    for (const each of all.length ? all : [event]) brush.lineTo(view.pointAt(each));
    brush.ring(view.pointAt(event));
  }

  #up(event) {
    this.#touches.delete(event.pointerId);
    if (this.#pinch) this.#endPinch();
    const held = this.#held;
    if (held?.id !== event.pointerId) return;
    const { view, brush } = this.#painter;
    // a touch that the system takes back was a palm, or a gesture of its own
    if (event.type === "pointercancel" && held.type === "touch") return this.#release();
    this.#held = null;
    if (held.moves) {
      const isClick = event.type === "pointerup" && between(held.from, spotOf(event)) < CLICK_PX;
      if (isClick && brush.tool === "hand") view.centre(view.pointAt(event));
      return;
    }
    if (event.type === "pointerup") brush.lineTo(view.pointAt(event));
    brush.finish();
    if (held.type === "touch") brush.ring(null);
  }

  /** Whatever a pointer was doing was not meant. */
  #release() {
    this.#held = null;
    this.#painter.brush.cancel();
  }

  #forgetTouches() {
    this.#touches.clear();
    this.#pinch = null;
    if (this.#held?.type === "touch") this.#release();
  }

  // ── two fingers ────────────────────────────────────────────────────────────────────────────

  #spread() {
    const [a, b] = [...this.#touches.values()];
    const { x, y } = middle(a, b);
    return { apart: Math.max(1, between(a, b)), clientX: x, clientY: y };
  }

  #beginPinch() {
    this.#pinch = { move: this.#painter.view.beginPinch(this.#spread()) };
  }

  /** A finger is lifted: two that are left go on from where they are, one waits for its end. */
  #endPinch() {
    if (this.#touches.size > 1) this.#beginPinch();
    else this.#pinch = this.#touches.size ? {} : null;
  }

  destroy() {
    this.#control.abort();
  }
}
