// What a person reads about a run: its state, its cost, its name. Pure: no DOM, no network.

import { clock, count, duration, elapsed, money, shorten } from "./format.js";

const ENDED = new Set(["done", "failed", "cancelled", "lost"]);
const STEPS = ["created", "submitting", "queued", "running", "saving"];

/** The steps of a run on its way, with their words. */
export const STEP_WORDS = { created: "Waiting", submitting: "Sending", queued: "Queued", running: "Running", saving: "Saving" };

export const stepOf = (run) => STEPS.indexOf(run.state);
export const hasEnded = (run) => ENDED.has(run.state);
/** On its way: something still happens by itself. An uncertain run waits for a decision. */
export const isActive = (run) => STEPS.includes(run.state);
/** fal or we can still be asked to stop it. */
export const canCancel = (run) => isActive(run) && run.state !== "saving";

const since = (iso, now) => elapsed(now - Date.parse(iso));
const startOf = (run) => run.state_at ?? run.created_at;

function queueWords(run) {
  const position = run.queue_position;
  if (position === null || position === undefined) return "at fal";
  return position > 0 ? `position ${position} at fal` : "next at fal";
}

const savingWords = (run, now) => `${count(Math.max(1, run.images?.length ?? 1), "picture")}, ${since(startOf(run), now)}`;

const WORDS = {
  created: (run) => ({
    name: "Waiting",
    detail: run.error?.message ?? (run.before_you > 0 ? `${run.before_you} before it` : "next to be sent"),
    tone: "waiting",
  }),
  submitting: () => ({ name: "Sending", detail: "", tone: "active" }),
  queued: (run) => ({ name: "Queued", detail: queueWords(run), tone: "active" }),
  running: (run, now) => ({ name: "Running", detail: since(startOf(run), now), tone: "active" }),
  saving: (run, now) => ({ name: "Saving", detail: savingWords(run, now), tone: "active" }),
  done: (run) => ({ name: "Done", detail: `in ${took(run)}`, tone: "good" }),
  failed: () => ({ name: "Failed", detail: "", tone: "bad" }),
  cancelled: () => ({ name: "Cancelled", detail: "", tone: "quiet" }),
  uncertain: () => ({ name: "Uncertain", detail: "fal may have taken it", tone: "warn" }),
  lost: () => ({ name: "Lost", detail: "fal made it, but no longer has it", tone: "bad" }),
};

/** {name, detail, tone} for the state line; tone: waiting, active, good, quiet, warn, bad. */
export function stateWords(run, now = Date.now()) {
  const words = (WORDS[run.state] ?? (() => ({ name: String(run.state), detail: "", tone: "quiet" })))(run, now);
  if (isActive(run) && run.slow_since) {
    return { ...words, detail: `fal is slow to answer, for ${since(run.slow_since, now)}`, tone: "warn" };
  }
  return words;
}

/** The words as one text: "Running, 4 s", "Done in 9.8 s". */
export function stateDetail(words) {
  if (!words.detail) return "";
  return words.detail.startsWith("in ") ? ` ${words.detail}` : `, ${words.detail}`;
}

/** How long it took from the press to the last picture: "9.8 s". */
export function took(run) {
  if (!run.finished_at) return "";
  return duration(Date.parse(run.finished_at) - Date.parse(run.created_at));
}

/** The time since the press. */
export const waited = (run, now = Date.now()) => since(run.created_at, now);

/** The usual time of this endpoint's finished runs ("9.8 s"), by their median; "" without any. */
export function usualTime(run, others) {
  const times = others
    .filter((other) => other.state === "done" && other.endpoint_id === run.endpoint_id)
    .filter((other) => Boolean(other.practice) === Boolean(run.practice) && other.finished_at)
    .map((other) => Date.parse(other.finished_at) - Date.parse(other.created_at))
    .sort((a, b) => a - b);
  return times.length ? duration(times[Math.floor(times.length / 2)]) : "";
}

const CHARGED = {
  yes: "It was charged.",
  no: "Nothing was charged.",
  unknown: "It may have been charged.",
};

/** Whether a run without its pictures cost anything, as a sentence. */
export function chargedWords(run) {
  if (run.practice) return "Practice: nothing is ever charged.";
  if (run.state === "lost") return CHARGED.yes;
  if (run.state === "uncertain") return CHARGED.unknown;
  if (run.state === "cancelled" && !run.error) return run.request_id ? CHARGED.unknown : CHARGED.no;
  return CHARGED[run.error?.charged] ?? CHARGED.unknown;
}

/** {label, value} of its price: what was billed, or the most that it can cost. */
export function priceWords(run) {
  if (run.practice) return { label: "", value: "Free, practice" };
  if (run.cost_usd !== null && run.cost_usd !== undefined) return { label: "Billed", value: money(run.cost_usd) };
  const paid = run.state === "done" || run.state === "lost";
  if (!paid && !isActive(run) && chargedWords(run) === CHARGED.no) return { label: "", value: "Not charged" };
  return { label: paid ? "Estimated" : "Up to", value: money(run.estimate_usd) };
}

export const promptOf = (run) => (typeof run.input?.prompt === "string" ? run.input.prompt : "");

/** fal's prompt where it is not the one that was sent. */
export function rewrittenPrompt(run) {
  const used = run.output?.prompt;
  return typeof used === "string" && used && used !== promptOf(run) ? used : "";
}

/** A short name of the endpoint: its slug, where the run has one. */
export const endpointName = (run) => run.slug || String(run.endpoint_id ?? "").replace(/^fal-ai\/flux-pro\/?/, "") || "v1";

/** The text of a picture for those who do not see it: its prompt. */
export const altOf = (run) => promptOf(run) || `Picture by ${endpointName(run)}, without a prompt`;

/** One line for a list: state, beginning of the prompt, time. */
export function lineOf(run) {
  const what = shorten(promptOf(run) || endpointName(run), 80);
  return `${stateWords(run).name}: ${what}, ${clock(run.created_at)}`;
}

/** What is said when a run's state changes; "" for steps that would only chatter. */
export function spokenChange(run) {
  if (run.state === "done") {
    const ready = (run.images ?? []).filter((image) => !image.missing).length;
    return ready === 1 ? "Done. Picture ready." : `Done. ${count(ready, "picture")} ready.`;
  }
  if (run.state === "failed") return `Failed. ${run.error?.message ?? ""}`.trim();
  if (run.state === "cancelled") return "Cancelled.";
  if (run.state === "uncertain") return "Uncertain: fal may have taken it. Check at fal.";
  if (run.state === "lost") return "Lost: fal no longer has the result.";
  if (run.state === "running") return "Running.";
  return run.state === "queued" ? `Queued, ${queueWords(run)}.` : "";
}
