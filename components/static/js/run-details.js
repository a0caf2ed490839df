// Everything about a run and one of its pictures, as lists: what the viewer shows beside it.

import { endpoints } from "./api.js";
import { copyButton } from "./clipboard.js";
import { sentence } from "./discreet.js";
import { el, fill } from "./dom.js";
import { bytes, duration, mediaType, megapixels, moment, money, size } from "./format.js";
import {
  billedUsd, chargedWords, endpointName, hasEnded, priceWords, promptOf, rewrittenPrompt, stateDetail, stateWords, took,
} from "./run-words.js";
import { t } from "./texts.js";
import { difference } from "./usage-words.js";
import { wordDiff } from "./word-diff.js";
import { pieces } from "./word-pieces.js";

const PRIVATE = { private: "" };

/** A fact that can be copied, as it is shown or as `copy`; `key` names it in every language. */
function row(label, value, key, { copy = value, dataset = {} } = {}) {
  if (value === null || value === undefined || value === "") return [];
  return [el("dt", { dataset, text: label }), el("dd", { dataset }, el("span", { dir: "auto", text: value }), copyButton(copy, label, key))];
}

/** A value of an input as text: pictures by what they are, objects as JSON. */
export function valueText(value) {
  if (value === true) return t("value.yes");
  if (value === false) return t("value.no");
  if (value === null || value === undefined) return "";
  if (typeof value === "object") {
    return value.width && value.height && Object.keys(value).length === 2 ? size(value.width, value.height) : JSON.stringify(value);
  }
  const text = String(value);
  if (text.startsWith("upload:")) return t("value.upload", { id: text.slice(7, 15) });
  return text.startsWith("data:") ? t("value.inline") : text;
}

function promptBlock(label, text, key, shown = text) {
  if (!text) return null;
  return el("section", { class: "detail-prompt" },
    el("div", { class: "detail-head" }, el("h3", { text: label }), copyButton(text, label, key)),
    el("p", { dir: "auto" }, shown));
}

/** What the prompt came out of, and what its variables stood for. */
function written({ template }) {
  if (!template) return [];
  const number = Number.isInteger(template.combination) ? String(template.combination + 1) : "";
  const values = [
    ...Object.entries(template.variables).flatMap(([name, value]) => row(name, value, `variable-${name}`)),
    ...row(t("variables.combination"), number, "combination"),
  ];
  return [promptBlock(t("variables.written"), template.prompt, "template"), values.length ? el("dl", { class: "details" }, values) : null];
}

/** fal's own prompt, word by word beside ours; only as it is where hardly a word is the same. */
function usedPrompt(run) {
  const used = rewrittenPrompt(run);
  const ours = promptOf(run);
  const found = used && ours ? wordDiff(ours, used) : null;
  return promptBlock(t("run.prompt_used"), used, "prompt-used", found ? pieces(found) : used);
}

/** What fal's answer said, where its bill says something else. */
function answered({ billed_usd: bill, cost_usd: cost, practice }) {
  const both = [bill, cost].every((usd) => usd !== null && usd !== undefined);
  return both && !practice && Number(bill) !== Number(cost) ? money(cost) : "";
}

const SEEN_BY = { team: () => t("fact.seen_by_team"), private: () => t("fact.seen_by_owner") };

/** What of the time fal's answer counts itself, in seconds by name. */
function timingRows(timings) {
  return Object.entries(timings ?? {})
    .filter(([, seconds]) => Number.isFinite(seconds))
    .flatMap(([name, seconds]) => row(name === "inference" ? t("fact.model_time") : t("fact.timing", { name }), duration(1000 * seconds), `timing-${name}`));
}

const MICROS = 1_000_000;
const micros = (usd) => Math.round(Number(usd) * MICROS);

/** What it could cost at most, beside what was billed: by how much that is another amount. */
function estimated(run) {
  const billed = billedUsd(run);
  if (billed === null || run.practice) return "";
  const usd = money(run.estimate_usd);
  const more = micros(billed) - micros(run.estimate_usd);
  return more ? t("fact.estimated_other", { usd, difference: difference((more / MICROS).toFixed(6)) }) : usd;
}

