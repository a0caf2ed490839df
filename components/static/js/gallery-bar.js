// What stands above the pictures: the search, which endpoint, whose, and what is asked for.

import { pick, segments } from "./choices.js";
import { el, fill } from "./dom.js";
import { FilterPanel } from "./gallery-filters.js";
import { hintList } from "./gallery-hints.js";
import { icon } from "./icons.js";
import { isTyping } from "./router.js";
import { partsOf, without } from "./search-terms.js";
import { shortcutOf } from "./shortcuts.js";
import { t } from "./texts.js";

const TYPING_MS = 300;

/** A button that shows and hides something below the bar. */
function opener(label, iconName, panel, onOpen = () => {}) {
  const button = el("button", { type: "button", class: "btn", "aria-expanded": "false", "aria-controls": panel.id }, icon(iconName), label);
  button.addEventListener("click", () => {
    panel.hidden = !panel.hidden;
    button.setAttribute("aria-expanded", String(!panel.hidden));
    if (!panel.hidden) onOpen();
  });
  return button;
}

export class GalleryBar {
  #filter;
  #onChange;
  #endpoint;
  #who;
  #timer = 0;
  #box = el("input", { type: "search", class: "in", placeholder: t("finder.placeholder"), "aria-label": t("finder.search"), enterkeyhint: "search", spellcheck: "false", autocomplete: "off", maxlength: "2000" });
  #chips = el("div", { class: "finder-chips", role: "group", "aria-label": t("finder.active") });
  #said = el("p", { class: "finder-said", role: "status" });
  #filters = new FilterPanel((q) => this.#set({ q }));
  #hints = el("div", { class: "finder-panel", id: "finder-hints", hidden: true }, hintList((text) => this.#insert(text)));
  node;

  /** @param onChange called with (filter, {typed}) after each choice */
  constructor(filter, onChange) {
    this.#filter = filter;
    this.#onChange = onChange;
    this.#endpoint = pick(t("endpoint.label"), [["", t("endpoint.every")]], filter.endpoint, (endpoint) => this.#set({ endpoint }));
    const people = [["everyone", t("gallery.everyone")], ["mine", t("gallery.mine")]];
    this.#who = segments(t("gallery.whose"), "gallery-who", people, filter.who, (who) => this.#set({ who }));
    this.#box.addEventListener("input", () => this.#typing());
    this.#box.addEventListener("search", () => this.#typed());
    this.#box.addEventListener("keydown", (event) => this.#pressed(event));
    document.addEventListener("keydown", (event) => this.#seek(event));
    this.node = el("div", { class: "finder", role: "search", "aria-label": t("gallery.pictures") }, this.#line(), this.#filters.node, this.#hints, this.#chips, this.#said);
    this.#draw();
  }

  #line() {
    const box = el("div", { class: "finder-box" }, icon("search"), this.#box);
    const hints = opener(t("finder.hints"), "info", this.#hints);
    const filters = opener(t("finder.filters"), "sliders-horizontal", this.#filters.node, () => this.#filters.opened());
    return el("div", { class: "view-bar" }, box, this.#endpoint.node, this.#who.node, filters, hints);
  }

  /** The endpoints to choose from: [{slug, label}]. */
  offer(endpoints) {
    const list = endpoints.map(({ slug, label }) => [slug, label]);
    this.#endpoint.choose([["", t("endpoint.every")], ...list], this.#filter.endpoint);
  }

  /** Shows a filter that came from elsewhere: the address. */
  set(filter) {
    clearTimeout(this.#timer);
    this.#filter = filter;
    this.#endpoint.select.value = filter.endpoint;
    this.#who.choose(filter.who);
    this.#draw();
  }

  /** What the server says about how the search was read. */
  tell(notices) {
    this.#said.textContent = notices.join(" ");
  }

  // ── typing ───────────────────────────────────────────────────────────────────────────────

  #typing() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#typed(), TYPING_MS);
  }

  #typed() {
    clearTimeout(this.#timer);
    const q = this.#box.value.trim();
    if (q !== this.#filter.q) this.#set({ q }, { typed: true });
  }

  #pressed(event) {
    if (event.key === "Enter" && !event.isComposing) {
      event.preventDefault();
      this.#typed();
    }
    event.stopPropagation();
  }

  /** `/` from anywhere in the gallery. */
  #seek(event) {
    if (event.defaultPrevented || this.node.offsetParent === null || isTyping(event.target)) return;
    if (document.querySelector("dialog[open]") || shortcutOf(event, "gallery") !== "search") return;
    event.preventDefault();
    this.#box.focus();
    this.#box.select();
  }

  /** A hint that was pressed: it stands at the end, ready for its value. */
  #insert(text) {
    this.#box.value = [this.#box.value.trim(), text].filter(Boolean).join(" ");
    this.#box.focus();
    this.#box.setSelectionRange(this.#box.value.length, this.#box.value.length);
    if (!text.endsWith(":")) this.#typed();
  }

  // ── what is asked for ────────────────────────────────────────────────────────────────────

  #set(part, how = {}) {
    clearTimeout(this.#timer);
    this.#filter = { ...this.#filter, ...part };
    this.#draw();
    this.#onChange(this.#filter, how);
  }

  #draw() {
    const { q } = this.#filter;
    if (this.#box.value.trim() !== q) this.#box.value = q;
    this.#filters.show(q);
    const held = this.#chips.contains(document.activeElement);
    const chips = [...partsOf(q).entries()].filter(([, { operator, minus }]) => operator || minus).map(([index, { text }]) => this.#chip(index, text));
    const all = chips.length > 1 && el("button", { type: "button", class: "btn ghost small", text: t("finder.clear"), on: { click: () => this.#set({ q: "" }) } });
    fill(this.#chips, chips, all);
    if (held) (this.#chips.querySelector("button") ?? this.#box).focus({ preventScroll: true });
  }

  #chip(index, text) {
    const remove = () => this.#set({ q: without(this.#filter.q, index) });
    return el("button", { type: "button", class: "chip finder-chip", "aria-label": t("finder.remove", { part: text }), on: { click: remove } }, el("span", { dir: "auto", text }), icon("x"));
  }
}
