// What the viewer offers beside the actions of every run: its settings in another endpoint's form,
// and under a name.

import { slugOf, withForm } from "./actions.js";
import { announce } from "./announce.js";
import { api, endpoints } from "./api.js";
import { openMenu } from "./popup-menu.js";
import { nameDialog, tellPresets } from "./form-presets.js";
import { t } from "./texts.js";

async function chooseForm(run, button, leave) {
  const others = (await endpoints()).filter(({ slug }) => slug !== slugOf(run));
  const items = others.map(({ slug, label }) => ({
    label,
    run: () => {
      leave();
      withForm((form) => form.openInForm(slug, run.input));
    },
  }));
  openMenu(button, items, { label: t("viewer.form_in") });
}

/** Keeps the run's settings as a preset; `defaults`: those that it left alone, too. */
function savePreset(run) {
  nameDialog(async (name, defaults) => {
    const values = { ...(defaults ? run.defaults : null), ...run.input };
    const preset = await api.post("/api/v1/presets", { endpoint_id: run.endpoint_id, name, values });
    tellPresets();
    announce(t("preset.saved", { name: preset.name }));
  });
}

/** As `more` of actionsFor. `leave()` closes the viewer. */
export function viewerActions(run, leave) {
  return {
    elsewhere: { label: t("viewer.form_in"), menu: true, press: (button) => chooseForm(run, button, leave) },
    preset: { label: t("viewer.preset"), press: () => savePreset(run) },
  };
}
