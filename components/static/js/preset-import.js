// Presets out of a file or a pasted text: first what would become of each, then, on a press, it is so.

import { announce } from "./announce.js";
import { api } from "./api.js";
import { selectOf, withArrow } from "./choices.js";
import { openDialog } from "./dialog.js";
import { el } from "./dom.js";
import { t } from "./texts.js";

const MOST_BYTES = 5 * 1024 * 1024;
const STATES = ["new", "conflicting", "same", "invalid", "written"];

function line(one) {
  const why = [...Object.entries(one.reasons).map(([name, text]) => (name ? `${name}: ${text}` : text)), ...one.left_out];
  return el("li", { dataset: { state: one.state } },
    el("span", { class: `chip ${one.state}`, text: t(`preset_state.${one.state}`) }), " ",
    el("b", { dir: "auto", text: one.title || t("preset_import.untitled") }), " ", el("span", { class: "soft", text: one.endpoint_id }),
    why.length > 0 && el("ul", { role: "list", class: "soft" }, why.map((text) => el("li", { dir: "auto", text }))));
}

function report(list) {
  const counts = STATES.map((state) => [state, list.filter((one) => one.state === state).length]).filter(([, count]) => count);
  return [
    el("p", { role: "status", text: counts.map(([state, count]) => `${t(`preset_state.${state}`)}: ${count}`).join(" · ") }),
    el("ul", { role: "list", class: "preset-report" }, list.map(line)),
  ];
}

/** Opens it; `onWritten()` where something was written. */
export function openImport(onWritten) {
  const area = el("textarea", { class: "in pg-paste", rows: "8", spellcheck: "false", autofocus: true, "aria-label": t("preset_import.text"), placeholder: '{"endpoint_id": "…", "title": "…", "values": {…}}' });
  const file = el("input", { type: "file", accept: ".json,application/json", "aria-label": t("preset_import.file"), on: { change: () => take() } });
  const clash = selectOf([["skip", t("preset_import.skip")], ["rename", t("preset_import.rename")], ["replace", t("preset_import.replace")]], "skip", { id: "preset-clash" });
  const how = el("div", { hidden: true }, el("label", { class: "label", for: "preset-clash", text: t("preset_import.clash") }), withArrow(clash));
  const error = el("p", { class: "pg-error", role: "alert" });
  const told = el("div", { class: "preset-told" });
  let shown = null; // the text whose report is to be seen
  const take = async () => {
    error.textContent = "";
    const [chosen] = file.files;
    if (!chosen) return;
    if (chosen.size > MOST_BYTES) {
      error.textContent = t("preset_import.large");
      return;
    }
    area.value = await chosen.text();
    await look();
  };
  const ask = async (write) => {
    error.textContent = "";
    try {
      return (await api.post("/api/v1/presets/import", { text: area.value, write, conflicts: clash.value })).presets;
    } catch (reason) {
      error.textContent = Object.values(reason.fields ?? {})[0] ?? reason.message;
      return null;
    }
  };
  const look = async () => {
    const list = await ask(false);
    shown = list && area.value;
    told.replaceChildren(...(list ? report(list) : []));
    how.hidden = !list?.some((one) => one.state === "conflicting");
    main().textContent = shown === null ? t("preset_import.look") : t("preset_import.write");
  };
  const press = async () => {
    if (shown === null || shown !== area.value) return look();
    const list = await ask(true);
    if (!list) return undefined;
    told.replaceChildren(...report(list));
    how.hidden = true;
    const count = list.filter((one) => one.state === "written").length;
    announce(t("preset_import.done", { count }));
    if (count) onWritten();
    shown = null;
    main().textContent = t("preset_import.look");
    return undefined;
  };
  area.addEventListener("input", () => (main().textContent = t("preset_import.look")));
  const dialog = openDialog({
    title: t("preset_import.title"),
    wide: true,
    body: [el("p", { class: "soft", text: t("preset_import.hint") }), file, area, how, error, told],
    actions: [{ label: t("action.close") }, { label: t("preset_import.look"), kind: "main", close: false, run: press }],
  });
  const main = () => dialog.element.querySelector(".btn.main");
  return dialog;
}
