// The strip of recent runs: small previews, one of them the run on the stage.

import { el, refill } from "./dom.js";
import { altOf, isActive, lineOf, stateWords } from "./run-words.js";
import { firstPicture, isCovered } from "./picture.js";
import { shortcutOf } from "./shortcuts.js";
import { t } from "./texts.js";

const SHOWN = 24;

function face(run) {
  const image = firstPicture(run);
  const words = stateWords(run);
  if (!image) return [el("span", { class: `dot ${words.tone}` }), el("span", { class: "strip-word", text: words.name })];
  if (isCovered(run, image)) return el("span", { class: "strip-word", text: t("picture.covered") });
  const more = run.images.length > 1 && el("span", { class: "strip-count", text: String(run.images.length) });
  const img = el("img", { alt: altOf(run), src: image.preview_url || image.url, loading: "lazy", decoding: "async" });
  img.addEventListener("error", () => {
    if (image.preview_url && !img.src.endsWith(image.url)) img.src = image.url;
  });
  return [img, more];
}

export class Strip {
  #tiles = new Map();
  #drawn = new WeakMap(); // by tile: the run as it was drawn, and whether it was covered
  #onChoose;

  constructor(onChoose) {
    this.#onChoose = onChoose;
    this.element = el("div", {
      class: "strip",
      role: "group",
      "aria-label": t("strip.label"),
      on: { keydown: (event) => this.#key(event) },
    });
  }

  /** Draws the newest of `list`; `current` is the id of the run on the stage. */
  show(list, current) {
    const shown = list.slice(0, SHOWN);
    const ids = new Set(shown.map((run) => run.id));
    for (const [id, tile] of this.#tiles) {
      if (ids.has(id)) continue;
      tile.remove();
      this.#tiles.delete(id);
    }
    shown.forEach((run, index) => this.#place(run, index, run.id === current));
  }

  #place(run, index, current) {
    const known = this.#tiles.get(run.id);
    const tile = known ?? el("button", { type: "button", class: "strip-tile", dataset: { tile: run.id }, on: { click: () => this.#onChoose(run.id) } });
    this.#tiles.set(run.id, tile);
    if (this.element.children[index] !== tile) this.element.insertBefore(tile, this.element.children[index] ?? null);
    this.#draw(tile, run);
    tile.tabIndex = current ? 0 : -1;
    if (!current) tile.removeAttribute("aria-current");
    else if (!tile.hasAttribute("aria-current")) {
      tile.setAttribute("aria-current", "true");
      requestAnimationFrame(() => this.#bringIntoView(tile)); // by then all is laid out anyway
    }
  }

  /** Most tiles are what they were: nothing of them is touched. */
  #draw(tile, run) {
    const image = firstPicture(run);
    const covered = Boolean(image) && isCovered(run, image);
    const drawn = this.#drawn.get(tile);
    if (drawn?.run === run && drawn.covered === covered) return;
    this.#drawn.set(tile, { run, covered });
    refill(tile, [image, covered, image ? run.images.length : stateWords(run).name], () => face(run));
    tile.setAttribute("aria-label", lineOf(run));
    tile.classList.toggle("active", isActive(run));
  }

  /** Scrolls the strip alone; scrollIntoView would move the page, too. */
  #bringIntoView(tile) {
    const strip = this.element;
    const left = tile.offsetLeft - strip.offsetLeft;
    if (left < strip.scrollLeft) strip.scrollLeft = left - 8;
    else if (left + tile.offsetWidth > strip.scrollLeft + strip.clientWidth) {
      strip.scrollLeft = left + tile.offsetWidth - strip.clientWidth + 8;
    }
  }

  #key(event) {
    const tiles = [...this.element.children];
    const at = tiles.indexOf(document.activeElement);
    const next = { after: at + 1, before: at - 1, first: 0, last: tiles.length - 1 }[shortcutOf(event, "strip")];
    if (at < 0 || next === undefined) return;
    event.preventDefault();
    const tile = tiles[Math.max(0, Math.min(next, tiles.length - 1))];
    tile.focus();
    this.#onChoose(tile.dataset.tile);
  }
}
