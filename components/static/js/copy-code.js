// A run as code: Python, JavaScript, cURL and JSON of exactly this input. The key is never in it.

import { api } from "./api.js";
import { copyText } from "./clipboard.js";
import { openDialog } from "./dialog.js";
import { el, fill } from "./dom.js";
import { recall, remember } from "./remembered.js";
import { toast } from "./announce.js";
import { parts, t } from "./texts.js";

const LANGUAGES = [
  ["python", "Python"],
  ["javascript", "JavaScript"],
  ["curl", "cURL"],
  ["json", "JSON"],
];
const STORED = "code";

function tabList(names, choose) {
  const tabs = names.map(([key, label]) =>
    el("button", {
      type: "button",
      role: "tab",
      id: `code-tab-${key}`,
      "aria-controls": "code-panel",
      text: label,
      dataset: { language: key },
      on: { click: () => choose(key) },
    }));
  const move = (event) => {
    const at = tabs.indexOf(document.activeElement);
    const next = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tabs.length - 1 }[event.key];
    if (next === undefined || at < 0) return;
    event.preventDefault();
    const tab = tabs.at(next % tabs.length);
    choose(tab.dataset.language);
    tab.focus();
  };
  const list = el("div", { class: "code-tabs", role: "tablist", "aria-label": t("code.language"), on: { keydown: move } }, tabs);
  const mark = (key) => {
    for (const tab of tabs) {
      const chosen = tab.dataset.language === key;
      tab.setAttribute("aria-selected", String(chosen));
      tab.tabIndex = chosen ? 0 : -1;
    }
  };
  return { list, mark };
}

/** Shows ready snippets {python, javascript, curl, json}; those that are not there have no tab. */
export function openSnippets(snippets, { title }) {
  const names = LANGUAGES.filter(([key]) => typeof snippets[key] === "string");
  let current = names.find(([key]) => key === recall(STORED))?.[0] ?? names[0]?.[0];
  const code = el("code");
  const panel = el("pre", { class: "code", id: "code-panel", role: "tabpanel", tabindex: "0" }, code);
  const note = el("p", { class: "code-note" });
  const choose = (key) => {
    current = key;
    remember(STORED, key);
    tabs.mark(key);
    panel.setAttribute("aria-labelledby", `code-tab-${key}`);
    code.textContent = snippets[key];
    fill(note, key === "json" ? t("code.json_note") : parts("code.key_note", { name: el("code", { text: "FAL_KEY" }) }));
  };
  const tabs = tabList(names, choose);
  if (current) choose(current);
  const copy = el("button", {
    type: "button",
    class: "btn main",
    text: t("action.copy"),
    dataset: { action: "copy-code" },
    on: { click: () => copyText(snippets[current], LANGUAGES.find(([key]) => key === current)[1]) },
  });
  return openDialog({ title, body: [tabs.list, panel, note], actions: [copy], wide: true });
}

/** Asks for the code of `run` and shows it. */
export async function openCode(run) {
  try {
    return openSnippets(await api.get(`/api/v1/runs/${encodeURIComponent(run.id)}/code`), { title: t("code.of_run") });
  } catch (reason) {
    toast(reason.message, { bad: true });
    return null;
  }
}
