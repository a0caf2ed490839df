// The price on the run button, and what is doubtful about the values: asked for after changes that
// can matter, one call at a time, the last one always.

import { call } from "./form-call.js";
import { readParts, writeParts } from "./form-bridge.js";
import { fieldOf, fieldOfPart, formOf } from "./form-data.js";
import { clearError, showWarnings } from "./form-messages.js";

const PAUSE_MS = 60;
/** They cost nothing and nothing is doubtful about them: typing asks for no price. */
const FREE = new Set(["text", "long text", "seed"]);

const states = new Map();

function stateOf(slug) {
  if (!states.has(slug)) states.set(slug, { timer: null, busy: false, again: false, parts: null, asked: "", label: null, usd: null });
  return states.get(slug);
}

const what = (slug, parts) =>
  JSON.stringify(Object.entries(parts).filter(([part]) => !FREE.has(fieldOf(slug, fieldOfPart(part))?.kind)));

/** A message stands beside a field until the field is changed. */
function forgive(slug, before, parts) {
  if (!before) return;
  for (const { name, parts: own } of formOf(slug).fields) {
    if (own.some((part) => before[part] !== parts[part])) clearError(slug, name);
  }
}

async function refresh(slug, force) {
  const state = stateOf(slug);
  const parts = await readParts(slug);
  forgive(slug, state.parts, parts);
  if (/\{|__/.test(parts["prompt.value"])) import("./form-template.js").then(({ mountTemplate }) => mountTemplate(slug), console.error);
  state.parts = parts;
  const asked = what(slug, parts);
  if (asked === state.asked && !force) return;
  const { label, usd, warnings } = await call("price", { slug, parts });
  state.asked = asked;
  state.usd = usd;
  showWarnings(slug, warnings);
  if (label === state.label) return;
  state.label = label;
  await writeParts(slug, { run: label });
}

async function work(slug, force) {
  const state = stateOf(slug);
  if (state.busy) {
    state.again = true;
    return;
  }
  state.busy = true;
  try {
    do {
      state.again = false;
      await refresh(slug, force);
    } while (state.again);
  } catch (reason) {
    // the price of before stays on the button; the server prices each run again anyway
    console.error("no price", reason);
  } finally {
    state.busy = false;
  }
}

/** What the form's run can cost, in US dollars. */
export const priceOf = (slug) => stateOf(slug).usd ?? formOf(slug)?.usd;

/** What a press on Run has sent: a change that is told of late forgives nothing of its answer. */
export function sent(slug, parts) {
  stateOf(slug).parts = parts;
}

/** A widget of this form has changed. */
export function touched(slug) {
  const state = stateOf(slug);
  clearTimeout(state.timer);
  state.timer = setTimeout(() => work(slug, false), PAUSE_MS);
}

/** After many changes at once. */
export const reprice = (slug) => work(slug, true);
