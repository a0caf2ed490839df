// Marked words as nodes, for those who see them and for those who don't.

import { el } from "./dom.js";
import { t } from "./texts.js";

const TAGS = { gone: "del", new: "ins" };

function piece({ kind, text }) {
  if (kind === "same") return text;
  return el(TAGS[kind], null, el("span", { class: "sr-only", text: t(`fact.word.${kind}`) }), text);
}

/** What wordDiff found, struck out and underlined. */
export const pieces = (found) => found.map(piece);
