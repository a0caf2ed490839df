// What a person reads about a run: its state, its cost, its name. Pure: no DOM, no network.

import { clock, duration, elapsed, money, shorten } from "./format.js";
import { t } from "./texts.js";

const ENDED = new Set(["done", "failed", "cancelled", "lost"]);
/** The steps of a run on its way. */
export const STEPS = ["created", "submitting", "queued", "running", "saving"];

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
  if (position === null || position === undefined) return t("queue.at_fal");
  return position > 0 ? t("queue.position", { position }) : t("queue.next");
}

const savingWords = (run, now) => `${t("count.pictures", { count: Math.max(1, run.images?.length ?? 1) })}, ${since(startOf(run), now)}`;

const beforeWords = (run) => (run.before_you > 0 ? t("queue.before", { count: run.before_you }) : t("queue.to_be_sent"));

const DETAILS = {
  created: (run) => ({ detail: run.error?.message ?? beforeWords(run), tone: "waiting" }),
  submitting: () => ({ tone: "active" }),
  queued: (run) => ({ detail: queueWords(run), tone: "active" }),
  running: (run, now) => ({ detail: since(startOf(run), now), tone: "active" }),
  saving: (run, now) => ({ detail: savingWords(run, now), tone: "active" }),
  done: (run) => ({ detail: t("state.done_in", { time: took(run) }), joint: " ", tone: "good" }),
  failed: () => ({ tone: "bad" }),
  cancelled: () => ({ tone: "quiet" }),
  uncertain: () => ({ detail: t("state.uncertain_why"), tone: "warn" }),
  lost: () => ({ detail: t("state.lost_why"), tone: "bad" }),
};

/** {name, detail, joint, tone} for the state line; tone: waiting, active, good, quiet, warn, bad. */
export function stateWords(run, now = Date.now()) {
  const nothing = { detail: "", joint: ", " };
  if (!Object.hasOwn(DETAILS, run.state)) return { ...nothing, name: String(run.state), tone: "quiet" };
  const words = { ...nothing, name: t(`state.${run.state}`), ...DETAILS[run.state](run, now) };
  if (!isActive(run) || !run.slow_since) return words;
  return { ...words, detail: t("state.slow", { time: since(run.slow_since, now) }), tone: "warn" };
}

/** The words as one text: "Running, 4 s", "Done in 9.8 s". */
export const stateDetail = ({ detail, joint }) => (detail ? joint + detail : "");

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

const CHARGED = new Set(["yes", "no", "unknown"]);

function charged(run) {
  if (run.practice) return "practice";
  if (run.state === "lost") return "yes";
  if (run.state === "uncertain") return "unknown";
  if (run.state === "cancelled" && !run.error) return run.request_id ? "unknown" : "no";
  return CHARGED.has(run.error?.charged) ? run.error.charged : "unknown";
}

/** Whether a run without its pictures cost anything, as a sentence. */
export const chargedWords = (run) => t(`charged.${charged(run)}`);

/** What fal took for it: by its bill, before that is there by its answer; null while unknown. */
export const billedUsd = (run) => run.billed_usd ?? run.cost_usd ?? null;

/** {label, value} of its price: what was billed, or the most that it can cost. */
export function priceWords(run) {
  if (run.practice) return { label: "", value: t("price.free") };
  const billed = billedUsd(run);
  if (billed !== null) return { label: t("price.billed"), value: money(billed) };
  const paid = run.state === "done" || run.state === "lost";
  if (!paid && !isActive(run) && charged(run) === "no") return { label: "", value: t("price.none") };
  return { label: paid ? t("price.estimated") : t("price.at_most"), value: money(run.estimate_usd) };
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
export const altOf = (run) => promptOf(run) || t("picture.by", { endpoint: endpointName(run) });

/** One line for a list: state, beginning of the prompt, time. */
export function lineOf(run) {
  const what = shorten(promptOf(run) || endpointName(run), 80);
  return `${stateWords(run).name}: ${what}, ${clock(run.created_at)}`;
}

/** What is said when a run's state changes; "" for steps that would only chatter. */
export function spokenChange(run) {
  if (run.state === "done") {
    const ready = (run.images ?? []).filter((image) => !image.missing).length;
    return t("spoken.done", { count: ready });
  }
  if (run.state === "failed") return t("spoken.failed", { why: run.error?.message ?? "" }).trim();
  if (run.state === "cancelled") return t("spoken.cancelled");
  if (run.state === "uncertain") return t("spoken.uncertain");
  if (run.state === "lost") return t("spoken.lost");
  if (run.state === "running") return t("spoken.running");
  return run.state === "queued" ? t("spoken.queued", { where: queueWords(run) }) : "";
}
