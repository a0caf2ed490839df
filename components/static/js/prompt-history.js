// The history's part of the dialog: one's own prompts, last used first.

import { announce, toast } from "./announce.js";
import { api } from "./api.js";
import { confirm } from "./dialog.js";
import { el, fill, whileBusy } from "./dom.js";
import { moment, shorten } from "./format.js";
import { icon } from "./icons.js";
import { promptRow } from "./prompt-row.js";
import { emptyNote, errorNote, waitLine } from "./state-notes.js";
import { t } from "./texts.js";

const path = ({ id }) => `/api/v1/prompts/${encodeURIComponent(id)}`;
const NAMED = 60;

export class History {
  #use;
  #again;
  #asked = 0;
  #said = "";
  #list = null;
  #changed = new Map(); // by id: a list that was asked for before a change comes after it
  #box = el("input", { type: "checkbox", on: { change: () => this.#again() } });
  option = el("label", { class: "check" }, this.#box, el("span", { text: t("past_prompts.only_starred") }));

  constructor(use, again) {
    this.#use = use;
    this.#again = again;
  }

  /** `shown()`: whether the part is still wanted once its list has come. */
  async load(host, words, shown) {
    const number = ++this.#asked;
    if (!host.childElementCount) fill(host, waitLine(t("past_prompts.loading")));
    try {
      const page = await this.#page(words, null);
      if (number === this.#asked && shown()) this.#draw(host, words, page);
    } catch (error) {
      if (shown()) fill(host, errorNote(t("past_prompts.not_loaded"), error, () => this.load(host, words, shown)));
    }
  }

  #page(words, cursor) {
    const query = { q: words, starred: this.#box.checked || "", cursor: cursor ?? "" };
    return api.get(`/api/v1/prompts?${new URLSearchParams(Object.entries(query).filter(([, value]) => value))}`);
  }

  /** What says the same as what is there stays: it may be under a press just now. */
  #draw(host, words, page) {
    const said = JSON.stringify([page, page.next_cursor || !page.prompts.length ? words : ""]);
    if (said === this.#said && host.contains(this.#list)) return;
    this.#said = said;
    this.#fill(host, words, page);
  }

  #fill(host, words, { prompts, next_cursor: next }) {
    const list = el("ul", { class: "prompt-list", role: "list" }, prompts.map((prompt) => this.#row(prompt)));
    this.#list = list;
    fill(host, prompts.length ? list : this.#nothing(words), next && this.#more(list, words, next));
  }

  #nothing(words) {
    const narrowed = words || this.#box.checked;
    return emptyNote("search", narrowed ? t("past_prompts.no_hit") : t("past_prompts.none"), narrowed ? t("past_prompts.other_words") : t("past_prompts.how"));
  }

  #more(list, words, cursor) {
    const button = el("button", { type: "button", class: "btn small", text: t("past_prompts.more"), on: { click: () => whileBusy(button, () => this.#next(button, list, words, cursor)) } });
    return button;
  }

  async #next(button, list, words, cursor) {
    try {
      const { prompts, next_cursor: next } = await this.#page(words, cursor);
      const rows = prompts.map((prompt) => this.#row(prompt));
      list.append(...rows);
      rows[0]?.querySelector("button").focus();
      if (next) button.replaceWith(this.#more(list, words, next));
      else button.remove();
    } catch (error) {
      toast(error.message, { bad: true });
    }
  }

  #row(listed) {
    const prompt = this.#changed.get(listed.id) ?? listed;
    const name = shorten(prompt.text, NAMED);
    const star = el("button", { type: "button", class: "btn ghost small icon-only", "aria-pressed": String(prompt.starred), "aria-label": t("past_prompts.star_named", { name }), title: t("past_prompts.star"), on: { click: () => this.#star(prompt, row) } }, icon(prompt.starred ? "star-full" : "star"));
    const remove = el("button", { type: "button", class: "btn ghost small icon-only", "aria-label": t("past_prompts.remove_named", { name }), title: t("past_prompts.remove"), on: { click: () => this.#remove(prompt, row) } }, icon("trash-2"));
    const row = promptRow({ id: prompt.id, text: prompt.text, about: moment(prompt.last_used_at), use: this.#use, buttons: [star, remove] });
    return row;
  }

  async #star(prompt, row) {
    try {
      const changed = await api.patch(path(prompt), { starred: !prompt.starred });
      this.#changed.set(changed.id, changed);
      const again = this.#row(changed);
      row.replaceWith(again);
      again.querySelector("[aria-pressed]").focus();
      announce(changed.starred ? t("past_prompts.starred") : t("past_prompts.unstarred"));
    } catch (error) {
      toast(error.message, { bad: true });
    }
  }

  async #remove(prompt, row) {
    if (!(await confirm({ title: t("past_prompts.remove"), text: t("past_prompts.remove_text"), yes: t("past_prompts.remove"), danger: true }))) return;
    try {
      await api.del(path(prompt));
      const near = row.nextElementSibling ?? row.previousElementSibling;
      this.#said = "";
      row.remove();
      if (near) near.querySelector("button").focus();
      else this.#again();
      announce(t("past_prompts.removed"));
    } catch (error) {
      toast(error.message, { bad: true });
    }
  }
}
