// Two pictures, the second over the first from a line on that one can move: by hand, with a
// finger, with the arrow keys. The line stays where it is on the screen while one zooms and moves.

import { el } from "./dom.js";
import { t } from "./texts.js";
import { Zoom } from "./zoom.js";

export class Curtain {
  #second;
  #stack;
  #line = el("span", { class: "curtain-line", "aria-hidden": "true" });
  #range = el("input", { type: "range", class: "curtain-range", min: "0", max: "100", step: "0.5", value: "50", "aria-label": t("compare.line"), on: { input: () => this.settle() } });
  /** In the page it has to be `settle`d once. */
  node;
  zoom;

  /** @param onChange called whenever one has zoomed or moved */
  constructor(first, second, onChange) {
    this.#second = second;
    second.classList.add("curtain-second");
    this.#stack = el("div", { class: "curtain-stack" }, first, second);
    this.node = el("div", { class: "viewer-frame curtain" }, this.#stack, this.#line, this.#range);
    const changed = () => {
      this.settle();
      onChange();
    };
    this.zoom = new Zoom(this.node, { onChange: changed, onSwipe: () => {} });
    this.zoom.attach(this.#stack);
    first.addEventListener("load", changed);
  }

  /** Cuts the second picture at the line. */
  settle() {
    const at = Number(this.#range.value) / 100;
    const { scale, x } = this.zoom.place;
    const [room, width] = [this.node.clientWidth, this.#stack.clientWidth];
    const cut = width ? (((at - 0.5) * room) / scale - (x * width) / scale) / width + 0.5 : at;
    this.#second.style.setProperty("clip-path", `inset(0 0 0 ${(100 * Math.min(1, Math.max(0, cut))).toFixed(3)}%)`);
    this.#line.style.setProperty("left", `${100 * at}%`);
    this.#range.setAttribute("aria-valuetext", t("compare.line_at", { percent: Math.round(100 * at) }));
  }
}
