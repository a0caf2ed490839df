// One picture of the gallery's grid: a link to it, with what is to be known before one looks.

import { isStored } from "./album.js";
import { el } from "./dom.js";
import { keyOf } from "./gallery-layout.js";
import { icon } from "./icons.js";
import { marksOf } from "./marks.js";
import { galleryAddress, isCovered } from "./picture.js";
import { altOf, stateWords } from "./run-words.js";
import { isPrivate } from "./share.js";
import { t } from "./texts.js";

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

/** A run that has no picture to show: how it stands, why, and what was asked for. */
function bareTile(item, { wordsOf }) {
  const { run } = item;
  const { name } = stateWords(run);
  return el(
    "li",
    { class: "tile tile-bare", dataset: { tile: keyOf(item), runState: run.state } },
    el("b", { text: name }),
    run.error && el("span", { text: run.error.message }),
    el("span", { dir: "auto", text: altOf(run) }),
    el("span", { class: "tile-words", "aria-hidden": "true", text: wordsOf(run) }),
  );
}

/** A list item; `wordsOf(run)`: who and what, shown under the pointer. */
export function tileOf(item, { wordsOf }) {
  const { run, image } = item;
  if (image.bare) return bareTile(item, { wordsOf });
  const over = coverOf(item);
  const { starred } = marksOf(image);
  const said = [over?.[1], starred && t("select.starred"), isPrivate(run) && t("share.private"), altOf(run)];
  const alt = said.filter(Boolean).join(". ");
  return el(
    "li",
    { class: "tile", dataset: { tile: keyOf(item), runState: run.state } },
    el("a", { class: "tile-link", href: galleryAddress(run, image) }, picture(item, alt), over && cover(...over)),
    isPrivate(run) && el("span", { class: "tile-mark", title: t("share.private") }, icon("lock")),
    starred && el("span", { class: "tile-star", title: t("select.starred") }, icon("star-full")),
    el("span", { class: "tile-words", "aria-hidden": "true", text: wordsOf(run) }),
  );
}

/** What of an item its tile shows: built again only when this has changed. */
export function lookOf({ run, image }) {
  const { url, preview_url: preview, width, height, missing } = image;
  return JSON.stringify([run.state, url, preview, width, height, missing, isCovered(run, image), run.visibility, marksOf(image).starred]);
}
