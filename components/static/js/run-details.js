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

const PRIVATE = { private: "" };

/** `key` names a fact that can be copied, in every language. */
function row(label, value, { copy = null, key = "value", dataset = {} } = {}) {
  if (value === null || value === undefined || value === "") return [];
  return [el("dt", { dataset, text: label }), el("dd", { dataset }, el("span", { dir: "auto", text: value }), copy && copyButton(copy, label, key))];
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

function promptBlock(label, text, key) {
  if (!text) return null;
  return el("section", { class: "detail-prompt" },
    el("div", { class: "detail-head" }, el("h3", { text: label }), copyButton(text, label, key)),
    el("p", { dir: "auto", text }));
}

/** What fal's answer said, where its bill says something else. */
function answered({ billed_usd: bill, cost_usd: cost, practice }) {
  const both = [bill, cost].every((usd) => usd !== null && usd !== undefined);
  return both && !practice && Number(bill) !== Number(cost) ? money(cost) : "";
}

function factRows(run, image) {
  const price = priceWords(run);
  const estimated = billedUsd(run) !== null && !run.practice ? money(run.estimate_usd) : "";
  const seed = run.output?.seed;
  const time = run.output?.timings?.inference;
  return [
    ...row(t("run.seed"), seed === null || seed === undefined ? "" : String(seed), { copy: String(seed), key: "seed" }),
    ...row(t("fact.size"), [size(image?.width, image?.height), megapixels(image?.width, image?.height)].filter(Boolean).join(", ")),
    ...row(t("fact.file"), [mediaType(image?.content_type), bytes(image?.bytes)].filter(Boolean).join(", ")),
    ...row(price.label || t("fact.price"), price.value, { dataset: PRIVATE }),
    ...row(t("fact.answered"), answered(run), { dataset: PRIVATE }),
    ...row(t("fact.estimated"), estimated, { dataset: PRIVATE }),
    ...row(t("fact.started"), moment(run.created_at)),
    ...row(t("fact.took"), took(run)),
    ...row(t("fact.model_time"), Number.isFinite(time) ? duration(1000 * time) : ""),
    ...row(t("fact.person"), run.person_name ?? ""),
    ...row(t("fact.project"), run.project),
    ...row(t("endpoint.label"), run.endpoint_id, { copy: run.endpoint_id, key: "endpoint" }),
    ...row(t("run.request_id"), run.request_id, { copy: run.request_id, key: "request-id", dataset: PRIVATE }),
    ...row(t("fact.run_id"), run.id, { copy: run.id, key: "run-id" }),
  ];
}

function settingRows(run, fields) {
  const known = new Map(fields.map((field) => [field.name, field]));
  const set = Object.entries(run.input ?? {}).filter(([name]) => name !== "prompt");
  const labelOf = (name) => known.get(name)?.label ?? name;
  return set.flatMap(([name, value]) => row(labelOf(name), valueText(value), { copy: typeof value === "object" ? JSON.stringify(value) : String(value), key: name }));
}

function defaultRows(run, fields) {
  const defaults = run.defaults ?? Object.fromEntries(fields.map((field) => [field.name, field.default]));
  const known = new Map(fields.map((field) => [field.name, field.label]));
  return Object.entries(defaults)
    .filter(([name]) => !Object.hasOwn(run.input ?? {}, name))
    .flatMap(([name, value]) => row(known.get(name) ?? name, valueText(value)));
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
    promptBlock(t("run.prompt_used"), rewrittenPrompt(run), "prompt-used"),
    list(endpointName(run), factRows(run, image)),
    fields,
  ];
}
