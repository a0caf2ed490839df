// The preset bar above each form: choose one and it is applied; save, update, delete one's own.

import { announce, toast } from "./announce.js";
import { api } from "./api.js";
import { confirm, openDialog } from "./dialog.js";
import { el, fill } from "./dom.js";
import { call } from "./form-call.js";
import { readParts } from "./form-bridge.js";
import { formOf } from "./form-data.js";
import { fillForm } from "./form-fill.js";
import { openPaste } from "./form-paste.js";
import { settlePictures } from "./form-pictures.js";
import { icon } from "./icons.js";
import { t } from "./texts.js";

const CHANGED = "playground:presets-changed";

const bars = new Map();
let asking = null;

const complain = (reason) => toast(Object.values(reason.fields ?? {})[0] ?? reason.message, { bad: true });

/** All presets of this person, asked for once for all tabs. */
function presets() {
  asking ??= api.get("/api/v1/presets").then(
    (answer) => answer.presets,
    (reason) => {
      asking = null;
      throw reason;
    },
  );
  return asking;
}

/** There is another preset, or one less: every list of them asks again. */
export const tellPresets = (from = null) => window.dispatchEvent(new CustomEvent(CHANGED, { detail: { from } }));

async function held(slug) {
  await settlePictures(slug);
  return readParts(slug);
}

/** Asks for a preset's name; `onSave(name, defaults)` keeps it, and what it throws is said there. */
export function nameDialog(onSave) {
  const name = el("input", { class: "in", id: "preset-name", type: "text", dir: "auto", maxlength: "80", autocomplete: "off", autofocus: true, "aria-describedby": "preset-error" });
  const all = el("input", { type: "checkbox", id: "preset-defaults" });
  const error = el("p", { class: "pg-error", id: "preset-error", role: "alert" });
  const save = async (close) => {
    error.textContent = "";
    try {
      await onSave(name.value, all.checked);
      close();
    } catch (reason) {
      error.textContent = Object.values(reason.fields ?? {})[0] ?? reason.message;
      name.focus();
    }
  };
  const dialog = openDialog({
    title: t("preset.save_title"),
    body: [
      el("div", null, el("label", { class: "label", for: "preset-name", text: t("preset.name") }), name),
      el("label", { class: "pg-check" }, all, t("preset.keep_defaults")),
      error,
    ],
    actions: [{ label: t("action.cancel") }, { label: t("preset.save"), kind: "main", close: false, run: save }],
  });
  name.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing) return;
    event.preventDefault();
    dialog.element.querySelector(".btn.main").click();
  });
}

class PresetBar {
  #slug;
  #list = [];
  #select = el("select", { class: "in", "aria-label": t("preset.label"), on: { change: () => this.#chosen() } });
  #own = el("span", { class: "pg-own", hidden: true });

  constructor(slug, host) {
    this.#slug = slug;
    const button = (text, run, id = null) => el("button", { type: "button", class: "btn", id, text, on: { click: run } });
    this.#own.append(button(t("preset.update"), () => this.#update()), button(t("action.delete"), () => this.#remove()));
    fill(host, el("div", { class: "row" },
      el("div", { class: "pick grow" }, this.#select, icon("chevron-down")),
      this.#own,
      button(t("preset.save_as"), () => this.#save()),
      button(t("preset.paste"), () => openPaste(slug), `paste-${slug}`)));
    this.load();
  }

  async load() {
    try {
      const all = await presets();
      this.#list = all.filter((preset) => preset.slug === this.#slug);
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
    this.mark(kept);
  }

  /** Shows that preset as the chosen one. */
  mark(id) {
    this.#select.value = this.#list.some((preset) => preset.id === id) ? id : "";
    const chosen = this.#current();
    this.#own.hidden = !(chosen?.may_change ?? (chosen?.mine && !chosen.shipped));
  }

  #current() {
    return this.#list.find((preset) => preset.id === this.#select.value);
  }

  async #chosen() {
    const preset = this.#current();
    this.mark(this.#select.value);
    if (!preset) return;
    try {
      await fillForm(this.#slug, "preset", { id: preset.id });
      announce(t("preset.applied", { name: preset.name }));
    } catch (reason) {
      complain(reason);
    }
  }

  #save() {
    nameDialog(async (name, defaults) => {
      const { preset } = await call("save_preset", { slug: this.#slug, parts: await held(this.#slug), name, defaults });
      await this.#changed(preset.id);
      announce(t("preset.saved", { name: preset.name }));
    });
  }

  async #update() {
    const preset = this.#current();
    try {
      await call("update_preset", { slug: this.#slug, parts: await held(this.#slug), id: preset.id });
      await this.#changed(preset.id);
      toast(t("preset.updated", { name: preset.name }));
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
    asking = null;
    await this.load();
    this.mark(id);
    tellPresets(this);
  }
}

/** Builds the bar of every tab that is in the page. */
export function mountPresetBars() {
  for (const host of document.querySelectorAll(".pg-presets")) {
    const slug = host.id.slice("presets-".length);
    if (!bars.has(slug) && formOf(slug)) bars.set(slug, new PresetBar(slug, host));
  }
}

/** Shows a preset as chosen that was applied from elsewhere. */
export const markPreset = (slug, id) => bars.get(slug)?.mark(id);

window.addEventListener(CHANGED, (event) => {
  asking = null;
  for (const bar of bars.values()) if (bar !== event.detail?.from) bar.load();
});
