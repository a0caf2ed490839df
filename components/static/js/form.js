// The forms of the Create view, and what other parts of the page may ask of them.

import { toast } from "./announce.js";
import { openSnippets } from "./copy-code.js";
import { bridge, chooseTab, hearForms, listen, readParts, writeParts } from "./form-bridge.js";
import { call } from "./form-call.js";
import { allForms, fieldOf, formOf, variablesOf } from "./form-data.js";
import { dressFields } from "./form-dress.js";
import { fillForm, resetForm } from "./form-fill.js";
import { reveal } from "./form-messages.js";
import { onMounted, whenPresent } from "./form-page.js";
import { mountPicker } from "./form-picker.js";
import { settlePictures } from "./form-pictures.js";
import { forgetPreset, mountPresetBars, settlePreset } from "./form-presets.js";
import { touched } from "./form-price.js";
import { mountProjects } from "./form-project.js";
import { mountPrompts, openPrompts } from "./form-prompts.js";
import { pressRun } from "./form-run.js";
import { lastSeed, pressSeed } from "./form-seed.js";
import { showPricesToday } from "./form-today.js";
import { dressTabs } from "./form-tabs.js";
import { navigate, placeOf, replaceQuery } from "./router.js";
import { shortcutOf } from "./shortcuts.js";
import { t } from "./texts.js";
import { uploadRunPicture, valueOf, sentenceOf } from "./uploads.js";

let open = null; // the slug of the open tab
let showInPicker = () => {};

window.playground = Object.assign(window.playground ?? {}, { bridge, lastSeed });

/** The slug of the endpoint whose tab is open. */
export const current = () => open ?? allForms()[0]?.slug ?? null;

function selected(slug) {
  open = slug;
  showInPicker(slug);
  window.dispatchEvent(new CustomEvent("playground:endpoint-opened", { detail: { slug } }));
}

/** Opens the tab of an endpoint, and the Create view where another one is shown; true once it is there. */
export async function openEndpoint(slug) {
  if (!formOf(slug)) {
    toast(t("form.no_endpoint"), { bad: true });
    return false;
  }
  if (current() !== slug) await chooseTab(slug);
  if (document.getElementById("view-create")?.hidden) navigate(`/create/${encodeURIComponent(slug)}`);
  await whenPresent(`run-${slug}`);
  return true;
}

async function carefully(work) {
  try {
    await work();
  } catch (reason) {
    toast(sentenceOf(reason), { bad: true });
  }
}

/** A run's input in its form; all other fields go back to their start. */
export function openInForm(slug, input, { from } = {}) {
  return carefully(async () => {
    if (!(await openEndpoint(slug))) return;
    const { notes } = await fillForm(slug, "open", { input, template: from?.template ?? {} });
    forgetPreset(slug);
    if (!notes.length) toast(t("form.settings_in"));
  });
}

/** A picture of a run in an image field: `picture` is {run_id, index}. */
export function useAsReference(slug, fieldName, picture) {
  return carefully(async () => {
    const value = valueOf(await uploadRunPicture(picture));
    if (!fieldOf(slug, fieldName) || !(await openEndpoint(slug))) return;
    const node = await reveal(slug, fieldName);
    await writeParts(slug, { [`${fieldName}.value`]: value });
    node.scrollIntoView({ block: "nearest" });
    toast(t("form.picture_in"));
  });
}

/** A preset's values in the form of its endpoint. Throws where the preset can't be had. */
export async function applyPreset(slug, presetId) {
  if (!(await openEndpoint(slug))) return;
  await fillForm(slug, "preset", { id: presetId });
  await settlePreset(slug, presetId);
}

/** What of another endpoint's preset fits this one's form; what does not is said beside it. */
export async function applyElsewhere(slug, presetId) {
  if (!(await openEndpoint(slug))) return;
  await fillForm(slug, "preset", { id: presetId });
  forgetPreset(slug);
}

/** What a link asks for: `?preset=…`, or a field as `?prompt=…&seed=…`. Nothing runs by itself. */
function fillFromLink() {
  const url = new URL(window.location.href);
  const { view, slug } = placeOf(url);
  const asked = new Map([...url.searchParams].filter(([name]) => name === "preset" || name === "prompt" || name === "seed"));
  if (view !== "create" || !asked.size) return;
  replaceQuery(Object.fromEntries([...asked.keys()].map((name) => [name, null])));
  const preset = asked.get("preset");
  asked.delete("preset");
  carefully(async () => {
    const { fillFrom } = await import("./form-link.js");
    await fillFrom(slug ?? current(), preset, asked);
  });
}

async function copyAsCode(slug) {
  await settlePictures(slug);
  const { codes } = await call("codes", { slug, parts: await readParts(slug), variables: variablesOf(slug) });
  openSnippets(codes, { title: t("code.of_form") });
}

const PRESSES = {
  run: pressRun,
  reset: (slug) => carefully(() => resetForm(slug).then(() => forgetPreset(slug))),
  copy: (slug) => carefully(() => copyAsCode(slug)),
};

function clicked(event) {
  const button = event.target instanceof Element ? event.target.closest(".pg-form button[id]") : null;
  if (!button || pressSeed(button)) return;
  // the second of a double click: the first one may already have its answer
  if (event.detail > 1) return;
  const [name, ...rest] = button.id.split("-");
  const slug = rest.join("-");
  if (Object.hasOwn(PRESSES, name) && formOf(slug)) PRESSES[name](slug);
}

const KEYS = { run: pressRun, prompts: openPrompts };

/** With Ctrl or Cmd, anywhere in a form. */
function keyed(event) {
  const key = shortcutOf(event, "form");
  if (!key || event.repeat || document.querySelector("dialog:modal")) return;
  const form = event.target instanceof Element ? event.target.closest(".pg-form") : null;
  const slug = form?.id.slice("form-".length);
  if (!slug || !formOf(slug)) return;
  event.preventDefault();
  KEYS[key](slug);
}

/** Brings the forms to life; answers once the first one can be used. */
export async function initForms() {
  if (!allForms().length) return;
  document.documentElement.dataset.mac = String(/mac|iphone|ipad/i.test(navigator.platform));
  listen("changed", touched);
  listen("selected", selected);
  hearForms();
  document.addEventListener("click", clicked);
  document.addEventListener("keydown", keyed);
  window.addEventListener("playground:open-endpoint", (event) => {
    if (formOf(event.detail.slug)) openEndpoint(event.detail.slug);
  });
  const picker = await whenPresent("endpoint-picker");
  showInPicker = mountPicker(picker, (slug) => openEndpoint(slug));
  dressFields();
  dressTabs();
  mountPrompts();
  onMounted(mountPresetBars);
  onMounted(mountProjects);
  await Promise.all([whenPresent(`run-${current()}`), whenPresent("choose-tab")]);
  showPricesToday();
  fillFromLink();
}