function priceRows(run) {
  const price = priceWords(run);
  const secret = { dataset: PRIVATE };
  return [
    ...row(price.label || t("fact.price"), price.value, "price", secret),
    ...row(t("fact.answered"), answered(run), "answered", secret),
    ...row(t("fact.estimated"), estimated(run), "estimated", secret),
    ...row(t("fact.units"), run.billable_units, "units", secret),
  ];
}

function factRows(run, image) {
  const seed = run.output?.seed;
  const pixels = size(image?.width, image?.height);
  return [
    ...row(t("run.seed"), seed === null || seed === undefined ? "" : String(seed), "seed"),
    ...row(t("fact.size"), [pixels, megapixels(image?.width, image?.height)].filter(Boolean).join(", "), "size", { copy: pixels }),
    ...row(t("fact.file"), [mediaType(image?.content_type), bytes(image?.bytes)].filter(Boolean).join(", "), "file"),
    ...priceRows(run),
    ...row(t("fact.started"), moment(run.created_at), "started", { copy: run.created_at }),
    ...row(t("fact.took"), took(run), "took"),
    ...timingRows(run.output?.timings),
    ...row(t("fact.person"), run.person_name ?? "", "person"),
    ...row(t("fact.project"), run.project, "project"),
    ...row(t("fact.seen_by"), run.may_share ? SEEN_BY[run.visibility]?.() : "", "seen-by"),
    ...row(t("endpoint.label"), run.endpoint_id, "endpoint"),
    ...row(t("run.request_id"), run.request_id, "request-id", { dataset: PRIVATE }),
    ...row(t("fact.run_id"), run.id, "run-id"),
  ];
}

const plain = (value) => (typeof value === "object" ? JSON.stringify(value) : String(value));

function settingRows(run, fields) {
  const known = new Map(fields.map((field) => [field.name, field]));
  const set = Object.entries(run.input ?? {}).filter(([name]) => name !== "prompt");
  const labelOf = (name) => known.get(name)?.label ?? name;
  return set.flatMap(([name, value]) => row(labelOf(name), valueText(value), `field-${name}`, { copy: plain(value) }));
}

function defaultRows(run, fields) {
  const defaults = run.defaults ?? Object.fromEntries(fields.map((field) => [field.name, field.default]));
  const known = new Map(fields.map((field) => [field.name, field.label]));
  return Object.entries(defaults)
    .filter(([name]) => !Object.hasOwn(run.input ?? {}, name))
    .flatMap(([name, value]) => row(known.get(name) ?? name, valueText(value), `default-${name}`, { copy: plain(value) }));
}

function list(title, rows, extra = "") {
  return rows.length ? el("section", null, el("h3", { text: title }), el("dl", { class: `details ${extra}`.trim() }, rows)) : null;
}

function problem(run) {
  if (run.state === "done") return null;
  const words = stateWords(run);
  return el("section", { class: "detail-state" },
    el("p", null, el("span", { class: `dot ${words.tone}` }), " ", el("strong", { text: words.name }), stateDetail(words)),
    run.error?.message && el("p", null, sentence(run.error.message)),
    hasEnded(run) && el("p", { text: chargedWords(run) }));
}

function settings(host, run, fields) {
  fill(host,
    list(t("fact.settings"), settingRows(run, fields)),
    list(t("fact.defaults"), defaultRows(run, fields), "soft"));
}

/** The details of `run` and `image`; labels and defaults follow when the endpoints are known. */
export function detailsOf(run, image) {
  const fields = el("div", { class: "detail-settings" });
  settings(fields, run, []);
  endpoints()
    .then((all) => settings(fields, run, all.find((endpoint) => endpoint.endpoint_id === run.endpoint_id)?.fields ?? []))
    .catch(() => {}); // the names of the fields stand there already
  return [
    problem(run),
    promptBlock(t("fact.prompt"), promptOf(run), "prompt"),
    ...written(run),
    usedPrompt(run),
    list(endpointName(run), factRows(run, image)),
    fields,
  ];
}
