// What a preset said before: who changed what, and when; and the way back to it.

import { announce, toast } from "./announce.js";
import { api } from "./api.js";
import { openDialog } from "./dialog.js";
import { el, whileBusy } from "./dom.js";
import { moment } from "./format.js";
import { t } from "./texts.js";

const PLAIN = { name: "name", description: "description", tags: "tags", cover: "cover" };

function changedWords({ version, changed }, labels) {
  if (version === 1) return t("preset_history.first");
  return changed.map((name) => (Object.hasOwn(PLAIN, name) ? t(`preset_history.${PLAIN[name]}`) : (labels.get(name) ?? name))).join(", ");
}

function row(version, newest, labels, restore) {
  const button = el("button", { type: "button", class: "btn small", "aria-label": t("preset_history.restore_named", { version: String(version.version) }), text: t("preset_history.restore"), on: { click: () => whileBusy(button, () => restore(version)) } });
  return el("li", null,
    el("div", null,
      el("b", null, t("preset_history.number", { version: String(version.version) })), " ",
      el("span", { class: "soft", text: moment(version.at) }), " ", el("bdi", { text: version.person_name })),
    el("div", { class: "preset-history-words" }, el("span", { dir: "auto", text: changedWords(version, labels) }), version.version !== newest && button));
}

/** Opens the list; `onRestored(preset)` where one was restored. */
export async function openVersions(preset, fields, onRestored) {
  const path = `/api/v1/presets/${encodeURIComponent(preset.id)}`;
  const { versions } = await api.get(`${path}/versions`);
  const labels = new Map(fields.map((field) => [field.name, field.label]));
  const restore = async ({ version }) => {
    try {
      const back = await api.post(`${path}/restore`, { version });
      dialog.close();
      announce(t("preset_history.restored", { version: String(version) }));
      onRestored(back);
    } catch (reason) {
      toast(Object.values(reason.fields ?? {})[0] ?? reason.message, { bad: true });
    }
  };
  const dialog = openDialog({
    title: t("preset_history.title", { name: preset.name }),
    wide: true,
    body: el("ol", { class: "preset-history", role: "list" }, versions.map((version) => row(version, versions[0].version, labels, restore))),
    actions: [{ label: t("action.close") }],
  });
  return dialog;
}
