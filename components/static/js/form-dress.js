// What Gradio's widgets lack: help on focus, groups that a screen reader knows and that the arrow
// keys move in. Done for each field when Gradio has mounted it.

import { el } from "./dom.js";
import { fieldId, placeOfId } from "./form-data.js";
import { repeatError } from "./form-messages.js";
import { onMounted } from "./form-page.js";
import { t } from "./texts.js";

/** As many characters as stand in the line of a label, on a phone, too. */
const BESIDE_LABEL = 46;
const CONTROLS = "input:not([type=file]), textarea, select";

function describe(control, id) {
  const known = control.getAttribute("aria-describedby");
  control.setAttribute("aria-describedby", known ? `${known} ${id}` : id);
}

/** Gradio gives each radio a name of its own: the arrow keys would not go from one to the next. */
function group(fieldset, name, label) {
  const radios = [...fieldset.querySelectorAll("input[type=radio]")];
  if (!radios.length) return;
  fieldset.setAttribute("role", "radiogroup");
  fieldset.setAttribute("aria-label", label);
  for (const radio of radios) radio.name = name;
}

/** Gradio's sliders speak English alone; the painter's have names of their own. */
function nameOfSlider(node, kind, label) {
  for (const control of node.querySelectorAll(`input[type=${kind}]:not(.painter input)`)) control.setAttribute("aria-label", t(`slider.${kind}`, { label }));
}

/** Short help has room beside the label; longer help lies over what follows. */
function help(node, field) {
  const narrow = node.parentElement?.classList.contains("pg-row-2");
  const short = !narrow && field.label.length + field.help.length <= BESIDE_LABEL;
  const line = el("p", { class: `pg pg-help${short ? " short" : ""}`, id: `${node.id}-help`, text: field.help });
  node.append(line);
  for (const control of node.querySelectorAll(CONTROLS)) describe(control, line.id);
}

/** Gradio writes every text from the left. */
function eitherWay(node) {
  for (const control of node.querySelectorAll("textarea, input[type=text]")) control.dir = "auto";
}

function dress(node) {
  const place = placeOfId(node.id);
  if (!place) return;
  const { slug, field } = place;
  for (const fieldset of node.querySelectorAll("fieldset")) group(fieldset, node.id, field.label);
  for (const kind of ["number", "range"]) nameOfSlider(node, kind, field.label);
  eitherWay(node);
  if (field.help) help(node, field);
  if (field.required) {
    for (const control of node.querySelectorAll("textarea, input[type=text]")) control.setAttribute("aria-required", "true");
  }
  repeatError(slug, field.name);
}

/** Gradio's "More settings" says by a sign alone whether it is open. */
function expandable(button) {
  const tell = () => button.setAttribute("aria-expanded", String(button.classList.contains("open")));
  new MutationObserver(tell).observe(button, { attributeFilter: ["class"] });
  tell();
}

/** Looks after every field from now on. */
export function dressFields() {
  const mine = new WeakSet();
  onMounted(() => {
    for (const button of document.querySelectorAll(".pg-more > button.label-wrap")) {
      if (mine.has(button)) continue;
      mine.add(button);
      expandable(button);
    }
    for (const node of document.querySelectorAll(".pg-field")) {
      // Gradio mounts the column before what is in it
      if (mine.has(node) || !node.querySelector(`${CONTROLS}, button`)) continue;
      mine.add(node);
      dress(node);
    }
  });
}

/** The field's element, where it is in the page. */
export const fieldNode = (slug, name) => document.getElementById(fieldId(slug, name));
