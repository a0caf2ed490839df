// Where a picture comes from and what was made of it, as small pictures that lead there.

import { api } from "./api.js";
import { el, fill } from "./dom.js";
import { icon } from "./icons.js";
import { galleryAddress, isCovered } from "./picture.js";
import { isPlainClick } from "./router.js";
import { altOf } from "./run-words.js";
import { t } from "./texts.js";

/** Whoever leafs through pictures quickly asks for none of them. */
const PAUSE_MS = 150;

function face(run, image) {
  if (isCovered(run, image)) return icon("eye-off");
  return el("img", { src: image.preview_url || image.url, alt: "", loading: "lazy", decoding: "async", draggable: false });
}

const shown = (run, index) => run.images.find((image) => image.index === index && image.url) ?? run.images.find((image) => image.url && !image.missing);

export class Kin {
  node = el("div", { class: "viewer-kin" });
  #visit;
  #asking = null;
  #timer = null;

  /** `visit(run, image)` shows another picture. */
  constructor(visit) {
    this.#visit = visit;
  }

  /** Shows the relatives of this picture, once they are known. */
  show(run, image) {
    this.stop();
    fill(this.node);
    this.#timer = setTimeout(() => this.#ask(run, image), PAUSE_MS);
  }

  stop() {
    clearTimeout(this.#timer);
    this.#asking?.abort();
  }

  async #ask(run, image) {
    this.#asking = new AbortController();
    try {
      const kin = await api.get(`/api/v1/runs/${encodeURIComponent(run.id)}/lineage`, { signal: this.#asking.signal });
      const own = kin.children.filter(({ index }) => index === null || index === image.index);
      fill(this.node,
        this.#list(t("kin.parents"), kin.parents.map((one) => this.#link(one.run, one.index))),
        this.#list(t("kin.children"), own.map((one) => this.#link(one.run, null))));
    } catch (error) {
      if (error.name !== "AbortError") console.error(error); // the rest of the viewer says what it can
    }
  }

  #list(title, links) {
    const there = links.filter(Boolean);
    if (!there.length) return null;
    return el("section", { class: "kin" }, el("h3", { text: title }), el("ul", { role: "list" }, there.map((link) => el("li", null, link))));
  }

  #link(run, index) {
    const image = shown(run, index);
    if (!image) return null;
    const press = (event) => {
      if (!isPlainClick(event)) return;
      event.preventDefault();
      event.stopPropagation();
      this.#visit(run, image);
    };
    const name = t("kin.open", { prompt: altOf(run) });
    return el("a", { class: "kin-picture", href: galleryAddress(run, image), title: altOf(run), "aria-label": name, on: { click: press } }, face(run, image));
  }
}
