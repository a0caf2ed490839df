// A preset found by words or by its picture, and what it will change, before it is applied.

import { api, endpoints } from "./api.js";
import { openDialog } from "./dialog.js";
import { el } from "./dom.js";
import { emptyNote, errorNote, waitLine } from "./state-notes.js";
import { valueText } from "./run-details.js";
import { t } from "./texts.js";

const PAUSE_MS = 150;

/** [{name, label, before, after}] of the fields that would hold something else. */
export function changesOf(preset, held, fields) {
  const labels = new Map(fields.map((field) => [field.name, field.label]));
  return Object.entries(preset.values)
    .filter(([name, value]) => JSON.stringify(held[name]) !== JSON.stringify(value))
    .map(([name, value]) => ({ name, label: labels.get(name) ?? name, before: valueText(held[name]) || t("pick_preset.nothing"), after: valueText(value) }));
}

function changes(preset, held, fields) {
  const list = changesOf(preset, held, fields);
  if (!list.length) return el("p", { class: "soft", text: t("pick_preset.no_change") });
  const row = ({ label, before, after }) => el("div", null, el("dt", { text: label }), el("dd", null, el("s", { dir: "auto", text: before }), " ", el("span", { dir: "auto", text: after })));
  return el("dl", { class: "preset-changes" }, list.map(row));
}

const groupOf = ({ shipped, mine }) => (shipped ? "shipped" : mine ? "mine" : "team");
const GROUPS = { mine: () => t("pick_preset.mine"), team: () => t("pick_preset.team"), shipped: () => t("pick_preset.shipped") };

class Picker {
  #slug;
  #held;
  #fields = [];
  #chosen = null;
  #asked = 0;
  #timer = null;
  #list = el("div", { class: "preset-list" });
  #told = el("div", { class: "preset-told", role: "region", "aria-live": "polite", "aria-label": t("pick_preset.changes") });
  #apply;
  search = el("input", { class: "in", type: "search", autofocus: true, "aria-label": t("pick_preset.search"), placeholder: t("pick_preset.search"), on: { input: () => this.#later() } });

  constructor(slug, held, apply) {
    this.#slug = slug;
    this.#held = held;
    this.#apply = apply;
  }

  get body() {
    return [this.search, el("div", { class: "preset-picker" }, this.#list, this.#told)];
  }

  get chosen() {
    return this.#chosen;
  }

  #later() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.load(), PAUSE_MS);
  }

  async load() {
    const number = ++this.#asked;
    if (!this.#list.childElementCount) this.#list.replaceChildren(waitLine(t("pick_preset.loading")));
    try {
      const query = new URLSearchParams({ endpoint: this.#slug, sort: "used", q: this.search.value.trim() });
      const [{ presets }, all] = await Promise.all([api.get(`/api/v1/presets?${query}`), endpoints()]);
      if (number !== this.#asked) return;
      this.#fields = all.find((one) => one.slug === this.#slug)?.fields ?? [];
      this.#draw(presets);
    } catch (error) {
      console.error(error);
      this.#list.replaceChildren(errorNote(t("pick_preset.not_loaded"), error, () => this.load()));
    }
  }

  #draw(presets) {
    const groups = Object.entries(GROUPS).map(([name, label]) => [label(), presets.filter((preset) => groupOf(preset) === name)]);
    const nodes = groups
      .filter(([, list]) => list.length)
      .map(([label, list]) => el("section", null, el("h3", { text: label }), el("ul", { role: "list" }, list.map((preset) => this.#row(preset)))));
    this.#list.replaceChildren(...(nodes.length ? nodes : [emptyNote("bookmark", t("pick_preset.none"), t("pick_preset.other_words"))]));
    if (!presets.some(({ id }) => id === this.#chosen?.id)) this.#choose(null);
  }

  #row(preset) {
    const input = el("input", { type: "radio", name: "picked-preset", on: { change: () => this.#choose(preset), dblclick: () => this.#apply(preset) } });
    input.checked = preset.id === this.#chosen?.id;
    return el("li", null,
      el("label", { class: `preset-pick${preset.out_of_date ? " stale" : ""}`, dataset: { pick: preset.id } }, input,
        preset.cover ? el("img", { src: preset.cover.url, alt: "", loading: "lazy" }) : el("span", { class: "preset-no-cover", "aria-hidden": "true" }),
        el("span", { class: "preset-pick-words" }, el("b", { dir: "auto", text: preset.name }), el("span", { class: "soft", dir: "auto", text: preset.out_of_date ?? preset.description }))));
  }

  #choose(preset) {
    this.#chosen = preset;
    this.#told.replaceChildren(...(preset ? [el("h3", { text: t("pick_preset.changes") }), changes(preset, this.#held, this.#fields)] : [el("p", { class: "soft", text: t("pick_preset.choose") })]));
  }
}

/** Opens it for a form that holds `held`; `onApply(preset)` where one is to be applied. */
export function openPicker(slug, held, onApply) {
  const apply = (preset) => {
    dialog.close();
    onApply(preset);
  };
  const picker = new Picker(slug, held, apply);
  const dialog = openDialog({
    title: t("pick_preset.title"),
    wide: true,
    body: picker.body,
    actions: [
      { label: t("action.cancel") },
      { label: t("pick_preset.apply"), kind: "main", close: false, run: () => (picker.chosen ? apply(picker.chosen) : picker.search.focus()) },
    ],
  });
  picker.load();
  return dialog;
}
