// What one has deleted and can still bring back: presets, snippets, lists.

import { announce } from "./announce.js";
import { api } from "./api.js";
import { openDialog } from "./dialog.js";
import { el, fill, whileBusy } from "./dom.js";
import { moment, shorten } from "./format.js";
import { t } from "./texts.js";

const LONGEST = 80;

/** By the name that their address has: what a row says of one beside its name. */
const KINDS = {
  presets: (preset) => preset.slug ?? preset.endpoint_id,
  snippets: (snippet) => shorten(snippet.text, LONGEST),
  lists: (list) => t("lists.count", { count: list.count }),
};

class DeletedList {
  #list = el("ul", { class: "preset-history", role: "list", "aria-busy": "true" });
  #error = el("p", { class: "pg-error", role: "alert" });
  #kind;
  #done;

  constructor(kind, done) {
    this.#kind = kind;
    this.#done = done;
  }

  async open() {
    openDialog({ title: t(`deleted.${this.#kind}`), body: [el("p", { class: "soft", text: t("deleted.about") }), this.#error, this.#list], actions: [{ label: t("action.close") }] });
    try {
      await this.#load(null);
    } catch (reason) {
      this.#error.textContent = reason.message;
    }
    this.#list.removeAttribute("aria-busy");
  }

  async #load(cursor) {
    const query = new URLSearchParams({ deleted: "true", ...(cursor && { cursor }) });
    const { [this.#kind]: found, next_cursor: next } = await api.get(`/api/v1/${this.#kind}?${query}`);
    const more = next && el("li", null, el("button", { type: "button", class: "btn small", text: t("deleted.more"), on: { click: ({ currentTarget: button }) => whileBusy(button, () => this.#more(button, next)) } }));
    const rows = found.map((one) => this.#row(one));
    if (cursor) this.#list.append(...rows, ...(more ? [more] : []));
    else fill(this.#list, rows, more, !rows.length && this.#none());
    return rows[0];
  }

  async #more(button, cursor) {
    const first = await this.#load(cursor);
    button.closest("li").remove();
    first?.querySelector("button").focus();
  }

  #none() {
    return el("li", { class: "soft", text: t("deleted.none") });
  }

  #row(one) {
    const back = el("button", { type: "button", class: "btn small", "aria-label": t("deleted.back_named", { name: one.name }), text: t("deleted.back"), on: { click: () => whileBusy(back, () => this.#restore(one, row)) } });
    const row = el("li", { class: "preset-history-words", dataset: { deleted: one.id } },
      el("div", null, el("b", { dir: "auto", text: one.name }), " ",
        el("span", { class: "soft" }, el("bdi", { text: KINDS[this.#kind](one) }), ` · ${moment(one.deleted_at)}`)), back);
    return row;
  }

  async #restore(one, row) {
    this.#error.textContent = "";
    try {
      await api.post(`/api/v1/${this.#kind}/${encodeURIComponent(one.id)}/restore`, {});
    } catch (reason) {
      this.#error.textContent = `${one.name}: ${reason.message}`;
      return;
    }
    const near = row.nextElementSibling ?? row.previousElementSibling;
    row.remove();
    if (near) near.querySelector("button")?.focus();
    else fill(this.#list, this.#none());
    announce(t("deleted.is_back", { name: one.name }));
    this.#done();
  }
}

/** Opens the list of a kind, "presets", "snippets" or "lists"; `done()` whenever one has come back. */
export const openDeleted = (kind, done) => new DeletedList(kind, done).open();

/** The button that opens it. */
export const deletedButton = (kind, done) =>
  el("button", { type: "button", class: "btn", text: t("deleted.open"), on: { click: () => openDeleted(kind, done) } });
