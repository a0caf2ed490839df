// The painter over the whole window, and back.

import { t } from "./texts.js";

export class Larger {
  #parts;
  #onHome;

  constructor(parts, onHome) {
    this.#parts = parts;
    this.#onHome = onHome;
    parts.dialog.addEventListener("close", () => this.#comeHome());
  }

  get isOpen() {
    return this.#parts.dialog.open;
  }

  toggle() {
    if (this.isOpen) this.close();
    else this.#open();
  }

  close() {
    if (this.isOpen) this.#parts.dialog.close();
  }

  #open() {
    const { dialog, work, view, frame, root } = this.#parts;
    // the page must not jump while its painter is away
    root.style.minHeight = `${root.offsetHeight}px`;
    dialog.append(work);
    dialog.showModal();
    view.larger.textContent = t("paint.done");
    frame.canvas.focus({ preventScroll: true });
  }

  #comeHome() {
    const { work, view, root, none } = this.#parts;
    this.#onHome();
    none.after(work);
    root.style.minHeight = "";
    view.larger.textContent = t("paint.larger");
    view.larger.focus({ preventScroll: true });
  }
}
