// Messages beside the fields that they are about, and those of the whole form.

import { sentence } from "./discreet.js";
import { el, fill } from "./dom.js";
import { fieldId, fieldOf, formOf } from "./form-data.js";
import { whenPresent } from "./form-page.js";
import { pictureOf } from "./form-pictures.js";
import { t } from "./texts.js";

const CONTROLS = "input:not([type=file]):not([type=hidden]), textarea, select";

const errors = new Map(); // slug to {field: message}

const partsOf = (node) => [...node.querySelectorAll(CONTROLS)].filter((control) => !control.closest(".drop-zone, .painter"));

function slot(node, kind) {
  const id = `${node.id}-${kind}`;
  let line = document.getElementById(id);
  if (!line) {
    line = el("p", { class: `pg pg-${kind}`, id, hidden: true });
    node.append(line);
  }
  return line;
}

function describe(control, id, described) {
  const others = (control.getAttribute("aria-describedby") ?? "").split(" ").filter((other) => other && other !== id);
  const all = described ? [...others, id] : others;
  if (all.length) control.setAttribute("aria-describedby", all.join(" "));
  else control.removeAttribute("aria-describedby");
}

function say(node, kind, text) {
  const line = slot(node, kind);
  line.textContent = text ?? "";
  line.hidden = !text;
  for (const control of partsOf(node)) {
    describe(control, line.id, Boolean(text));
    if (kind !== "error") continue;
    if (text) control.setAttribute("aria-invalid", "true");
    else control.removeAttribute("aria-invalid");
  }
}

function showError(slug, name, text) {
  const picture = pictureOf(slug, name);
  if (picture) picture.setError(text);
  const node = document.getElementById(fieldId(slug, name));
  if (node && !picture) say(node, "error", text);
}

/** Puts what is known of a field beside it once more: Gradio has mounted it (again). */
export function repeatError(slug, name) {
  const text = errors.get(slug)?.[name];
  if (text) showError(slug, name, text);
}

/** Takes the message of a field away: it holds something else now. */
export function clearError(slug, name) {
  const known = errors.get(slug);
  if (!known?.[name]) return;
  delete known[name];
  showError(slug, name, null);
}

export function clearErrors(slug) {
  for (const name of Object.keys(errors.get(slug) ?? {})) clearError(slug, name);
  sayAtRun(slug, "");
}

/** Opens "More settings" where the field is in it; answers its element once it is there. */
export async function reveal(slug, name) {
  const field = fieldOf(slug, name);
  if (!field) return null;
  const id = fieldId(slug, name);
  if (field.advanced) {
    const more = await whenPresent(`more-${slug}`);
    const toggle = more.querySelector("button");
    const shown = document.getElementById(id)?.checkVisibility();
    if (!shown) toggle?.click();
  }
  return whenPresent(id);
}

function focusIn(slug, name, node) {
  const picture = pictureOf(slug, name);
  const target = picture?.focusTarget() ?? node.querySelector("input:checked") ?? partsOf(node)[0];
  node.scrollIntoView({ block: "nearest" });
  target?.focus({ preventScroll: true });
}

/** Messages by field beside their fields, the first one focused; the others in one line. */
export async function showErrors(slug, message, fields) {
  const order = formOf(slug).fields.map(({ name }) => name).filter((name) => fields[name]);
  const elsewhere = Object.entries(fields).filter(([name]) => !order.includes(name)).map(([, text]) => text);
  errors.set(slug, Object.fromEntries(order.map((name) => [name, fields[name]])));
  sayAtRun(slug, [message, ...elsewhere].filter(Boolean).join(" "));
  for (const name of order) {
    await reveal(slug, name);
    showError(slug, name, fields[name]);
  }
  if (order.length) focusIn(slug, order[0], document.getElementById(fieldId(slug, order[0])));
}

/** Doubts about values, by field; a field without one has none any more. */
export function showWarnings(slug, warnings) {
  for (const { name } of formOf(slug).fields) {
    const node = document.getElementById(fieldId(slug, name));
    const text = warnings[name] ?? "";
    if (node && (text || document.getElementById(`${node.id}-warning`))) say(node, "warning", text);
  }
}

/** One line above the run button, read aloud at once; "" takes it away. */
export function sayAtRun(slug, text) {
  const row = document.querySelector(`#${CSS.escape(`form-${slug}`)} .pg-run-row`);
  if (!row) return;
  const id = `said-${slug}`;
  let line = document.getElementById(id);
  if (!line) {
    line = el("p", { class: "pg pg-said", id, role: "alert" });
    row.before(line);
  }
  fill(line, sentence(text));
}

/** What did not fit, as a small list under the presets; an empty one takes it away. */
export async function showNotes(slug, notes) {
  const bar = await whenPresent(`presets-${slug}`);
  const old = document.getElementById(`notes-${slug}`);
  if (!notes.length) {
    old?.remove();
    return;
  }
  const close = el("button", { type: "button", class: "pg-notes-close", "aria-label": t("note.dismiss"), text: "×", on: { click: () => showNotes(slug, []) } });
  const list = el("ul", { role: "list" }, notes.map((note) => el("li", null, sentence(note))));
  const box = el("div", { class: "pg pg-notes", id: `notes-${slug}`, role: "status" }, list, close);
  if (old) old.replaceWith(box);
  else bar.after(box);
}
