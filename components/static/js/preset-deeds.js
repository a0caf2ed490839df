// What can be done with a preset of the list: everything but using, sharing and deleting it.

import { announce, toast } from "./announce.js";
import { api } from "./api.js";
import { copyText } from "./clipboard.js";
import { openMenu } from "./popup-menu.js";
import { openSave } from "./preset-save.js";
import { openVersions } from "./preset-versions.js";
import { navigate } from "./router.js";
import { t } from "./texts.js";

const path = ({ id }) => `/api/v1/presets/${encodeURIComponent(id)}`;
const complain = (reason) => toast(Object.values(reason.fields ?? {})[0] ?? reason.message, { bad: true });

const about = (preset) => ({ endpoint_id: preset.endpoint_id, slug: preset.slug, values: preset.values, ticked: Object.keys(preset.values), cover: preset.cover });

async function lock(preset, done) {
  try {
    done(await api.patch(path(preset), { locked: !preset.locked }));
    announce(preset.locked ? t("preset_deed.is_open") : t("preset_deed.is_locked", { name: preset.name }));
  } catch (reason) {
    complain(reason);
  }
}

/** A copy of a picture that is shipped is made when it is applied: a copy of the preset has none. */
function copyOf(preset) {
  const values = Object.entries(preset.values).filter(([, value]) => !String(value).startsWith("sample:"));
  const whole = about(preset);
  return { ...whole, values: Object.fromEntries(values), ticked: values.map(([name]) => name) };
}

/** In another endpoint's form: what does not fit is said there. */
async function useElsewhere(preset, slug) {
  navigate(`/create/${encodeURIComponent(slug)}`);
  try {
    const { applyElsewhere } = await import("./form.js");
    await applyElsewhere(slug, preset.id);
  } catch (reason) {
    complain(reason);
  }
}

function exported(preset) {
  const link = document.createElement("a");
  link.href = `/api/v1/presets/export?id=${encodeURIComponent(preset.id)}`;
  link.download = "preset.json";
  link.click();
}

/** Opens the menu. `place` is {up, down} where it can be moved; `done()` draws the list anew. */
export function openDeeds(anchor, preset, { fields, endpoints, place, done }) {
  const others = endpoints.filter(({ slug }) => slug !== preset.slug).map(({ slug, label }) => ({ label, run: () => useElsewhere(preset, slug) }));
  const link = `${location.origin}/create/${preset.slug}?preset=${encodeURIComponent(preset.id)}`;
  const items = [
    preset.may_edit && preset.slug && { label: t("preset_deed.edit"), run: () => openSave({ ...about(preset), preset }, done).catch(complain) },
    preset.slug && { label: t("preset_deed.copy"), run: () => openSave(copyOf(preset), done).catch(complain) },
    !preset.shipped && { label: t("preset_deed.versions"), run: () => openVersions(preset, fields, done).catch(complain) },
    preset.may_change && { label: preset.locked ? t("preset_deed.unlock") : t("preset_deed.lock"), run: () => lock(preset, done) },
    place.up && { label: t("preset_deed.up"), run: place.up },
    place.down && { label: t("preset_deed.down"), run: place.down },
    { label: t("preset_deed.export"), run: () => exported(preset) },
    preset.slug && { label: t("preset_deed.link"), run: () => copyText(link, t("copy.link")) },
    { group: t("preset_deed.elsewhere"), items: others },
  ];
  openMenu(anchor, items.filter(Boolean), { label: t("preset_deed.menu", { name: preset.name }) });
}
