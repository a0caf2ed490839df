// The drop zone's elements: what it shows while empty, busy and filled.

import { el } from "./dom.js";
import { t } from "./texts.js";
import { ACCEPT } from "./uploads.js";

let serial = 0;

const button = (text, click, props = {}) =>
  el("button", { type: "button", class: "btn small", text, on: { click }, ...props });

function emptyPart(kind, id, on) {
  const choose = button(t(`drop.${kind}.choose`), on.choose, { class: "btn small dz-choose", "aria-describedby": `${id}-error` });
  const link = el("input", {
    class: "in dz-link-in",
    type: "url",
    inputmode: "url",
    autocomplete: "off",
    spellcheck: "false",
    placeholder: t("drop.or_link"),
    "aria-label": t(`drop.${kind}.link`),
    "aria-describedby": `${id}-error`,
  });
  const fetchLink = button(t("drop.fetch"), on.link, { class: "btn small dz-fetch", "aria-label": t(`drop.${kind}.fetch`) });
  const root = el("div", { class: "dz-empty" },
    el("div", { class: "dz-line" }, choose, el("span", { class: "dz-hint", text: t(`drop.${kind}.hint`) })),
    el("div", { class: "dz-line" }, link, fetchLink));
  return { root, choose, link, fetchLink };
}

function busyPart(on) {
  const text = el("span", { class: "dz-doing" });
  const elapsed = el("span", { class: "dz-elapsed" });
  const bar = el("progress", { class: "dz-bar", max: "1", "aria-label": t("drop.upload") });
  const stop = button(t("drop.stop"), on.stop, { class: "btn small dz-stop" });
  const root = el("div", { class: "dz-busy", hidden: true }, el("div", { class: "dz-line" }, text, elapsed, stop), bar);
  return { root, text, elapsed, bar, stop };
}

function filledPart(kind, id, on) {
  const picture = el("div", { class: "dz-thumb" });
  const name = el("bdi", { class: "dz-name" });
  const facts = el("span", { class: "dz-facts" });
  const described = { "aria-describedby": `${id}-error` };
  const replace = button(t("drop.replace"), on.choose, { class: "btn small dz-replace", "aria-label": t(`drop.${kind}.replace`), ...described });
  const remove = button(t("drop.remove"), on.remove, { class: "btn small dz-remove", "aria-label": t(`drop.${kind}.remove`) });
  const root = el("div", { class: "dz-filled", hidden: true }, picture,
    el("div", { class: "dz-about" }, name, facts, el("div", { class: "dz-line" }, replace, remove)));
  return { root, picture, name, facts, replace, remove };
}

/** `on`: choose, link, stop, remove, file(File). */
export function buildZone({ kind, label, labelledBy, name }, on) {
  const id = `dz-${++serial}`;
  const empty = emptyPart(kind, id, on);
  const busy = busyPart(on);
  const filled = filledPart(kind, id, on);
  const file = el("input", { type: "file", accept: ACCEPT, hidden: true, tabindex: "-1", class: "dz-file", "aria-hidden": "true" });
  const error = el("p", { class: "dz-error", id: `${id}-error`, role: "alert" });
  const said = el("span", { class: "sr-only", role: "status" });
  const heading = labelledBy ? null : el("span", { class: "label", id: `${id}-label`, text: label });
  const well = el("div", { class: "dz-well" }, empty.root, busy.root, filled.root);
  const root = el("div", {
    class: "pg drop-zone",
    role: "group",
    tabindex: "-1",
    "aria-labelledby": labelledBy ?? `${id}-label`,
    "aria-describedby": `${id}-error`,
    dataset: { state: "empty", kind, name },
  }, heading, well, error, said, file);
  return { root, well, empty, busy, filled, file, error, said };
}
