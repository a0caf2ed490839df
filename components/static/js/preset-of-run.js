// A past picture's settings become a preset, with the picture as its cover.

import { toast } from "./announce.js";
import { openSave } from "./preset-save.js";
import { t } from "./texts.js";

/** Opens the dialog with what the run was made of; what was not at its default is ticked. */
export function openSaveOfRun(run, image) {
  const defaults = run.defaults ?? {};
  const input = run.template ? { ...run.input, prompt: run.template.prompt } : run.input;
  // a seed that nobody gave would make the same choice each time
  const given = Object.keys(input).filter((name) => JSON.stringify(input[name]) !== JSON.stringify(defaults[name]) && !(name === "seed" && run.template?.seed_drawn));
  const cover = image?.preview_url && !image.flagged ? { run_id: run.id, index: image.index, url: image.preview_url, alt: run.input.prompt } : null;
  const about = { endpoint_id: run.endpoint_id, slug: run.slug, values: { ...defaults, ...input }, ticked: given, cover };
  return openSave(about, (preset) => {
    window.dispatchEvent(new CustomEvent("playground:presets-changed", { detail: { from: null } }));
    toast(t("keep_preset.kept", { name: preset.name }), { action: { label: t("keep_preset.see"), href: "/presets" } });
  });
}
