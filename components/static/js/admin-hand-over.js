// What one person made becomes another's: for whoever leaves, or was here before sign-in.

import { announce, toast } from "./announce.js";
import { api } from "./api.js";
import { selectOf, withArrow } from "./choices.js";
import { openDialog } from "./dialog.js";
import { el } from "./dom.js";
import { t } from "./texts.js";

/** Asks to whom, and hands it over; `people` as the API lists them. */
export function openHandOver(person, people) {
  const others = people.filter(({ id, active }) => id !== person.id && active);
  if (!others.length) {
    toast(t("admin.hand_over_nobody"), { bad: true });
    return;
  }
  const to = selectOf(others.map(({ id, name }) => [id, name]), others[0].id, { id: "hand-over-to" });
  const run = async () => {
    const path = `/api/v1/people/${encodeURIComponent(person.id)}/hand-over`;
    try {
      const { runs, presets } = await api.post(path, { to: to.value });
      announce(t("admin.handed_over", { runs: t("count.runs", { count: runs }), presets: t("count.presets", { count: presets }) }));
    } catch (error) {
      toast(Object.values(error.fields ?? {})[0] ?? error.message, { bad: true });
    }
  };
  openDialog({
    title: t("admin.hand_over_title", { name: person.name }),
    body: [
      el("p", { class: "soft", text: t("admin.hand_over_about") }),
      el("div", null, el("label", { class: "label", for: to.id, text: t("admin.hand_over_to") }), withArrow(to)),
    ],
    actions: [{ label: t("action.cancel") }, { label: t("admin.hand_over"), kind: "main", run }],
  });
}
