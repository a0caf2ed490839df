// The painter's keys. Those of the painting area count there only, the others anywhere in the painter.

import { shortcutOf } from "./shortcuts.js";

const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const PAN_PX = 60;

const clamp = (value, low, high) => Math.min(Math.max(value, low), high);

export class Keys {
  #painter;
  #acts;
  #isSpaceHeld = false;

  constructor(painter) {
    this.#painter = painter;
    this.#acts = {
      undo: () => painter.undo(),
      redo: () => painter.redo(),
      smaller: () => painter.brush.resize(-1),
      larger: () => painter.brush.resize(1),
      brush: () => painter.choose("brush"),
      eraser: () => painter.choose("eraser"),
      hand: () => painter.choose("hand"),
      closer: () => painter.zoom(1),
      further: () => painter.zoom(-1),
      whole: () => painter.zoom(0),
    };
    const { root, frame } = painter.parts;
    root.addEventListener("keydown", (event) => this.#down(event));
    frame.canvas.addEventListener("keyup", (event) => event.key === " " && this.#spaceUp());
    frame.canvas.addEventListener("blur", () => this.#letGo());
  }

  #down(event) {
    if (!this.#painter.mask || event.defaultPrevented) return;
    const act = this.#acts[shortcutOf(event, "painter")];
    if (act) act();
    else if (event.target !== this.#painter.parts.frame.canvas || !this.#onCanvas(event)) return;
    event.preventDefault();
    event.stopPropagation();
  }

  #onCanvas(event) {
    const name = shortcutOf(event, "canvas");
    if (name === "paint") this.#spaceDown(event);
    else if (name) this.#arrow(ARROWS[event.key], name === "paintOnTheWay");
    return name !== null;
  }

  #arrow([across, down], paints) {
    const { brush, view, mask } = this.#painter;
    if (brush.tool === "hand") return view.panBy(-across * PAN_PX, -down * PAN_PX);
    const step = Math.max(1, brush.size / 4);
    const from = brush.here;
    const to = { x: clamp(from.x + across * step, 0, mask.width), y: clamp(from.y + down * step, 0, mask.height) };
    if (paints) brush.stroke(from, to);
    view.follow(to, brush.size);
    brush.ring(to);
  }

  // Space with a drag moves the picture, so what Space alone does waits for its end.

  #spaceDown(event) {
    if (event.repeat) return;
    this.#isSpaceHeld = true;
    this.#painter.pointers.holdHand(true);
  }

  #spaceUp() {
    const { brush } = this.#painter;
    const wasAlone = this.#isSpaceHeld && !this.#letGo();
    if (!wasAlone || brush.tool === "hand") return;
    brush.stroke(brush.here, brush.here);
    brush.ring(brush.here);
  }

  /** Answers whether the picture was moved meanwhile. */
  #letGo() {
    if (!this.#isSpaceHeld) return false;
    this.#isSpaceHeld = false;
    return this.#painter.pointers.holdHand(false);
  }
}
