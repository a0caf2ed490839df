// What a prompt's box holds, said anew so that Gradio hears it.

import { toast } from "./announce.js";
import { t } from "./texts.js";

/** Gives the box another text, the caret at its end, or where it is said. */
export function write(box, text, caret = text.length) {
  box.value = text;
  box.dispatchEvent(new InputEvent("input", { bubbles: true }));
  box.setSelectionRange(caret, caret);
}

/** Where the caret is, or what is marked. */
export const placeIn = ({ selectionStart: from, selectionEnd: to }) => ({ from, to });

/** The text with `added` in place of what is marked; words that would touch get a space between. */
export function withInserted(value, { from, to }, added) {
  const [before, after] = [value.slice(0, from), value.slice(to)];
  const left = /\S$/.test(before) && /^[\p{L}\p{N}]/u.test(added) ? " " : "";
  const right = /[\p{L}\p{N}]$/u.test(added) && /^[\p{L}\p{N}]/u.test(after) ? " " : "";
  const start = before + left + added + right;
  return { text: start + after, caret: start.length };
}

/** Puts a text into the box, whole or `at` a place; what the box held comes back by the note. */
export function put(box, text, at = null) {
  const before = box.value;
  const { text: whole, caret } = at ? withInserted(before, at, text) : { text, caret: text.length };
  write(box, whole, caret);
  box.focus({ preventScroll: true });
  box.scrollIntoView({ block: "nearest" });
  if (!before || before === box.value) return;
  const written = box.value;
  const undo = () => {
    if (box.value === written) write(box, before);
    box.focus();
  };
  toast(at ? t("past_prompts.inserted") : t("past_prompts.replaced"), { action: { label: t("action.undo"), run: undo } });
}
