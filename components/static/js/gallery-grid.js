// The gallery's days and tiles as DOM, as far as they are in sight: rows off the screen have none.
// What stays in sight is kept and moved, never built twice: a picture does not load again because
// another one arrived.

import { el, refill } from "./dom.js";
import { between, keyOf, layout, placeOf } from "./gallery-layout.js";
import { lookOf, tileOf } from "./gallery-tile.js";

const AHEAD = 600; // CSS pixels above and below the window that are built before they are seen

function dayShell() {
  const heading = el("h2", { class: "gallery-day" });
  const list = el("ul", { class: "gallery-grid placed", role: "list" });
  return { node: el("section", { class: "gallery-section" }, heading, list), heading, list };
}

/** Makes `parent` hold exactly these nodes, moving as few as it takes. */
function arrange(parent, nodes) {
  const wanted = new Set(nodes);
  for (const child of [...parent.children]) if (!wanted.has(child)) child.remove();
  let next = parent.firstElementChild;
  for (const node of nodes) {
    if (node === next) next = next.nextElementSibling;
    else parent.insertBefore(node, next);
  }
}

const px = (number) => `${Math.round(number * 100) / 100}px`;

function put(node, box) {
  for (const [name, value] of Object.entries(box)) node.style[name] = px(value);
}

export class Grid {
  #options;
  #items = [];
  #plan = { days: [], height: 0 };
  #width = 0;
  #shells = new Map();
  #tiles = new Map();
  #frame = 0;
  node = el("div", { class: "gallery-days" });

