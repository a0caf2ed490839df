// The part of the picture that is in sight. Its place is kept in shares of the frame, from the
// frame's middle, so that another size of the frame shows the same part; points are in pixels of
// the source.

import { keepInside, pinchTo, STEP, wheelFactor, zoomAt } from "./zoom.js";

const WHOLE = { scale: 1, x: 0, y: 0 };
const FRAME = { width: 1, height: 1 };
const CLOSEST = 8;
/** A wheel that has brought back the whole picture goes on turning: it must not scroll the page. */
const WHEEL_REST_MS = 250;

export class View {
  #at = WHOLE;
  #mask = null;
  #wheeled = -Infinity;

  /** `frame` holds `image` and is as large as the whole picture; `onChange` after every change. */
  constructor(frame, image, onChange) {
    this.frame = frame;
    this.image = image;
    this.onChange = onChange;
    this.observer = new ResizeObserver(() => this.#show());
    this.observer.observe(frame);
  }

  /** Another mask: its whole picture. */
  meet(mask) {
    this.#mask = mask;
    this.#go(WHOLE);
  }

  get isWhole() {
    return this.#at.scale === 1;
  }

  /** {left, top, width, height} of what is in sight. */
  get seen() {
    const { scale, x, y } = this.#at;
    const { width, height } = this.#mask;
    return {
      left: width * (0.5 - (0.5 + x) / scale),
      top: height * (0.5 - (0.5 + y) / scale),
      width: width / scale,
      height: height / scale,
    };
  }

  /** CSS pixels for one pixel of the source. */
  get magnification() {
    return this.frame.getBoundingClientRect().width / this.seen.width;
  }

  /** The point of the picture that lies there in the window. */
  pointAt({ clientX, clientY }) {
    const box = this.frame.getBoundingClientRect();
    const { left, top, width, height } = this.seen;
    return {
      x: left + ((clientX - box.left) / box.width) * width,
      y: top + ((clientY - box.top) / box.height) * height,
    };
  }

  /** Where a point of the picture is in the frame, in shares of it from its upper left. */
  shareOf({ x, y }) {
    const { left, top, width, height } = this.seen;
    return { x: (x - left) / width, y: (y - top) / height };
  }

  reset() {
    this.#go(WHOLE);
  }

  /** A step closer or further away; the point stays where it is. Without one, the middle does. */
  step(direction, point = null) {
    const share = point && this.shareOf(point);
    const isSeen = share && [share.x, share.y].every((each) => each >= 0 && each <= 1);
    this.#zoomTo(this.#at.scale * STEP ** direction, isSeen ? { x: share.x - 0.5, y: share.y - 0.5 } : { x: 0, y: 0 });
  }

  /** A turn of the wheel. Answers false where it is the page's: the picture is whole and stays so. */
  wheel(event, zooms) {
    const isOurs = zooms || event.ctrlKey || event.metaKey || !this.isWhole || event.timeStamp - this.#wheeled < WHEEL_REST_MS;
    if (!isOurs) return false;
    if (!this.isWhole) this.#wheeled = event.timeStamp;
    this.#zoomTo(this.#at.scale * wheelFactor(event), this.#fromMiddle(event));
    return true;
  }

  /** Moves the picture by CSS pixels. */
  panBy(across, down) {
    const box = this.frame.getBoundingClientRect();
    this.#go({ ...this.#at, x: this.#at.x + across / box.width, y: this.#at.y + down / box.height });
  }

  /** Brings a point to the middle, as far as the picture goes. */
  centre(point) {
    const share = this.shareOf(point);
    this.#go({ ...this.#at, x: this.#at.x + 0.5 - share.x, y: this.#at.y + 0.5 - share.y });
  }

  /** Brings a point back into sight, with `margin` pixels of the source around it where there is room. */
  follow(point, margin) {
    const { width, height } = this.seen;
    const share = this.shareOf(point);
    const away = (at, room) => Math.min(0, at - room) + Math.max(0, at - (1 - room));
    const x = away(share.x, Math.min(0.3, margin / width));
    const y = away(share.y, Math.min(0.3, margin / height));
    if (x || y) this.#go({ ...this.#at, x: this.#at.x - x, y: this.#at.y - y });
  }

  /** Two fingers: answers what to call with every later place of theirs, {apart, clientX, clientY}. */
  beginPinch(first) {
    const at = this.#at;
    const from = this.#fromMiddle(first);
    return (now) => this.#go(pinchTo(at, this.#within((at.scale * now.apart) / first.apart), from, this.#fromMiddle(now)));
  }

  #fromMiddle({ clientX, clientY }) {
    const box = this.frame.getBoundingClientRect();
    return { x: (clientX - box.left) / box.width - 0.5, y: (clientY - box.top) / box.height - 0.5 };
  }

  #zoomTo(scale, share) {
    this.#go(zoomAt(this.#at, this.#within(scale), share));
  }

  /** At most eight times the whole picture, or eight CSS pixels for one of the source. */
  #within(scale) {
    const shown = this.frame.getBoundingClientRect().width || 1;
    const closest = CLOSEST * Math.max(1, (this.#mask?.width ?? 0) / shown);
    return Math.min(closest, scale < 1.02 ? 1 : scale);
  }

  #go(next) {
    this.#at = next.scale === 1 ? WHOLE : keepInside(next, FRAME, FRAME);
    this.#show();
  }

  #show() {
    if (!this.#mask) return;
    const { scale, x, y } = this.#at;
    const moved = `translate(${100 * x}%, ${100 * y}%) scale(${scale})`;
    this.image.style.setProperty("transform", this.isWhole ? "none" : moved);
    this.frame.dataset.zoomed = String(!this.isWhole);
    this.onChange();
  }

  destroy() {
    this.observer.disconnect();
  }
}
