// The small parts of the admin page: a section, a table, a labelled control, a button that works once.

import { toast } from "./announce.js";
import { withArrow } from "./choices.js";
import { el, whileBusy } from "./dom.js";

/** A part of the page under its heading. */
export function section(name, title, ...children) {
  return el("section", { class: "admin-part", "aria-labelledby": `admin-${name}`, dataset: { part: name } },
    el("h2", { id: `admin-${name}`, text: title }), children);
}

/** Rows of cells under heads; on a phone it scrolls by itself. */
export function table(label, heads, rows) {
  return el("div", { class: "admin-scroll", tabindex: "0", role: "region", "aria-label": label },
    el("table", { class: "admin-table" },
      el("thead", null, el("tr", null, heads.map((head) => el("th", { scope: "col", text: head })))),
      el("tbody", null, rows.map((cells) => el("tr", null, cells.map((cell) => el("td", null, cell)))))));
}

/** A control under its label. */
export function labelled(text, control, hint = "") {
  const shown = control.matches("select") ? withArrow(control) : control;
  return el("label", { class: "admin-field" }, el("span", { class: "label", text }), shown, hint && el("span", { class: "soft", text: hint }));
}

/** A button whose work runs once at a time; what went wrong is told. */
export function button(text, work, kind = "") {
  const press = ({ currentTarget }) => whileBusy(currentTarget, () => told(work));
  return el("button", { type: "button", class: `btn small ${kind}`.trim(), text, on: { click: press } });
}

/** Runs it; a refusal becomes a message. */
export async function told(work) {
  try {
    await work();
    return true;
  } catch (error) {
    toast(Object.values(error.fields ?? {})[0] ?? error.message, { bad: true });
    return false;
  }
}
