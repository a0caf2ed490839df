// Paste input as JSON: the input itself, or a whole snippet of fal's with it inside.

import { announce } from "./announce.js";
import { openDialog } from "./dialog.js";
import { el } from "./dom.js";
import { fillForm } from "./form-fill.js";

/** Asks for the text and fills the form with it; fields that it does not name stay. */
export function openPaste(slug) {
  const area = el("textarea", {
    class: "in pg-paste",
    rows: "10",
    spellcheck: "false",
    autofocus: true,
    placeholder: '{"prompt": "…", "seed": 42}',
    "aria-label": "Input as JSON",
    "aria-describedby": "paste-error",
  });
  const error = el("p", { class: "pg-error", id: "paste-error", role: "alert" });
  const hint = el("p", { class: "soft", text: "The input of a run, or a whole snippet with “input” in it. Fields that it does not name stay." });
  const send = async (close) => {
    error.textContent = "";
    try {
      const { fitted } = await fillForm(slug, "paste", { text: area.value });
      close();
      announce(fitted.length === 1 ? "1 field filled." : `${fitted.length} fields filled.`);
    } catch (reason) {
      error.textContent = reason.message;
      area.focus();
    }
  };
  return openDialog({
    title: "Paste input as JSON",
    body: [hint, area, error],
    actions: [{ label: "Cancel" }, { label: "Fill the form", kind: "main", close: false, run: send }],
  });
}
