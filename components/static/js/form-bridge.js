// To Gradio's widgets and back. Gradio alone knows what they hold, also in tabs that were never
// looked at. Two buttons for each form, which nobody sees, run events in the browser only: the one
// hands over what all widgets hold, the other takes new values (components/page.py).

import { whenPresent } from "./form-page.js";

/** Gradio's word for: leave this one as it is. */
const KEEP = { __type__: "update" };
/** Far longer than Gradio needs for an event in the browser. */
const LOST_AFTER_MS = 150;

const reads = new Map(); // slug to those who wait, in the order of the presses
const writes = new Map();
const tabs = [];
const answered = new Set(); // the buttons that Gradio listens to
const listeners = { changed: new Set(), filling: new Set(), selected: new Set() };

function queueOf(map, slug) {
  if (!map.has(slug)) map.set(slug, []);
  return map.get(slug);
}

/** Presses a button of Gradio's. It is in the page before Gradio listens to it, and a press until
 * then is lost: so the first one is made again until it is answered. */
async function press(id) {
  (await whenPresent(id)).click();
  if (!answered.has(id)) setTimeout(() => answered.has(id) || press(id), LOST_AFTER_MS);
}

/** What the widgets of a form hold, by part: {"seed.value": "42", …}. */
export function readParts(slug) {
  return new Promise((resolve) => {
    queueOf(reads, slug).push(resolve);
    press(`read-${slug}`);
  });
}

/** Gives widgets new values by part; `run` is the run button's label. Others stay. */
export async function writeParts(slug, parts) {
  const fills = Object.keys(parts).some((part) => part !== "run");
  if (fills) tell("filling", slug);
  await new Promise((resolve) => {
    queueOf(writes, slug).push({ parts, resolve });
    press(`write-${slug}`);
  });
  if (fills) changed(slug);
}

/** Opens the tab of that endpoint, wherever the tab bar is. */
export function chooseTab(slug) {
  tabs.push(slug);
  return press("choose-tab");
}

/**
 * `changed(slug)`: a widget holds something else. `filling(slug)`: the page is about to fill it.
 * `selected(slug)`: its tab was opened. Returns the way out.
 */
export function listen(kind, fn) {
  listeners[kind].add(fn);
  return () => listeners[kind].delete(fn);
}

/** A form holds something else, by a hand that the page does not show. */
export const changed = (slug) => tell("changed", slug);

/** Somebody has changed a widget: heard in the page, for each of Gradio's own listeners is looked up
 * for every element of the page at its start. */
function heard(event) {
  const form = event.target instanceof Element ? event.target.closest(".pg-form") : null;
  if (form) changed(form.id.slice("form-".length));
}

/** Hears every form from now on; a click may be on a slider's reset button. */
export function hearForms() {
  for (const name of ["input", "change", "click"]) document.addEventListener(name, heard);
}

function tell(kind, slug) {
  for (const listener of listeners[kind]) listener(slug);
}

/** What Gradio's events call. */
export const bridge = {
  tookParts(slug, names, held) {
    answered.add(`read-${slug}`);
    queueOf(reads, slug).shift()?.(Object.fromEntries(names.map((name, index) => [name, held[index]])));
    return [];
  },
  giveParts(slug, names) {
    answered.add(`write-${slug}`);
    const { parts, resolve } = queueOf(writes, slug).shift() ?? { parts: {} };
    // Gradio takes the values over after this has returned
    setTimeout(() => resolve?.());
    return names.map((name) => (Object.hasOwn(parts, name) ? parts[name] : KEEP));
  },
  giveTab() {
    answered.add("choose-tab");
    return [tabs.length ? { ...KEEP, selected: tabs.shift() } : KEEP];
  },
  selected: (slug) => tell("selected", slug),
};
