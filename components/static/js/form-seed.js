// The seed's two buttons: a random one, and the one of the newest picture.

import { toast } from "./announce.js";
import { placeOfId } from "./form-data.js";
import { writeParts } from "./form-bridge.js";
import { runs } from "./runs.js";
import { t } from "./texts.js";

const PICK = /^(.*)-(dice|last)$/;

/** fal's seeds have 32 bits. */
const randomSeed = () => String(crypto.getRandomValues(new Uint32Array(1))[0]);

/** The seed of the newest own run of that endpoint that has one, as text, or null. */
export function lastSeed(slug) {
  const run = runs.list().find((one) => one.slug === slug && one.output?.seed !== null && one.output?.seed !== undefined);
  return run ? String(run.output.seed) : null;
}

/** Answers a click on one of the buttons; true where it was one. */
export function pressSeed(button) {
  const [, id, which] = PICK.exec(button.id) ?? [];
  const place = id && placeOfId(id);
  if (!place || place.field.kind !== "seed") return false;
  const seed = which === "dice" ? randomSeed() : lastSeed(place.slug);
  if (seed === null) toast(t("form.no_seed"));
  else writeParts(place.slug, { [`${place.field.name}.value`]: seed });
  return true;
}
