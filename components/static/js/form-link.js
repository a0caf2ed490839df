// A form filled by the address: a preset, then a prompt and a seed. It never runs by itself.

import { toast } from "./announce.js";
import { applyPreset, openEndpoint } from "./form.js";
import { fillForm } from "./form-fill.js";
import { t } from "./texts.js";

/** `fields`: texts by field name, as the address has them. */
export async function fillFrom(slug, preset, fields) {
  if (!(await openEndpoint(slug))) return;
  if (preset) await applyPreset(slug, preset);
  const input = {};
  if (fields.get("prompt")) input.prompt = fields.get("prompt");
  const seed = fields.get("seed");
  if (seed) input.seed = /^-?\d{1,15}$/.test(seed) ? Number(seed) : seed;
  if (Object.keys(input).length) await fillForm(slug, "put", { input });
  toast(t("form_link.filled"));
}
