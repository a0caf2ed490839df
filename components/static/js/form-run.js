// A press on Run: pictures are waited for, masks sent, one call made. The button is out of reach
// until the answer is there.

import { announce } from "./announce.js";
import { askFirst } from "./ask-first.js";
import { call, Refusal } from "./form-call.js";
import { readParts } from "./form-bridge.js";
import { variablesOf } from "./form-data.js";
import { clearErrors, sayAtRun, showErrors, showNotes } from "./form-messages.js";
import { settlePictures } from "./form-pictures.js";
import { chosenPreset } from "./form-presets.js";
import { priceOf, sent } from "./form-price.js";
import { chosenProject } from "./form-project.js";
import { once } from "./once.js";
import { runs } from "./runs.js";
import { t } from "./texts.js";

const pressing = new Set();

async function send(slug, confirmed) {
  await settlePictures(slug);
  const parts = await readParts(slug);
  sent(slug, parts);
  const project = chosenProject();
  const variables = variablesOf(slug);
  const held = JSON.stringify([parts, project, variables]);
  const start = (key) => call("start", { slug, parts, variables, key, confirmed, project, preset: chosenPreset(slug) });
  try {
    return (await once(`run ${slug}`, held, start)).run;
  } catch (reason) {
    if (reason instanceof Refusal || (reason.status > 0 && reason.status < 500)) throw reason;
    throw new Error(t("form.lost"), { cause: reason });
  }
}

function busy(slug, button, is) {
  if (is) pressing.add(slug);
  else pressing.delete(slug);
  if (!button) return;
  button.disabled = is;
  button.setAttribute("aria-busy", String(is));
}

/** Starts a run of the form of that endpoint; a press while one is under way does nothing. */
export async function pressRun(slug) {
  if (pressing.has(slug)) return;
  const button = document.getElementById(`run-${slug}`);
  const focused = document.activeElement === button;
  busy(slug, button, true);
  clearErrors(slug);
  try {
    const run = await askFirst(priceOf(slug), (confirmed) => send(slug, confirmed));
    if (run) {
      showNotes(slug, run.warnings ?? []);
      runs.put(run);
      announce(t("form.started"));
    }
    busy(slug, button, false);
    if (focused) button.focus({ preventScroll: true });
  } catch (reason) {
    busy(slug, button, false);
    if (reason instanceof Refusal) await showErrors(slug, reason.message, reason.fields);
    else sayAtRun(slug, reason.message);
  }
}
