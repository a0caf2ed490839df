// What a preset sets, in words. Pure: no DOM, no network.

import { isolated, shorten } from "./format.js";
import { t } from "./texts.js";

const LONG = 60;

/** `num_images` -> "Num images", where the endpoint's own label is not known. */
function spell(name) {
  const words = name.replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function inWords(value) {
  if (value === true) return t("value.on");
  if (value === false) return t("value.off");
  if (value && typeof value === "object") {
    return value.width && value.height ? `${value.width}×${value.height}` : shorten(JSON.stringify(value), LONG);
  }
  const text = String(value);
  if (/^(upload:|data:|asset:)/.test(text)) return t("value.picture");
  return shorten(text, LONG);
}

/** [{label, text}] of every field that it sets, but the prompt. `fields`: the endpoint's, by name. */
export function settingsOf(preset, fields = new Map()) {
  return Object.entries(preset.values ?? {})
    .filter(([name]) => name !== "prompt")
    .map(([name, value]) => ({ label: fields.get(name)?.label ?? spell(name), text: inWords(value) }));
}

/** The prompt that it sets, or nothing. */
export const promptOf = (preset) => (typeof preset.values?.prompt === "string" ? preset.values.prompt : "");

/** Whose it is: "shipped", "yours", "the team's". */
export function ownerWords(preset) {
  if (preset.shipped) return t("preset.is_shipped");
  return preset.mine ? t("preset.is_mine") : isolated(preset.person_name) || t("preset.is_team");
}

/** [{slug, label, presets}] in the order of the endpoints, those without presets left out. */
export function grouped(presets, endpoints) {
  const known = new Map(endpoints.map(({ slug, label }) => [slug, { slug, label, presets: [] }]));
  for (const preset of presets) {
    const slug = preset.slug ?? preset.endpoint_id; // of an endpoint that is no longer offered
    if (!known.has(slug)) known.set(slug, { slug, label: slug, presets: [] });
    known.get(slug).presets.push(preset);
  }
  return [...known.values()].filter((group) => group.presets.length > 0);
}

/** "3 presets" */
export const countWords = (presets) => t("count.presets", { count: presets.length });
