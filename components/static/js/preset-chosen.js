// Presets that are ticked in the list: one file of them, or all of them deleted and brought back.

import { announce, toast } from "./announce.js";
import { api } from "./api.js";
import { confirm } from "./dialog.js";
import { el, whileBusy } from "./dom.js";
import { isolated } from "./format.js";
import { countWords } from "./preset-words.js";
import { t } from "./texts.js";

const AT_ONCE = 200;
const NAMED = 3;

/** Does it with all of them: {done, left}. Of those that are left a note says why. */
async function each(deed, presets) {
  const done = [];
  const left = [];
  const byId = new Map(presets.map((preset) => [preset.id, preset]));
  const reasons = new Map(); // names by reason
  try {
    for (let at = 0; at < presets.length; at += AT_ONCE) {
      const ids = presets.slice(at, at + AT_ONCE).map(({ id }) => id);
      const answer = await api.post(`/api/v1/presets/${deed}`, { ids });
      done.push(...answer.ids.map((id) => byId.get(id)));
      left.push(...answer.left.map(({ id }) => byId.get(id)));
      for (const { id, message } of answer.left) reasons.set(message, [...(reasons.get(message) ?? []), byId.get(id).name]);
    }
  } catch (reason) {
    toast(reason.message, { bad: true });
  }
  for (const [why, names] of reasons) toast(t("preset_many.left", { names: namesOf(names), why }), { bad: true });
  return { done, left };
}

function namesOf(names) {
  const shown = names.slice(0, NAMED).map(isolated).join(", ");
  return names.length > NAMED ? t("preset_many.names_more", { names: shown, count: names.length - NAMED }) : shown;
}

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
    const { done: gone, left } = await each("delete", mine);
    for (const { id } of [...gone, ...left]) this.#chosen.delete(id);
    this.#draw();
    await this.#changed();
    if (!gone.length) return;
    const undo = async () => {
      const { done: back } = await each("restore", gone);
      await this.#changed();
      if (back.length) announce(t("preset_many.restored", { presets: countWords(back) }));
    };
    toast(t("preset_many.deleted", { presets: countWords(gone) }), { action: { label: t("action.undo"), run: undo } });
  }
}
