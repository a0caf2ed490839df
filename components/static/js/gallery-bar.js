// The gallery's filters: which endpoint, whose pictures.

import { el } from "./dom.js";
import { icon } from "./icons.js";

function option(value, text) {
  return el("option", { value, text });
}

/** A select that looks the same everywhere. */
export function pick(label, options, value, onChange) {
  const select = el("select", { class: "in", "aria-label": label, on: { change: () => onChange(select.value) } });
  const node = el("div", { class: "pick" }, select, icon("chevron-down"));
  const choose = (list, chosen) => {
    const known = list.some(([name]) => name === chosen);
    const all = known || !chosen ? list : [...list, [chosen, chosen]];
    select.replaceChildren(...all.map(([name, text]) => option(name, text)));
    select.value = chosen;
  };
  choose(options, value);
  return { node, select, choose };
}

/** Two or three choices side by side. */
export function segments(legend, name, choices, value, onChange) {
  const radios = choices.map(([choice, text]) => {
    const input = el("input", { type: "radio", name, value: choice, on: { change: () => input.checked && onChange(choice) } });
    input.checked = choice === value;
    return { input, node: el("label", {}, input, el("span", { text })) };
  });
  const node = el("fieldset", { class: "seg" }, el("legend", { class: "sr-only", text: legend }), radios.map((radio) => radio.node));
  const choose = (chosen) => {
    for (const { input } of radios) input.checked = input.value === chosen;
  };
  return { node, choose };
}

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
    this.#endpoint = pick("Endpoint", [["", "Every endpoint"]], filter.endpoint, (endpoint) => change({ endpoint }));
    const people = [["everyone", "Everyone"], ["mine", "Mine"]];
    this.#who = segments("Whose pictures", "gallery-who", people, filter.who, (who) => change({ who }));
    this.node = el("div", { class: "view-bar", role: "search", "aria-label": "Pictures" }, this.#endpoint.node, this.#who.node);
  }

  /** The endpoints to choose from: [{slug, label}]. */
  offer(endpoints) {
    const list = endpoints.map(({ slug, label }) => [slug, label]);
    this.#endpoint.choose([["", "Every endpoint"], ...list], this.#filter.endpoint);
  }

  /** Shows a filter that came from elsewhere: the address. */
  set(filter) {
    this.#filter = filter;
    this.#endpoint.select.value = filter.endpoint;
    this.#who.choose(filter.who);
  }
}
