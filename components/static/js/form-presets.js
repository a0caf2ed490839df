// The preset bar above each form: choose one and it is applied, with a way back; a dot shows that
// the form holds something else by now. What a press opens is a later module.

import { announce, toast } from "./announce.js";
import { api } from "./api.js";
import { confirm } from "./dialog.js";
import { el, fill } from "./dom.js";
import { call } from "./form-call.js";
import { listen, readParts, writeParts } from "./form-bridge.js";
import { formOf } from "./form-data.js";
import { fillForm } from "./form-fill.js";
import { openPaste } from "./form-paste.js";
import { settlePictures } from "./form-pictures.js";
import { reprice } from "./form-price.js";
import { icon } from "./icons.js";
import { t } from "./texts.js";

const CHANGED = "playground:presets-changed";
const PAUSE_MS = 200;

const bars = new Map();
const asking = new Map(); // by slug

const complain = (reason) => toast(Object.values(reason.fields ?? {})[0] ?? reason.message, { bad: true });

/** This person's presets for one endpoint, those that they used last first. */
function presets(slug) {
  if (!asking.has(slug)) {
    const asked = api.get(`/api/v1/presets?endpoint=${encodeURIComponent(slug)}&sort=used`).then((answer) => answer.presets);
    asking.set(slug, asked);
    asked.catch(() => asking.delete(slug));
  }
  return asking.get(slug);
}

async function held(slug) {
  await settlePictures(slug);
  return readParts(slug);
}

/** All that the form holds by field, defaults too, and which are none. */
const valuesOf = async (slug) => call("held", { slug, parts: await held(slug) });

class PresetBar {
  #slug;
  #list = [];
  #select = el("select", { class: "in", "aria-label": t("preset.label"), on: { change: () => this.#chosen() } });
  #dot = el("span", { class: "pg-differs", role: "img", "aria-label": t("preset.differs"), title: t("preset.differs"), hidden: true });
  #own = el("span", { class: "pg-own", hidden: true });
  #buttons = {};
  #from = ""; // the id of the preset that the form was filled from
  #applied = null; // what the preset's fields held once it was applied, as JSON by name
  #loading = null;
  #timer = null;