  /** @param options {wordsOf(run): who and what, shown under the pointer; dress(tile): called once for each} */
  constructor(options) {
    this.#options = options;
    new ResizeObserver(() => this.#resized()).observe(this.node);
    window.addEventListener("scroll", () => this.#soon(), { passive: true });
    window.addEventListener("resize", () => this.#soon());
  }

  /** Draws these days (album.js); the picture at the upper edge stays where it is. */
  draw(days) {
    const held = this.#hold();
    this.#items = days;
    this.node.dataset.loaded = days.reduce((sum, { items }) => sum + items.length, 0);
    this.#place();
    this.#stay(held);
    this.#build();
  }

  /** Says anew who and what: the endpoints' names may come after the pictures. */
  rename() {
    for (const { node, run } of this.#tiles.values()) node.querySelector(".tile-words").textContent = this.#options.wordsOf(run);
  }

  /** Brings a picture into sight and gives it the focus. */
  focus(key) {
    const place = placeOf(this.#plan, key, this.#measures().heading);
    if (!place) return;
    const above = this.node.getBoundingClientRect().top + place.top;
    const below = above + place.height - window.innerHeight;
    if (above < 0 || below > 0) window.scrollBy({ top: above < 0 ? above - this.#measures().heading : below, behavior: "instant" });
    this.#build();
    this.#tiles.get(key)?.node.querySelector(".tile-link")?.focus({ preventScroll: true });
  }

  /** The key of the picture that has the focus, or null. */
  focused() {
    const tile = this.node.contains(document.activeElement) ? document.activeElement.closest("[data-tile]") : null;
    return tile?.dataset.tile ?? null;
  }

  // ── places ───────────────────────────────────────────────────────────────────────────────

  #measures() {
    const style = getComputedStyle(this.node);
    const of = (name) => Number.parseFloat(style.getPropertyValue(name));
    return { width: this.#width, row: of("--row"), gap: of("--gap"), heading: of("--day") };
  }

  get #isShown() {
    return this.node.isConnected && this.node.offsetParent !== null;
  }

  #place() {
    if (this.#isShown) this.#width = this.node.clientWidth;
    this.#plan = this.#width > 0 ? layout(this.#items, this.#measures()) : { days: [], height: 0 };
    this.node.style.height = px(this.#plan.height);
  }

  #resized() {
    if (!this.#isShown) return;
    if (this.node.clientWidth !== this.#width) {
      const held = this.#hold();
      this.#place();
      this.#stay(held);
    }
    this.#build();
  }

  /** The first row that is wholly in sight, once the grid begins above the window. */
  #hold() {
    if (!this.#isShown || this.#plan.days.length === 0) return null;
    const { top } = this.node.getBoundingClientRect();
    const { heading } = this.#measures();
    if (top + heading >= 0) return null;
    for (const { day, rows } of between(this.#plan, -top, -top + window.innerHeight, heading)) {
      for (const row of rows) {
        const above = top + day.top + heading + row.top;
        if (above >= 0) return { key: keyOf(row.tiles[0].item), above };
      }
    }
    return null;
  }

  #stay(held) {
    const place = held && placeOf(this.#plan, held.key, this.#measures().heading);
    if (!place) return;
    const above = this.node.getBoundingClientRect().top + place.top;
    if (Math.abs(above - held.above) > 0.5) window.scrollBy({ top: above - held.above, behavior: "instant" });
  }

  // ── drawing ──────────────────────────────────────────────────────────────────────────────

  #soon() {
    if (this.#frame) return;
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0;
      if (this.#isShown) this.#build();
    });
  }

  /** Makes the elements of what is in sight, and of what has the focus. */
  #build() {
    if (!this.#isShown) return;
    const { heading } = this.#measures();
    const { top } = this.node.getBoundingClientRect();
    const seen = this.#withFocused(between(this.#plan, -top - AHEAD, -top + window.innerHeight + AHEAD, heading));
    const shown = new Set(seen.flatMap(({ rows }) => rows.flatMap(({ tiles }) => tiles.map(({ item }) => keyOf(item)))));
    for (const key of [...this.#tiles.keys()]) if (!shown.has(key)) this.#tiles.delete(key);
    for (const key of [...this.#shells.keys()]) if (!seen.some(({ day }) => day.key === key)) this.#shells.delete(key);
    arrange(this.node, seen.map(({ day, rows }) => this.#day(day, rows, heading)));
  }

  #withFocused(seen) {
    const key = this.focused();
    const has = (rows) => rows.some(({ tiles }) => tiles.some(({ item }) => keyOf(item) === key));
    if (!key || seen.some(({ rows }) => has(rows))) return seen;
    for (const day of this.#plan.days) {
      const row = day.rows.find((one) => has([one]));
      if (!row) continue;
      const known = seen.find((one) => one.day === day);
      const rows = [...(known?.rows ?? []), row].sort((a, b) => a.top - b.top);
      const others = seen.filter((one) => one !== known);
      return [...others, { day, rows }].sort((a, b) => this.#plan.days.indexOf(a.day) - this.#plan.days.indexOf(b.day));
    }
    return seen;
  }

  #day(day, rows, headingHeight) {
    if (!this.#shells.has(day.key)) this.#shells.set(day.key, dayShell());
    const { node, heading, list } = this.#shells.get(day.key);
    put(node, { top: day.top, height: day.height });
    put(list, { height: day.height - headingHeight });
    refill(heading, [day.name, day.words, day.cost], () => [
      day.name,
      el("small", null, ` · ${day.words}`, day.cost && el("span", { dataset: { private: "" }, text: `, ${day.cost}` })),
    ]);
    arrange(list, rows.flatMap((row) => row.tiles.map((tile) => this.#tile(tile, row, day))));
    return node;
  }

  #tile({ item, place, left, width }, row, day) {
    const node = this.#nodeOf(item);
    put(node, { left, top: row.top, width, height: row.height });
    node.setAttribute("aria-posinset", place + 1);
    node.setAttribute("aria-setsize", day.partly ? -1 : day.items.length);
    return node;
  }

  #nodeOf(item) {
    const key = keyOf(item);
    const look = lookOf(item);
    const known = this.#tiles.get(key);
    if (known?.look === look) return known.node;
    const node = tileOf(item, this.#options);
    this.#options.dress(node);
    if (known?.node.contains(document.activeElement)) queueMicrotask(() => node.querySelector(".tile-link")?.focus({ preventScroll: true }));
    this.#tiles.set(key, { node, look, run: item.run });
    return node;
  }
}
