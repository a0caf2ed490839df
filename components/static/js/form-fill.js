// Values from elsewhere into a form: a preset, a run, pasted JSON, a picture, the start values.

import { announce } from "./announce.js";
import { call } from "./form-call.js";
import { writeParts } from "./form-bridge.js";
import { clearErrors, showNotes } from "./form-messages.js";
import { reprice } from "./form-price.js";
import { t } from "./texts.js";

/** Asks the server what the widgets have to hold, writes it, says what did not fit. */
export async function fillForm(slug, how, body = {}) {
  const { parts, notes, fitted, variables } = await call(how, { slug, ...body });
  clearErrors(slug);
  await writeParts(slug, parts);
  await showNotes(slug, notes);
  if (variables) (await import("./form-template.js")).giveVariables(slug, variables);
  reprice(slug);
  return { notes, fitted: fitted ?? [], parts };
}

/** The form as it started. */
export async function resetForm(slug) {
  await fillForm(slug, "reset");
  announce(t("form.reset"));
}
