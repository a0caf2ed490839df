// What the viewer offers beside the actions of every run: its settings in another endpoint's form.

import { slugOf, withForm } from "./actions.js";
import { endpoints } from "./api.js";
import { openMenu } from "./popup-menu.js";
import { t } from "./texts.js";

async function chooseForm(run, button, leave) {
  const others = (await endpoints()).filter(({ slug }) => slug !== slugOf(run));
  const items = others.map(({ slug, label }) => ({
    label,
    run: () => {
      leave();
      withForm((form) => form.openInForm(slug, run.input, { from: run }));
    },
  }));
  openMenu(button, items, { label: t("viewer.form_in") });
}

/** As `more` of actionsFor. `leave()` closes the viewer. */
export function viewerActions(run, leave) {
  return {
    elsewhere: { label: t("viewer.form_in"), menu: true, press: (button) => chooseForm(run, button, leave) },
  };
}
