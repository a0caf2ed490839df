// Two versions of one preset, side by side, and the question which one is to stay.

import { openDialog } from "./dialog.js";
import { el } from "./dom.js";
import { valueText } from "./run-details.js";
import { t } from "./texts.js";

/** [name, text] of all that one side says. */
function said({ title, description, tags, values }) {
  const plain = [[t("keep_preset.name"), title], [t("keep_preset.description"), description], [t("keep_preset.tags"), tags.join(", ")]];
  return [...plain, ...Object.entries(values).map(([name, value]) => [name, valueText(value)])];
}

function rows(current, yours) {
  const theirs = new Map(said(current));
  const mine = new Map(said(yours));
  return [...new Set([...theirs.keys(), ...mine.keys()])]
    .filter((name) => (theirs.get(name) ?? "") !== (mine.get(name) ?? ""))
    .map((name) =>
      el("tr", null,
        el("th", { scope: "row", text: name }),
        el("td", { dir: "auto", text: theirs.get(name) ?? "–" }),
        el("td", { dir: "auto", text: mine.get(name) ?? "–" })));
}

/** Asks with both sides shown; answers true where yours is to be written over what is there. */
export function askBoth(title, text, { current, yours }) {
  return new Promise((resolve) => {
    let answer = false;
    const differing = rows(current, yours);
    openDialog({
      title,
      wide: true,
      body: [
        el("p", { text }),
        differing.length > 0 &&
          el("table", { class: "preset-both" },
            el("thead", null, el("tr", null, el("td"), el("th", { scope: "col", text: t("keep_preset.there") }), el("th", { scope: "col", text: t("keep_preset.yours") }))),
            el("tbody", null, differing)),
      ],
      actions: [
        { label: t("action.cancel"), autofocus: true },
        { label: t("keep_preset.replace"), kind: "danger", run: () => (answer = true) },
      ],
      onClose: () => resolve(answer),
    });
  });
}
