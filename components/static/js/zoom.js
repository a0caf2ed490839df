// Zoom and pan of one picture in a frame: wheel, double click, pinch, drag; and a swipe where there
// is nothing to pan. Distances are CSS pixels from the frame's middle.

/** One press of a zoom key or button. */
export const STEP = 1.4;
const CLOSEST = 8;
const SWIPE_PX = 60;
const DOUBLE_TAP_MS = 300;
const DOUBLE_TAP_PX = 30;

/** Where the picture has to lie so that the point under the pointer stays where it is. */
export function zoomAt({ scale, x, y }, to, point) {
  const by = to / scale;
  return { scale: to, x: point.x - (point.x - x) * by, y: point.y - (point.y - y) * by };
}

/** The same with two fingers, that were around `from` and are around `to`: what is between them stays there. */
export function pinchTo(at, scale, from, to) {
  const zoomed = zoomAt(at, scale, from);
  return { scale, x: zoomed.x + to.x - from.x, y: zoomed.y + to.y - from.y };
}

/** How much closer a turn of the wheel comes. A pinch on a touch pad is a wheel with Ctrl, in small steps. */
export function wheelFactor(event) {
  const pixels = event.deltaY * (event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1);
  return Math.exp(-pixels * (event.ctrlKey && Math.abs(pixels) < 40 ? 0.01 : 0.002));
}

/** Keeps the picture from leaving the frame; a side that fits stays in the middle. */
export function keepInside({ scale, x, y }, picture, frame) {
  const limit = (length, room) => Math.max(0, (length * scale - room) / 2);
  const clamp = (value, most) => Math.min(most, Math.max(-most, value));
  return {
    scale,
    x: clamp(x, limit(picture.width, frame.width)),
    y: clamp(y, limit(picture.height, frame.height)),
  };
}

export const between = (a, b) => Math.hypot(a.x - b.x, a.y - b.y);
export const middle = (a, b) => ({ x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 });

export class Zoom {
  #frame;
  #img = null;
  #at = { scale: 1, x: 0, y: 0 };
  #pointers = new Map();
  #start = null; // of the gesture under way
  #lastTap = null;
  #onChange;
  #onSwipe;

