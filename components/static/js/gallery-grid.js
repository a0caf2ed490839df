// The gallery's days and tiles as DOM. What is there is kept and moved, never built twice: a
// picture does not load again because another one arrived.

import { isStored } from "./album.js";
import { el, refill } from "./dom.js";
import { icon } from "./icons.js";
import { galleryAddress, isCovered } from "./picture.js";
import { altOf } from "./run-words.js";
import { isPrivate } from "./share.js";
import { t } from "./texts.js";

const TALLEST = 0.4;
const WIDEST = 3;

const keyOf = ({ run, image }) => `${run.id}/${image.index}`;

function ratioOf({ width, height }) {
  if (!width || !height) return 4 / 3;
  return Math.min(WIDEST, Math.max(TALLEST, width / height));
}

function cover(iconName, words) {
  return el("span", { class: "tile-cover" }, icon(iconName), el("span", { text: words }));
}

/** What lies over a picture that can't be looked at like the others: [icon, words], or nothing. */
function coverOf({ run, image }) {
  if (image.missing) return ["image-off", t("tile.missing")];
  if (!isStored(image)) return ["hourglass", t("tile.saving")];
  return isCovered(run, image) ? ["eye-off", t("tile.covered")] : null;
}

function picture(item, alt) {
  const { run, image } = item;
  const stored = isStored(image);
  const node = el("img", {
    alt,
    loading: "lazy",
    decoding: "async",
    draggable: false,
    width: image.width,
    height: image.height,
    dataset: { runId: run.id, index: image.index },
    src: stored ? (image.preview_url ?? image.url) : null,
  });
  // the preview may come after the picture itself: the stored file stands in for it, once
  node.addEventListener("error", () => {
    if (image.url && isStored({ url: image.url }) && node.getAttribute("src") !== image.url) node.src = image.url;
    else node.closest(".tile-link")?.append(cover("image-off", t("tile.broken")));
  });
  return node;
}

function tile(item, { wordsOf }) {
  const { run, image } = item;
  const over = coverOf(item);
  const said = [over?.[1], isPrivate(run) && t("share.private"), altOf(run)];
  const alt = said.filter(Boolean).join(". ");
  return el(
    "li",
    { class: "tile", style: { "--ratio": ratioOf(image).toFixed(4) }, dataset: { tile: keyOf(item), runState: run.state } },
    el("a", { class: "tile-link", href: galleryAddress(run, image) }, picture(item, alt), over && cover(...over)),
    isPrivate(run) && el("span", { class: "tile-mark", title: t("share.private") }, icon("lock")),
    el("span", { class: "tile-words", "aria-hidden": "true", text: wordsOf(run) }),
  );
}

function dayShell() {
  const heading = el("h2", { class: "gallery-day" });
  const list = el("ul", { class: "gallery-grid", role: "list" });
  return { node: el("section", {}, heading, list), heading, list };
}

/** What of an item its tile shows: built again only when this has changed. */
function lookOf({ run, image }) {
  const { url, preview_url: preview, width, height, missing } = image;
  return JSON.stringify([run.state, url, preview, width, height, missing, isCovered(run, image), run.visibility]);
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

export class Grid {
  #days = new Map();
  #tiles = new Map();
  #options;
  node = el("div", { class: "gallery-days" });

  /** @param options {wordsOf(run): who and what, shown under the pointer} */
  constructor(options) {
    this.#options = options;
  }

  /** Draws these days (album.js) in place of what is shown. */
  draw(days) {
    const shown = new Set(days.flatMap(({ items }) => items.map(keyOf)));
    for (const key of [...this.#tiles.keys()]) if (!shown.has(key)) this.#tiles.delete(key);
    for (const key of [...this.#days.keys()]) if (!days.some((day) => day.key === key)) this.#days.delete(key);
    arrange(this.node, days.map((day) => this.#day(day)));
  }

  /** Says anew who and what: the endpoints' names may come after the pictures. */
  rename() {
    for (const { node, run } of this.#tiles.values()) node.querySelector(".tile-words").textContent = this.#options.wordsOf(run);
  }

  /** The focusable part of a tile, or nothing. */
  link(key) {
    return this.#tiles.get(key)?.node.querySelector(".tile-link") ?? null;
  }

  /** The tile that crosses the upper edge of the window, to hold on to while others come in. */
  anchor() {
    for (const { node } of this.#tiles.values()) {
      const { bottom } = node.getBoundingClientRect();
      if (bottom > 0 && node.isConnected) return node;
    }
    return null;
  }

  #day({ key, name, words, cost, items }) {
    if (!this.#days.has(key)) this.#days.set(key, dayShell());
    const { node, heading, list } = this.#days.get(key);
    refill(heading, [name, words, cost], () => [
      name,
      el("small", null, ` · ${words}`, cost && el("span", { dataset: { private: "" }, text: `, ${cost}` })),
    ]);
    arrange(list, items.map((item) => this.#tile(item)));
    return node;
  }

  #tile(item) {
    const key = keyOf(item);
    const look = lookOf(item);
    const known = this.#tiles.get(key);
    if (known?.look === look) return known.node;
    const node = tile(item, this.#options);
    if (known?.node.contains(document.activeElement)) queueMicrotask(() => node.firstElementChild.focus({ preventScroll: true }));
    this.#tiles.set(key, { node, look, run: item.run });
    return node;
  }
}
