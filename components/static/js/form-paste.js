// Paste input as JSON: the input itself, or a whole snippet of fal's with it inside.

import { announce } from "./announce.js";
import { openDialog } from "./dialog.js";
import { el } from "./dom.js";
import { fillForm } from "./form-fill.js";
import { t } from "./texts.js";

/** Asks for the text and fills the form with it; fields that it does not name stay. */
export function openPaste(slug) {
  const area = el("textarea", {
    class: "in pg-paste",
    rows: "10",
    spellcheck: "false",
    autofocus: true,
    placeholder: '{"prompt": "…", "seed": 42}',
    "aria-label": t("paste.label"),
    "aria-describedby": "paste-error",
  });
  const error = el("p", { class: "pg-error", id: "paste-error", role: "alert" });
  const hint = el("p", { class: "soft", text: t("paste.hint") });
  const send = async (close) => {
    error.textContent = "";
    try {
      const { fitted } = await fillForm(slug, "paste", { text: area.value });
      close();
      announce(t("paste.filled", { count: fitted.length }));
    } catch (reason) {
      error.textContent = reason.message;
      area.focus();
    }
  };
  const picture = async () => (await import("./recall-dialog.js")).chooseRecall();
  return openDialog({
    title: t("paste.title"),
    body: [hint, area, error],
    actions: [{ label: t("action.cancel") }, { label: t("paste.picture"), run: picture }, { label: t("paste.fill"), kind: "main", close: false, run: send }],
  });
}
