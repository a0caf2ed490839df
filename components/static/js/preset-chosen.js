// Presets that are ticked in the list: one file of them, or all of them deleted and brought back.

import { announce, toast } from "./announce.js";
import { api } from "./api.js";
import { confirm } from "./dialog.js";
import { el, whileBusy } from "./dom.js";
import { countWords } from "./preset-words.js";
import { t } from "./texts.js";

const path = ({ id }) => `/api/v1/presets/${encodeURIComponent(id)}`;

export class ChosenPresets {
  #chosen = new Map(); // by id
  #changed;
  #count = el("span", { role: "status" });
  #export = el("a", { class: "btn small", download: "presets.json", text: t("preset_many.export") });
  #remove = el("button", { type: "button", class: "btn small", text: t("action.delete"), on: { click: () => whileBusy(this.#remove, () => this.#delete()) } });
  node = el("div", { class: "presets-chosen row", role: "group", "aria-label": t("preset_many.label"), hidden: true }, this.#count, this.#export, this.#remove,
    el("button", { type: "button", class: "btn ghost small", text: t("preset_many.none"), on: { click: () => this.#clear() } }));

  /** `changed()`: presets have gone or come back. */
  constructor(changed) {
    this.#changed = changed;
  }

  /** The box of a row. */
  box(preset) {
    const box = el("input", { type: "checkbox", class: "preset-choice", "aria-label": t("preset_many.choose", { name: preset.name }), on: { change: () => this.#toggle(preset, box.checked) } });
    box.checked = this.#chosen.has(preset.id);
    return box;
  }

  #toggle(preset, on) {
    if (on) this.#chosen.set(preset.id, preset);
    else this.#chosen.delete(preset.id);
    this.#draw();
  }

  #clear() {
    this.#chosen.clear();
    for (const box of document.querySelectorAll(".preset-choice:checked")) box.checked = false;
    this.#draw();
    document.querySelector(".preset-choice")?.focus();
  }

  #draw() {
    const list = [...this.#chosen.values()];
    this.node.hidden = list.length === 0;
    this.#count.textContent = t("preset_many.chosen", { presets: countWords(list) });
    this.#export.href = `/api/v1/presets/export?${new URLSearchParams(list.map(({ id }) => ["id", id]))}`;
    this.#remove.hidden = !list.some(({ may_change: may }) => may);
  }

  async #delete() {
    const mine = [...this.#chosen.values()].filter(({ may_change: may }) => may);
    const sure = await confirm({ title: t("preset_many.delete_title"), text: t("preset_many.delete_text", { presets: countWords(mine) }), yes: t("action.delete"), danger: true });
    if (!sure) return;
    const gone = await this.#each(mine, (preset) => api.del(path(preset)));
    for (const { id } of gone) this.#chosen.delete(id);
    this.#draw();
    await this.#changed();
    if (!gone.length) return;
    const undo = async () => {
      const back = await this.#each(gone, (preset) => api.post(`${path(preset)}/restore`, {}));
      await this.#changed();
      announce(t("preset_many.restored", { presets: countWords(back) }));
    };
    toast(t("preset_many.deleted", { presets: countWords(gone) }), { action: { label: t("action.undo"), run: undo } });
  }

  /** One after the other, up to the first that is refused; those that were not. */
  async #each(presets, work) {
    const done = [];
    for (const preset of presets) {
      try {
        await work(preset);
      } catch (reason) {
        toast(`${preset.name}: ${reason.message}`, { bad: true });
        break;
      }
      done.push(preset);
    }
    return done;
  }
}
