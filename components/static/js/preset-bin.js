// One's own presets that were deleted and can still be brought back.

import { announce } from "./announce.js";
import { api } from "./api.js";
import { openDialog } from "./dialog.js";
import { el, fill, whileBusy } from "./dom.js";
import { moment } from "./format.js";
import { t } from "./texts.js";

class PresetBin {
  #list = el("ul", { class: "preset-history", role: "list", "aria-busy": "true" });
  #error = el("p", { class: "pg-error", role: "alert" });
  #done;

  constructor(done) {
    this.#done = done;
  }

  async open() {
    openDialog({ title: t("preset_bin.title"), wide: true, body: [el("p", { class: "soft", text: t("preset_bin.about") }), this.#error, this.#list], actions: [{ label: t("action.close") }] });
    try {
      await this.#load(null);
    } catch (reason) {
      this.#error.textContent = reason.message;
    }
    this.#list.removeAttribute("aria-busy");
  }

  async #load(cursor) {
    const query = new URLSearchParams({ deleted: "true", ...(cursor && { cursor }) });
    const { presets, next_cursor: next } = await api.get(`/api/v1/presets?${query}`);
    const more = next && el("li", null, el("button", { type: "button", class: "btn small", text: t("presets_view.more"), on: { click: ({ currentTarget: button }) => whileBusy(button, () => this.#more(button, next)) } }));
    const rows = presets.map((preset) => this.#row(preset));
    if (cursor) this.#list.append(...rows, ...(more ? [more] : []));
    else fill(this.#list, rows, more, !rows.length && el("li", { class: "soft", text: t("preset_bin.none") }));
    return rows[0];
  }

  async #more(button, cursor) {
    const first = await this.#load(cursor);
    button.closest("li").remove();
    first?.querySelector("button").focus();
  }

  #row(preset) {
    const back = el("button", { type: "button", class: "btn small", "aria-label": t("preset_bin.back_named", { name: preset.name }), text: t("preset_bin.back"), on: { click: () => whileBusy(back, () => this.#restore(preset, row)) } });
    const row = el("li", { class: "preset-history-words", dataset: { deletedPreset: preset.id } },
      el("div", null, el("b", { dir: "auto", text: preset.name }), " ",
        el("span", { class: "soft", text: `${preset.slug ?? preset.endpoint_id} · ${moment(preset.deleted_at)}` })), back);
    return row;
  }

  async #restore(preset, row) {
    this.#error.textContent = "";
    try {
      await api.post(`/api/v1/presets/${encodeURIComponent(preset.id)}/restore`, {});
    } catch (reason) {
      this.#error.textContent = `${preset.name}: ${reason.message}`;
      return;
    }
    const near = row.nextElementSibling ?? row.previousElementSibling;
    row.remove();
    if (near) near.querySelector("button")?.focus();
    else fill(this.#list, el("li", { class: "soft", text: t("preset_bin.none") }));
    announce(t("preset.restored", { name: preset.name }));
    this.#done();
  }
}

/** Opens the list; `done()` whenever one has come back. */
export const openPresetBin = (done) => new PresetBin(done).open();
