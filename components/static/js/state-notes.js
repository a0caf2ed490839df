// What a list says while it is empty, waiting or broken.

import { el } from "./dom.js";
import { elapsed } from "./format.js";
import { icon } from "./icons.js";
import { t } from "./texts.js";

/** Nothing here, and what to do next. `actions`: buttons or links. */
export function emptyNote(iconName, title, text, ...actions) {
  return el(
    "div",
    { class: "state-note", dataset: { note: "empty" } },
    icon(iconName),
    el("p", { class: "state-title", text: title }),
    text && el("p", { text }),
    actions.length > 0 && el("div", { class: "row" }, actions),
  );
}

/** What went wrong, and a way to try again. */
export function errorNote(title, error, retry) {
  return el(
    "div",
    { class: "state-note", role: "alert", dataset: { note: "error" } },
    icon("circle-alert"),
    el("p", { class: "state-title", text: title }),
    el("p", { text: error.message }),
    el("button", { type: "button", class: "btn", on: { click: retry } }, icon("rotate-ccw"), t("action.again_load")),
  );
}

/** A line that says what is waited for and, from the second second on, for how long already. */
export function waitLine(text) {
  const line = el("p", { class: "wait-line", text });
  const since = performance.now();
  const timer = setInterval(() => {
    if (!line.isConnected) clearInterval(timer);
    else line.textContent = t("wait.for", { what: text, time: elapsed(performance.now() - since) });
  }, 1000);
  return line;
}
