// One text of the dialog: a press on it replaces the prompt, a button puts it where the caret is.

import { el } from "./dom.js";
import { shorten } from "./format.js";
import { t } from "./texts.js";

const NAMED = 60;

/** `about`: small words under it; `use(text, {insert})`; `buttons`: what else can be done with it. */
export function promptRow({ id, name = "", text, about, use, buttons }) {
  const shown = name || shorten(text, NAMED);
  return el("li", { class: "prompt-row", dataset: { prompt: id } },
    el("button", { type: "button", class: "prompt-text", title: t("past_prompts.replace"), on: { click: () => use(text, { insert: false }) } },
      name && el("b", { dir: "auto", text: name }),
      el("span", { class: "prompt-words", dir: "auto", text }),
      el("span", { class: "soft" }, about)),
    el("div", { class: "prompt-acts", role: "group", "aria-label": shown },
      el("button", { type: "button", class: "btn small", text: t("past_prompts.insert"), on: { click: () => use(text, { insert: true }) } }),
      buttons));
}
