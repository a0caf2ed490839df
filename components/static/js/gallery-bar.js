// The gallery's filters: which endpoint, whose pictures.

import { pick, segments } from "./choices.js";
import { el } from "./dom.js";
import { t } from "./texts.js";

/** The filter that an address holds. */
export function filterOf(url) {
  return { endpoint: url.searchParams.get("endpoint") ?? "", who: url.searchParams.get("who") === "mine" ? "mine" : "everyone" };
}

/** The bar above the pictures; `onChange(filter)` after each choice. */
export class GalleryBar {
  #filter;
  #endpoint;
  #who;
  node;

  constructor(filter, onChange) {
    this.#filter = filter;
    const change = (part) => {
      this.#filter = { ...this.#filter, ...part };
      onChange(this.#filter);
    };
    this.#endpoint = pick(t("endpoint.label"), [["", t("endpoint.every")]], filter.endpoint, (endpoint) => change({ endpoint }));
    const people = [["everyone", t("gallery.everyone")], ["mine", t("gallery.mine")]];
    this.#who = segments(t("gallery.whose"), "gallery-who", people, filter.who, (who) => change({ who }));
    this.node = el("div", { class: "view-bar", role: "search", "aria-label": t("gallery.pictures") }, this.#endpoint.node, this.#who.node);
  }

  /** The endpoints to choose from: [{slug, label}]. */
  offer(endpoints) {
    const list = endpoints.map(({ slug, label }) => [slug, label]);
    this.#endpoint.choose([["", t("endpoint.every")], ...list], this.#filter.endpoint);
  }

  /** Shows a filter that came from elsewhere: the address. */
  set(filter) {
    this.#filter = filter;
    this.#endpoint.select.value = filter.endpoint;
    this.#who.choose(filter.who);
  }
}
