// The library's part of the dialog: texts under a name, one's own and the team's.

import { announce, toast } from "./announce.js";
import { api } from "./api.js";
import { selectOf, withArrow } from "./choices.js";
import { deletedButton } from "./deleted-list.js";
import { el, fill, whileBusy } from "./dom.js";
import { icon } from "./icons.js";
import { openMenu } from "./popup-menu.js";
import { promptRow } from "./prompt-row.js";
import { editSnippet, keepSnippet } from "./snippet-save.js";
import { markOf, share, shareWords } from "./share.js";
import { emptyNote, errorNote, waitLine } from "./state-notes.js";
import { t } from "./texts.js";

const path = ({ id }) => `/api/v1/snippets/${encodeURIComponent(id)}`;
const complain = (reason) => toast(Object.values(reason.fields ?? {})[0] ?? reason.message, { bad: true });

/** The first words of a text, as the name that it may have. */
export function nameOf(text) {
  const words = text.split(/\s+/u).slice(0, 6).join(" ");
  return words.length > 60 ? words.slice(0, 60).trim() : words.replace(/[,.;:]+$/u, "");
}

export class Library {
  #use;
  #again;
  #asked = 0;
  #said = "";
  #list = null;
  option = deletedButton("snippets", () => this.#again());

  constructor(use, again) {
    this.#use = use;
    this.#again = again;
  }

  /** `shown()`: whether the part is still wanted once its list has come. */
  async load(host, words, shown) {
    const number = ++this.#asked;
    if (!host.childElementCount) fill(host, waitLine(t("snippets.loading")));
    try {
      const page = await this.#page(words, null);
      if (number === this.#asked && shown()) this.#draw(host, words, page);
    } catch (error) {
      if (shown()) fill(host, errorNote(t("snippets.not_loaded"), error, () => this.load(host, words, shown)));
    }
  }

  #page(words, cursor) {
    const query = Object.entries({ q: words, cursor }).filter(([, value]) => value);
    return api.get(`/api/v1/snippets?${new URLSearchParams(query)}`);
  }

  /** What says the same as what is there stays: it may be under a press just now. */
  #draw(host, words, page) {
    const said = JSON.stringify([page, page.next_cursor || !page.snippets.length ? words : ""]);
    if (said === this.#said && host.contains(this.#list)) return;
    this.#said = said;
    this.#fill(host, words, page);
  }

  #fill(host, words, { snippets, next_cursor: next }) {
    const list = el("ul", { class: "prompt-list", role: "list" }, snippets.map((snippet) => this.#row(snippet)));
    const nothing = () => (words ? emptyNote("search", t("snippets.no_hit"), t("past_prompts.other_words")) : emptyNote("bookmark", t("snippets.none"), t("snippets.how")));
    fill(host, snippets.length ? list : nothing(), next && this.#more(list, words, next));
  }

  #more(list, words, cursor) {
    const button = el("button", { type: "button", class: "btn small", text: t("past_prompts.more"), on: { click: () => whileBusy(button, async () => {
      try {
        const { snippets, next_cursor: next } = await this.#page(words, cursor);
        const rows = snippets.map((snippet) => this.#row(snippet));
        list.append(...rows);
        rows[0]?.querySelector("button").focus();
        button.replaceWith(...(next ? [this.#more(list, words, next)] : []));
      } catch (error) {
        complain(error);
      }
    }) } });
    return button;
  }

  #row(snippet) {
    const { name } = snippet;
    const whose = snippet.mine ? (snippet.visibility === "team" ? t("snippets.mine_team") : t("snippets.mine")) : t("snippets.of", { name: snippet.person_name });
    const mark = el("button", { type: "button", class: "btn ghost small icon-only", title: shareWords(snippet), "aria-label": `${name}: ${shareWords(snippet)}`, dataset: { action: "share" }, on: { click: () => this.#share(snippet, row) } }, icon(markOf(snippet)));
    const more = el("button", { type: "button", class: "btn ghost small", "aria-haspopup": "menu", "aria-expanded": "false", "aria-label": t("snippets.menu", { name }), text: t("snippets.more"), on: { click: () => this.#deeds(more, snippet, row) } });
    const buttons = [snippet.may_share && mark, (snippet.may_edit || snippet.may_change) && more];
    const about = snippet.locked ? `${whose} · ${t("snippets.locked")}` : whose;
    const row = promptRow({ id: snippet.id, name, text: snippet.text, about, use: this.#use, buttons });
    return row;
  }

  #deeds(anchor, snippet, row) {
    openMenu(anchor, [
      snippet.may_edit && { label: t("snippets.edit"), run: () => editSnippet(snippet, (changed) => this.#changed(changed, row)) },
      snippet.may_change && { label: snippet.locked ? t("snippets.unlock") : t("snippets.lock"), run: () => this.#patch(snippet, { locked: !snippet.locked }, row) },
      snippet.may_change && { label: t("action.delete"), run: () => this.#remove(snippet, row) },
    ].filter(Boolean), { label: t("snippets.menu", { name: snippet.name }) });
  }

  #changed(snippet, row) {
    const again = this.#row(snippet);
    row.replaceWith(again);
    again.querySelector("button").focus();
  }

  async #patch(snippet, body, row) {
    try {
      this.#changed(await api.patch(path(snippet), body), row);
    } catch (error) {
      complain(error);
    }
  }

  async #share(snippet, row) {
    try {
      const changed = await share("snippets", snippet);
      this.#changed(changed, row);
      announce(changed.visibility === "team" ? t("share.is_team") : t("share.is_private"));
    } catch (error) {
      complain(error);
    }
  }

  async #remove(snippet, row) {
    try {
      await api.del(path(snippet));
    } catch (error) {
      complain(error);
      return;
    }
    const near = row.nextElementSibling ?? row.previousElementSibling;
    this.#said = "";
    row.remove();
    if (near) near.querySelector("button").focus();
    else this.#again();
    const undo = async () => {
      try {
        await api.post(`${path(snippet)}/restore`);
        this.#again();
        announce(t("deleted.is_back", { name: snippet.name }));
      } catch (error) {
        complain(error);
      }
    };
    toast(t("snippets.deleted", { name: snippet.name }), { action: { label: t("action.undo"), run: undo } });
  }

  /** The line in which the prompt of the form, or what is marked of it, is kept; null without one. */
  keepForm(box, onKept) {
    const { selectionStart: from, selectionEnd: to, value } = box;
    const marked = value.slice(from, to).trim();
    const text = marked || value.trim();
    if (!text) return null;
    const name = el("input", { class: "in", id: "keep-snippet-name", maxlength: "80", dir: "auto", required: true, value: nameOf(text) });
    const error = el("p", { class: "pg-error", role: "alert" });
    const whose = selectOf([["", t("keep_preset.as_usual")], ["private", t("keep_preset.private")], ["team", t("keep_preset.team")]], "", { "aria-label": t("keep_preset.who") });
    const save = el("button", { type: "submit", class: "btn primary", text: t("snippets.keep") });
    const send = async () => {
      error.textContent = "";
      try {
        const kept = await keepSnippet({ name: name.value, text, ...(whose.value && { visibility: whose.value }) });
        if (!kept) return;
        announce(t("snippets.kept", { name: kept.name }));
        onKept(kept);
      } catch (reason) {
        error.textContent = Object.values(reason.fields ?? {})[0] ?? reason.message;
        name.focus();
      }
    };
    return el("form", { class: "prompt-keep", on: { submit: (event) => {
      event.preventDefault();
      whileBusy(save, send);
    } } },
      el("label", { class: "label", for: name.id, text: marked ? t("snippets.keep_marked") : t("snippets.keep_prompt") }),
      el("div", { class: "prompt-keep-row" }, name, withArrow(whose), save), error);
  }
}
