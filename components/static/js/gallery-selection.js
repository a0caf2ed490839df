// Pictures of the gallery that are chosen, to do something with all of them: by the mark in their
// corner, with Shift for a range, by Space, Shift and arrows, Ctrl+A. It works by run id and index,
// so what is chosen stays chosen while rows come and go.

import { announce } from "./announce.js";
import { el } from "./dom.js";
import { SelectionBar } from "./gallery-selection-bar.js";
import { icon } from "./icons.js";
import { isTyping } from "./router.js";
import { altOf } from "./run-words.js";
import { shortcutOf } from "./shortcuts.js";
import { t } from "./texts.js";

const keyOf = ({ run, image }) => `${run.id}/${image.index}`;
const tileOf = (node) => (node instanceof Element ? node.closest("[data-tile]") : null);

/** The tile above or below another one: of the next row, the one that lies nearest to its middle. */
function beyond(tiles, from, up) {
  const middle = (box) => box.left + box.width / 2;
  const here = from.getBoundingClientRect();
  const boxes = tiles.map((node) => ({ node, box: node.getBoundingClientRect() }))
    .filter(({ box }) => (up ? box.bottom <= here.top + 1 : box.top >= here.bottom - 1));
  const edge = up ? Math.max(...boxes.map(({ box }) => box.bottom)) : Math.min(...boxes.map(({ box }) => box.top));
  const row = boxes.filter(({ box }) => Math.abs((up ? box.bottom : box.top) - edge) < 2);
  const apart = ({ box }) => Math.abs(middle(box) - middle(here));
  return row.sort((a, b) => apart(a) - apart(b))[0]?.node ?? null;
}

export class Selection {
  #items;
  #body;
  #focus;
  #chosen = new Map(); // key to {run, image}
  #anchor = null; // where a range begins
  #bar;

  /** @param gallery {items(): all that is loaded, in order; body: their element; focus(key): brings one there} */
  constructor({ items, body, focus }) {
    this.#items = items;
    this.#body = body;
    this.#focus = focus;
    this.#bar = new SelectionBar({ chosen: () => this.items(), clear: () => this.clear() });
    document.addEventListener("keydown", (event) => this.#pressed(event));
  }

  get bar() {
    return this.#bar.node;
  }

  /** Chosen pictures in the order of the gallery, as they are now: [{run, image}]. */
  items() {
    return this.#items().filter((item) => this.#chosen.has(keyOf(item)));
  }

  /** Puts the mark on a tile; called for each that is built. */
  dress(tile) {
    const link = tile.querySelector(".tile-link");
    if (!link) return;
    const mark = el("button", { type: "button", class: "tile-select", role: "checkbox", tabindex: "-1", dataset: { select: "" } }, icon("check"));
    tile.append(mark);
    this.#show(tile);
  }

  /** A click somewhere in the grid; true where it was about choosing. */
  clicked(event) {
    const tile = tileOf(event.target);
    if (!tile || event.button !== 0 || event.ctrlKey || event.metaKey || event.altKey) return false;
    const onMark = event.target.closest("[data-select]") !== null;
    if (!onMark && !(event.target.closest(".tile-link") && (event.shiftKey || this.#chosen.size > 0))) return false;
    event.preventDefault();
    const key = tile.dataset.tile;
    if (event.shiftKey && this.#anchor) this.#range(key);
    else this.#toggle(key);
    return true;
  }

  /** Pictures were drawn anew: some may have gone, and others have other stars. */
  refresh() {
    if (!this.#chosen.size) return;
    const there = new Set(this.items().map(keyOf));
    for (const key of [...this.#chosen.keys()]) if (!there.has(key)) this.#chosen.delete(key);
    this.#draw();
  }

  /** A run has gone. */
  drop(id) {
    const before = this.#chosen.size;
    for (const key of [...this.#chosen.keys()]) if (key.startsWith(`${id}/`)) this.#chosen.delete(key);
    if (this.#chosen.size !== before) this.#draw();
  }

  clear() {
    if (!this.#chosen.size) return;
    this.#chosen.clear();
    this.#anchor = null;
    this.#draw();
    announce(t("select.none"));
  }

  // ── choosing ─────────────────────────────────────────────────────────────────────────────

  #find(key) {
    return this.#items().find((item) => keyOf(item) === key);
  }

  #toggle(key) {
    const item = this.#find(key);
    if (!item) return;
    if (!this.#chosen.delete(key)) this.#chosen.set(key, item);
    this.#anchor = key;
    this.#changed();
  }

  /** Everything between where the last choice was made and here. */
  #range(key) {
    const items = this.#items();
    const [from, to] = [this.#anchor, key].map((one) => items.findIndex((item) => keyOf(item) === one));
    if (from < 0 || to < 0) return void this.#toggle(key);
    for (const item of items.slice(Math.min(from, to), Math.max(from, to) + 1)) this.#chosen.set(keyOf(item), item);
    this.#changed();
    return undefined;
  }

  #all() {
    for (const item of this.#items()) if (!item.image.bare) this.#chosen.set(keyOf(item), item);
    this.#changed();
  }

  #changed() {
    this.#draw();
    announce(t("select.count", { count: this.#chosen.size }));
  }

  // ── keys ─────────────────────────────────────────────────────────────────────────────────

  #pressed(event) {
    if (this.#body.offsetParent === null || isTyping(event.target) || document.querySelector("dialog[open]")) return;
    if (event.target !== document.body && !this.#body.contains(event.target) && !this.bar.contains(event.target)) return;
    const tile = tileOf(event.target);
    const name = shortcutOf(event, "tiles");
    const key = tile?.dataset.tile;
    const keys = {
      choose: () => key && this.#toggle(key),
      everything: () => this.#all(),
      choose_before: () => this.#extend(tile, -1),
      choose_after: () => this.#extend(tile, 1),
      choose_above: () => this.#extendTo(tile, beyond(this.#tiles(), tile, true)),
      choose_below: () => this.#extendTo(tile, beyond(this.#tiles(), tile, false)),
      nothing: () => this.clear(),
    };
    if (!Object.hasOwn(keys, name) || (!tile && name !== "everything" && name !== "nothing")) return;
    if (name === "nothing" && !this.#chosen.size) return;
    event.preventDefault();
    keys[name]();
  }

  #tiles() {
    return [...this.#body.querySelectorAll("[data-tile]")].filter((node) => node.querySelector(".tile-link"));
  }

  #extend(tile, by) {
    const items = this.#items();
    const at = items.findIndex((item) => keyOf(item) === tile.dataset.tile);
    const next = items[at + by];
    if (next) this.#goOn(tile.dataset.tile, keyOf(next));
  }

  #extendTo(tile, next) {
    if (next) this.#goOn(tile.dataset.tile, next.dataset.tile);
  }

  #goOn(from, to) {
    this.#anchor ??= from;
    this.#range(to);
    this.#focus(to);
  }

  // ── drawing ──────────────────────────────────────────────────────────────────────────────

  #draw() {
    for (const tile of this.#tiles()) this.#show(tile);
    this.#body.toggleAttribute("data-selecting", this.#chosen.size > 0);
    this.#bar.show(this.items());
  }

  #show(tile) {
    const key = tile.dataset.tile;
    const chosen = this.#chosen.has(key);
    const item = this.#find(key);
    tile.toggleAttribute("data-chosen", chosen);
    const mark = tile.querySelector("[data-select]");
    mark?.setAttribute("aria-checked", String(chosen));
    mark?.setAttribute("aria-label", t("select.choose", { what: item ? altOf(item.run) : "" }));
  }
}