  constructor(slug, host) {
    this.#slug = slug;
    const button = (text, run, id = null) => el("button", { type: "button", class: "btn", id, text, on: { click: run } });
    this.#buttons = {
      revert: button(t("preset.revert"), () => this.#apply(this.#current())),
      update: button(t("preset.update"), () => this.#update()),
      remove: button(t("action.delete"), () => this.#remove()),
    };
    this.#own.append(...Object.values(this.#buttons));
    fill(host, el("div", { class: "row" },
      el("div", { class: "pick grow" }, this.#select, icon("chevron-down")),
      this.#dot,
      this.#own,
      button(t("preset.find"), () => this.#find()),
      button(t("preset.save_as"), () => this.#save()),
      button(t("preset.paste"), () => openPaste(slug), `paste-${slug}`)));
    listen("changed", (changed) => changed === slug && this.#look());
    this.load();
  }

  load() {
    this.#loading = this.#load();
    return this.#loading;
  }

  async #load() {
    try {
      this.#list = await presets(this.#slug);
      this.#draw();
    } catch (reason) {
      console.error(reason);
      fill(this.#select, el("option", { value: "", text: t("preset.not_loaded") }));
    }
  }

  #draw() {
    const kept = this.#select.value;
    const group = (label, list) =>
      list.length ? el("optgroup", { label }, list.map(({ id, name }) => el("option", { value: id, text: name }))) : null;
    const empty = this.#list.length ? t("preset.choose") : t("preset.none");
    fill(this.#select,
      el("option", { value: "", text: empty }),
      group(t("preset.mine"), this.#list.filter((preset) => preset.mine && !preset.shipped)),
      group(t("preset.team"), this.#list.filter((preset) => !preset.mine && !preset.shipped)),
      group(t("preset.shipped"), this.#list.filter((preset) => preset.shipped)));
    this.#mark(kept);
  }

  #knows(id) {
    return this.#list.some((preset) => preset.id === id);
  }

  /** The form was filled from elsewhere, or from none. */
  forget() {
    this.#from = "";
    this.#mark("");
  }

  /** Shows that preset as the chosen one. */
  #mark(id) {
    this.#select.value = this.#knows(id) ? id : "";
    if (!this.#select.value) this.#applied = null;
    this.#show(!this.#dot.hidden && Boolean(this.#select.value));
  }

  /** After another one was applied: what its fields hold now, or in these parts, is what it says. */
  async settled(id, parts = null) {
    this.#from = id;
    await this.#loading;
    if (!this.#knows(id)) {
      asking.delete(this.#slug); // it is younger than the list
      await this.load();
    }
    if (this.#from !== id) return;
    this.#mark(id);
    const { values } = parts ? await call("held", { slug: this.#slug, parts }) : await valuesOf(this.#slug);
    if (this.#from !== id) return;
    const names = Object.keys(this.#current()?.values ?? {});
    this.#applied = Object.fromEntries(names.map((name) => [name, JSON.stringify(values[name])]));
    this.#show(false);
    if (parts) this.#look(); // somebody may have typed meanwhile
  }

  #show(differs) {
    const chosen = this.#current();
    this.#dot.hidden = !differs;
    this.#buttons.revert.hidden = !differs;
    this.#buttons.update.hidden = !chosen?.may_edit;
    this.#buttons.remove.hidden = !chosen?.may_change;
    this.#own.hidden = !chosen || Object.values(this.#buttons).every((button) => button.hidden);
  }

  #look() {
    if (!this.#applied) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(async () => {
      const { values } = await call("held", { slug: this.#slug, parts: await readParts(this.#slug) });
      if (this.#applied) this.#show(Object.entries(this.#applied).some(([name, said]) => JSON.stringify(values[name]) !== said));
    }, PAUSE_MS);
  }

  get chosen() {
    return this.#from;
  }

  #current() {
    return this.#list.find((preset) => preset.id === this.#select.value);
  }

  #chosen() {
    const preset = this.#current();
    if (!preset) {
      this.forget();
      return;
    }
    this.#mark(preset.id);
    this.#apply(preset);
  }

  /** Fields that it does not name stay; the note holds the way back to what all of them held. */
  async #apply(preset) {
    const slug = this.#slug;
    try {
      const before = await held(slug);
      const { parts } = await fillForm(slug, "preset", { id: preset.id });
      await this.settled(preset.id, { ...before, ...parts });
      const undo = async () => {
        await writeParts(slug, before);
        reprice(slug);
        this.forget();
        announce(t("preset.undone"));
      };
      toast(t("preset.applied", { name: preset.name }), { action: { label: t("action.undo"), run: () => undo().catch(complain) } });
    } catch (reason) {
      complain(reason);
    }
  }

  async #find() {
    try {
      const [{ values }, { openPicker }] = await Promise.all([valuesOf(this.#slug), import("./preset-picker.js")]);
      openPicker(this.#slug, values, (preset) => {
        if (!this.#knows(preset.id)) {
          this.#list = [...this.#list, preset];
          this.#draw();
        }
        this.#mark(preset.id);
        this.#apply(preset);
      });
    } catch (reason) {
      complain(reason);
    }
  }

  async #save() {
    try {
      const [{ values, touched }, { openSave }] = await Promise.all([valuesOf(this.#slug), import("./preset-save.js")]);
      await openSave({ endpoint_id: formOf(this.#slug).endpoint_id, slug: this.#slug, values, ticked: touched }, async (preset) => {
        await this.#changed(preset.id);
        announce(t("preset.saved", { name: preset.name }));
      });
    } catch (reason) {
      complain(reason);
    }
  }

  async #update() {
    const preset = this.#current();
    try {
      const [{ values, touched }, { putOrAsk }] = await Promise.all([valuesOf(this.#slug), import("./preset-save.js")]);
      // fields that it named before stay in it, also where they are at their default now
      const named = Object.entries(values).filter(([name]) => touched.includes(name) || Object.hasOwn(preset.values, name));
      const { name, description, tags, cover } = preset;
      const kept = cover && { run_id: cover.run_id, index: cover.index };
      const written = await putOrAsk(preset.id, preset.version, { name, description, tags, cover: kept, values: Object.fromEntries(named) });
      if (!written) return;
      await this.#changed(preset.id);
      toast(t("preset.updated", { name }));
    } catch (reason) {
      complain(reason);
    }
  }

  async #remove() {
    const preset = this.#current();
    const sure = await confirm({ title: t("preset.delete_title"), text: t("preset.delete_text", { name: preset.name }), yes: t("action.delete"), danger: true });
    if (!sure) return;
    try {
      await api.del(`/api/v1/presets/${encodeURIComponent(preset.id)}`);
      await this.#changed("");
      announce(t("preset.deleted", { name: preset.name }));
    } catch (reason) {
      complain(reason);
    }
  }

  async #changed(id) {
    asking.clear();
    await this.load();
    if (id) await this.settled(id);
    else this.forget();
    window.dispatchEvent(new CustomEvent(CHANGED, { detail: { from: this } }));
  }
}

/** Builds the bar of every tab that is in the page. */
export function mountPresetBars() {
  for (const host of document.querySelectorAll(".pg-presets")) {
    const slug = host.id.slice("presets-".length);
    if (!bars.has(slug) && formOf(slug)) bars.set(slug, new PresetBar(slug, host));
  }
}

/** The id of the preset that the form was filled from, "" without one. */
export const chosenPreset = (slug) => bars.get(slug)?.chosen ?? "";

/** No preset is the chosen one any more: the form was filled from elsewhere. */
export const forgetPreset = (slug) => bars.get(slug)?.forget();

/** A preset was applied from elsewhere. */
export const settlePreset = (slug, id) => bars.get(slug)?.settled(id);

window.addEventListener(CHANGED, (event) => {
  asking.clear();
  for (const bar of bars.values()) if (bar !== event.detail?.from) bar.load();
});
