// Everything about a run and one of its pictures, as lists: what the viewer shows beside it.

import { endpoints } from "./api.js";
import { copyButton } from "./clipboard.js";
import { el, fill } from "./dom.js";
import { bytes, mediaType, megapixels, moment, money, size } from "./format.js";
import {
  chargedWords, endpointName, hasEnded, priceWords, promptOf, rewrittenPrompt, stateDetail, stateWords, took,
} from "./run-words.js";

function row(label, value, { copy = null } = {}) {
  if (value === null || value === undefined || value === "") return [];
  return [el("dt", { text: label }), el("dd", null, el("span", { text: value }), copy && copyButton(copy, label))];
}

/** A value of an input as text: pictures by what they are, objects as JSON. */
export function valueText(value) {
  if (value === true) return "yes";
  if (value === false) return "no";
  if (value === null || value === undefined) return "";
  if (typeof value === "object") {
    return value.width && value.height && Object.keys(value).length === 2 ? size(value.width, value.height) : JSON.stringify(value);
  }
  const text = String(value);
  if (text.startsWith("upload:")) return `uploaded picture ${text.slice(7, 15)}`;
  return text.startsWith("data:") ? "picture inside the input" : text;
}

function promptBlock(label, text) {
  if (!text) return null;
  return el("section", { class: "detail-prompt" },
    el("div", { class: "detail-head" }, el("h3", { text: label }), copyButton(text, label)),
    el("p", { text }));
}

function factRows(run, image) {
  const price = priceWords(run);
  const estimated = run.cost_usd !== null && run.cost_usd !== undefined && !run.practice ? money(run.estimate_usd) : "";
  const seed = run.output?.seed;
  const time = run.output?.timings?.inference;
  return [
    ...row("Seed", seed === null || seed === undefined ? "" : String(seed), { copy: String(seed) }),
    ...row("Size", [size(image?.width, image?.height), megapixels(image?.width, image?.height)].filter(Boolean).join(", ")),
    ...row("File", [mediaType(image?.content_type), bytes(image?.bytes)].filter(Boolean).join(", ")),
    ...row(price.label || "Price", price.value),
    ...row("Estimated before", estimated),
    ...row("Started", moment(run.created_at)),
    ...row("Took", took(run)),
    ...row("At the model", Number.isFinite(time) ? `${time.toFixed(1)} s` : ""),
    ...row("Person", run.person_name ?? ""),
    ...row("Endpoint", run.endpoint_id, { copy: run.endpoint_id }),
    ...row("Request id", run.request_id, { copy: run.request_id }),
    ...row("Run id", run.id, { copy: run.id }),
  ];
}

function settingRows(run, fields) {
  const known = new Map(fields.map((field) => [field.name, field]));
  const set = Object.entries(run.input ?? {}).filter(([name]) => name !== "prompt");
  const labelOf = (name) => known.get(name)?.label ?? name;
  return set.flatMap(([name, value]) => row(labelOf(name), valueText(value), { copy: typeof value === "object" ? JSON.stringify(value) : String(value) }));
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
    run.error?.message && el("p", { text: run.error.message }),
    hasEnded(run) && el("p", { text: chargedWords(run) }));
}

function settings(host, run, fields) {
  fill(host,
    list("Settings", settingRows(run, fields)),
    list("Left at their defaults", defaultRows(run, fields), "soft"));
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
    promptBlock("Prompt", promptOf(run)),
    promptBlock("Prompt that fal used", rewrittenPrompt(run)),
    list(endpointName(run), factRows(run, image)),
    fields,
  ];
}
