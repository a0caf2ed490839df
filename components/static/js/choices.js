// Small controls to choose one of a few: a select, and choices side by side.

import { el } from "./dom.js";
import { icon } from "./icons.js";

function option(value, text) {
  return el("option", { value, text });
}

/** A select of [value, text] pairs. */
export function selectOf(options, value, attributes = {}) {
  const select = el("select", { class: "in", ...attributes }, options.map(([name, text]) => option(name, text)));
  select.value = value;
  return select;
}

/** The look of a select, the same everywhere. */
export const withArrow = (select) => el("div", { class: "pick" }, select, icon("chevron-down"));

/** A select with its label for a screen reader; `choose` gives it other options. */
export function pick(label, options, value, onChange) {
  const select = selectOf([], "", { "aria-label": label, on: { change: () => onChange(select.value) } });
  const node = withArrow(select);
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
