// Which view an address means, and going from one to another without loading the page again.

import { shortcutOf } from "./shortcuts.js";
import { t } from "./texts.js";

/** The views in the order of the navigation; a key of the same name opens each when nobody is typing. */
export const VIEWS = [
  { name: "create", href: "/" },
  { name: "gallery", href: "/gallery" },
  { name: "presets", href: "/presets" },
  { name: "usage", href: "/usage" },
  { name: "admin", href: "/admin" },
];

const PRODUCT = "FLUX Playground";

/** What a view is called. */
export const labelOf = (view) => t(`view.${view}`);

/** What an address shows: {view, slug, known}. An address that we do not know shows Create. */
export function placeOf(url) {
  const [first = "", second = "", ...rest] = url.pathname.replace(/^\/+|\/+$/g, "").split("/");
  const create = { view: "create", slug: null, known: true };
  if (first === "" && !second) return create;
  if (first === "create" && rest.length === 0) {
    if (!second) return create;
    if (/^[a-z0-9][a-z0-9.-]*$/i.test(second)) return { ...create, slug: second };
  }
  if (first === "compare" && !second) return { view: "compare", slug: null, known: true };
  const known = VIEWS.some(({ name }) => name === first) && first !== "create" && !second;
  return known ? { view: first, slug: null, known } : { ...create, known: false };
}

/** True where the keys belong to what has the focus: a text field, a list, an editor. */
export function isTyping(target) {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable) return true;
  if (target instanceof HTMLInputElement) return !["button", "checkbox", "radio", "range", "submit"].includes(target.type);
  return target.matches("textarea, select, [role=textbox], [role=combobox], [role=listbox]");
}

function withQuery(changes) {
  const url = new URL(window.location.href);
  for (const [name, value] of Object.entries(changes)) {
    if (value === null) url.searchParams.delete(name);
    else url.searchParams.set(name, value);
  }
  return url;
}

/** Puts these values in the address's query (null takes one out), without a step in the history. */
export function replaceQuery(changes, state = window.history.state) {
  const url = withQuery(changes);
  if (url.href === window.location.href) return;
  window.history.replaceState(state, "", url);
  window.dispatchEvent(new CustomEvent("playground:address"));
}

/**
 * A step in the history for something that opens over a view, so that Back closes it. Closed
 * otherwise, the step is left over (`stepDown`) and used by the next one that opens.
 */
export function stepUp(changes) {
  const how = window.history.state?.spare ? "replaceState" : "pushState";
  window.history[how]({ over: true }, "", withQuery(changes));
}

/** What was opened has been closed: its values leave the address. */
export function stepDown(names) {
  const state = window.history.state?.over ? { spare: true } : window.history.state;
  replaceQuery(Object.fromEntries(names.map((name) => [name, null])), state);
}

/** Goes to an address of this page, from anywhere: `navigate("/gallery?endpoint=v1")`. */
export function navigate(href) {
  window.dispatchEvent(new CustomEvent("playground:navigate", { detail: { href } }));
}

/** True for a click that would only follow the link, so that it may be answered in the page. */
export function isPlainClick(event) {
  return !event.defaultPrevented && event.button === 0 && !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);
}

function closeDialogs() {
  for (const dialog of document.querySelectorAll("dialog[open]")) dialog.close();
}

/** Shows the view of the address, remembers where each was scrolled to, and follows the history. */
export class Router {
  #view = null;
  #scroll = new Map();
  #show;

  /** @param show called with (place, url, {first}) whenever the address has changed */
  constructor(show) {
    this.#show = show;
  }

  start() {
    window.history.scrollRestoration = "manual";
    window.addEventListener("popstate", () => this.#moved());
    window.addEventListener("playground:navigate", (event) => this.go(event.detail.href));
    document.addEventListener("click", (event) => this.#clicked(event));
    document.addEventListener("keydown", (event) => this.#pressed(event));
    if (!placeOf(new URL(window.location.href)).known) window.history.replaceState(null, "", "/");
    this.#enter({ first: true });
  }

  /** To an address of this page: one step in the history, none where we are there already. */
  go(href) {
    const url = new URL(href, window.location.href);
    if (url.origin !== window.location.origin || !placeOf(url).known) return;
    this.#leave();
    if (url.href !== window.location.href) window.history.pushState(null, "", url);
    this.#enter({ first: false });
  }

  #moved() {
    if (!placeOf(new URL(window.location.href)).known) return;
    closeDialogs(); // the step back leaves what was open over the page, too
    this.#leave();
    this.#enter({ first: false });
  }

  #leave() {
    if (this.#view) this.#scroll.set(this.#view, window.scrollY);
  }

  #enter({ first }) {
    const url = new URL(window.location.href);
    const place = placeOf(url);
    const changed = place.view !== this.#view;
    this.#view = place.view;
    document.title = `${labelOf(place.view)} · ${PRODUCT}`;
    this.#show(place, url, { first, changed });
    if (changed && !first) window.scrollTo({ top: this.#scroll.get(place.view) ?? 0, behavior: "instant" });
  }

  #clicked(event) {
    if (!isPlainClick(event) || !(event.target instanceof Element)) return;
    const link = event.target.closest("a[href]");
    if (!link || (link.target && link.target !== "_self") || link.hasAttribute("download")) return;
    const url = new URL(link.href, window.location.href);
    if (url.origin !== window.location.origin || !placeOf(url).known) return;
    if (url.hash && url.pathname === window.location.pathname) return;
    event.preventDefault();
    closeDialogs();
    this.go(url.href);
  }

  #pressed(event) {
    if (event.defaultPrevented || event.repeat) return;
    if (isTyping(event.target) || document.querySelector("dialog[open]")) return;
    const pressed = shortcutOf(event, "page");
    const view = VIEWS.find(({ name }) => name === pressed);
    if (!view) return;
    event.preventDefault();
    const link = document.querySelector(`.shell-nav a[data-view="${view.name}"]`);
    this.go(link?.href ?? view.href);
  }
}