  /** `onChange(scale)`: 1 is the whole picture; `onSwipe(-1 | 1)`: the picture before, after. */
  constructor(frame, { onChange, onSwipe }) {
    this.#frame = frame;
    this.#onChange = onChange;
    this.#onSwipe = onSwipe;
    frame.addEventListener("wheel", this.#wheel, { passive: false });
    frame.addEventListener("dblclick", (event) => event.pointerType !== "touch" && this.#toggle(this.#point(event)));
    frame.addEventListener("pointerdown", this.#down);
    frame.addEventListener("pointermove", this.#move);
    for (const name of ["pointerup", "pointercancel"]) frame.addEventListener(name, this.#up);
  }

  get scale() {
    return this.#at.scale;
  }

  /** Where it is, in parts of the picture: the same place of pictures of other sizes. */
  get place() {
    const { scale, x, y } = this.#at;
    return { scale, x: x / (this.#img?.clientWidth || 1), y: y / (this.#img?.clientHeight || 1) };
  }

  /** Goes where another one is (its `place`), and tells nobody. */
  follow({ scale, x, y }) {
    if (this.#img) this.#take({ scale, x: x * this.#img.clientWidth, y: y * this.#img.clientHeight });
  }

  /** Takes another picture, shown whole. */
  attach(img) {
    this.#img = img;
    this.#pointers.clear();
    this.#at = { scale: 1, x: 0, y: 0 };
    this.#frame.dataset.zoomed = "false";
    this.reset();
  }

  reset() {
    this.#go({ scale: 1, x: 0, y: 0 });
  }

  zoomIn() {
    this.#zoomTo(this.#at.scale * STEP, { x: 0, y: 0 });
  }

  zoomOut() {
    this.#zoomTo(this.#at.scale / STEP, { x: 0, y: 0 });
  }

  /** Pans by CSS pixels; answers whether there was anything to pan. */
  panBy(x, y) {
    if (this.#at.scale === 1) return false;
    this.#go({ ...this.#at, x: this.#at.x + x, y: this.#at.y + y });
    return true;
  }

  #zoomTo(scale, point) {
    const to = Math.min(CLOSEST, Math.max(1, scale < 1.02 ? 1 : scale));
    this.#go(zoomAt(this.#at, to, point));
  }

  #toggle(point) {
    if (this.#at.scale > 1) this.reset();
    else this.#zoomTo(this.#pixelScale(), point);
  }

  /** The scale at which one pixel of the picture is one on the page, at least twice the fit. */
  #pixelScale() {
    const shown = this.#img?.clientWidth || 1;
    return Math.max(2, (Number(this.#img?.getAttribute("width")) || shown) / shown);
  }

  #go(next) {
    if (!this.#img) return;
    this.#take(next);
    this.#onChange(this.#at.scale);
  }

  #take(next) {
    const picture = { width: this.#img.clientWidth, height: this.#img.clientHeight };
    const frame = { width: this.#frame.clientWidth, height: this.#frame.clientHeight };
    this.#at = next.scale === 1 ? { scale: 1, x: 0, y: 0 } : keepInside(next, picture, frame);
    const { scale, x, y } = this.#at;
    this.#img.style.setProperty("transform", scale === 1 ? "none" : `translate(${x}px, ${y}px) scale(${scale})`);
    this.#frame.dataset.zoomed = String(scale > 1);
  }

  #point({ clientX, clientY }) {
    const box = this.#frame.getBoundingClientRect();
    return { x: clientX - box.left - box.width / 2, y: clientY - box.top - box.height / 2 };
  }

  #wheel = (event) => {
    event.preventDefault();
    this.#zoomTo(this.#at.scale * wheelFactor(event), this.#point(event));
  };

  #down = (event) => {
    if (event.button !== 0 || event.target.closest("button, a, input")) return;
    this.#frame.setPointerCapture(event.pointerId);
    this.#pointers.set(event.pointerId, this.#point(event));
    this.#begin();
  };

  /** A gesture starts anew whenever a finger comes or goes. */
  #begin() {
    const [a, b] = [...this.#pointers.values()];
    this.#start = a && { at: this.#at, a, apart: b ? between(a, b) : 0, from: b ? middle(a, b) : a };
  }

  #move = (event) => {
    if (!this.#pointers.has(event.pointerId)) return;
    this.#pointers.set(event.pointerId, this.#point(event));
    const [a, b] = [...this.#pointers.values()];
    const { at, apart, from } = this.#start;
    if (b && apart > 0) {
      const to = Math.min(CLOSEST, Math.max(1, (at.scale * between(a, b)) / apart));
      this.#go(pinchTo(at, to, from, middle(a, b)));
    } else if (at.scale > 1) {
      this.#go({ scale: at.scale, x: at.x + a.x - from.x, y: at.y + a.y - from.y });
    }
  };

  #up = (event) => {
    if (!this.#pointers.has(event.pointerId)) return;
    const end = this.#point(event);
    const alone = this.#pointers.size === 1;
    this.#pointers.delete(event.pointerId);
    const start = this.#start;
    this.#begin();
    if (event.type === "pointercancel" || !alone || event.pointerType !== "touch") return;
    const [dx, dy] = [end.x - start.a.x, end.y - start.a.y];
    if (this.#at.scale === 1 && Math.abs(dx) > SWIPE_PX && Math.abs(dx) > 2 * Math.abs(dy)) this.#onSwipe(dx < 0 ? 1 : -1);
    else if (Math.hypot(dx, dy) < 10) this.#tap(end, event.timeStamp);
  };

  /** Not every touch browser sends dblclick. */
  #tap(point, time) {
    const last = this.#lastTap;
    const twice = last && time - last.time < DOUBLE_TAP_MS && between(last.point, point) < DOUBLE_TAP_PX;
    this.#lastTap = twice ? null : { point, time };
    if (twice) this.#toggle(point);
  }
}
