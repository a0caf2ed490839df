// What can be typed into the search, each with what it finds; a press puts it there.

import { el } from "./dom.js";
import { t } from "./texts.js";

const HINTS = [
  ["phrase", '"a fox asleep"'],
  ["without", "-fog"],
  ["tag", "tag:"],
  ["endpoint", "endpoint:"],
  ["by", "by:"],
  ["project", "project:"],
  ["preset", "preset:"],
  ["on", "on:today"],
  ["before", "before:"],
  ["after", "after:"],
  ["seed", "seed:"],
  ["state", "state:failed"],
  ["starred", "is:starred"],
  ["mine", "is:mine"],
  ["aspect", "aspect:portrait"],
  ["cost", "cost:>0.05"],
];

/** The list; `onPick(text)` after a press. */
export function hintList(onPick) {
  const rows = HINTS.map(([name, text]) =>
    el("li", null, el("button", { type: "button", class: "btn small", text, on: { click: () => onPick(text) } }), el("span", { text: t(`finder.hint.${name}`) })));
  return el("ul", { class: "finder-hints", role: "list" }, rows);
}
