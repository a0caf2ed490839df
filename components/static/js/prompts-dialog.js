// What one has prompted, and the snippets that one has kept: found, put into the prompt, looked after.

import { openDialog } from "./dialog.js";
import { el, fill } from "./dom.js";
import { placeIn, put } from "./prompt-box.js";
import { History } from "./prompt-history.js";
import { Library } from "./prompt-library.js";
import { recall, remember } from "./remembered.js";
import { t } from "./texts.js";

const STORED = "prompts";
const PAUSE_MS = 150;

class PromptsDialog {
  #panels;
  #tabs;
  #shown;
  #timer = null;
  #body = el("div", { class: "prompts-body", id: "prompts-panel", role: "tabpanel" });
  #options = el("div", { class: "prompts-options" });
  #search = el("input", { class: "in", type: "search", autofocus: true, "aria-label": t("past_prompts.search"), placeholder: t("past_prompts.search"), on: { input: () => this.#later() } });

  open(box) {
    const caret = placeIn(box); // a dialog that closes gives the focus back, not the caret
    const use = (text, { insert }) => {
      dialog.close();
      put(box, text, insert ? caret : null);
    };
    const redraw = () => this.#look();
    this.#panels = { history: new History(use, redraw), library: new Library(use, redraw) };
    this.#tabs = Object.keys(this.#panels).map((name) =>
      el("button", { type: "button", role: "tab", id: `prompts-tab-${name}`, "aria-controls": "prompts-panel", text: t(`prompt_tabs.${name}`), dataset: { panel: name }, on: { click: () => this.#choose(name) } }));
    const list = el("div", { class: "code-tabs", role: "tablist", "aria-label": t("past_prompts.title"), on: { keydown: (event) => this.#moveTab(event) } }, this.#tabs);
    const keep = this.#panels.library.keepForm(box, () => this.#choose("library"));
    const dialog = openDialog({ title: t("past_prompts.title"), wide: true, body: [list, el("div", { class: "prompts-bar" }, this.#search, this.#options), this.#body, keep] });
    dialog.element.classList.add("prompts-dialog");
    dialog.element.addEventListener("keydown", (event) => this.#moveRow(event));
    this.#choose(Object.hasOwn(this.#panels, recall(STORED)) ? recall(STORED) : "history");
    return dialog;
  }

  #choose(name) {
    this.#shown = name;
    remember(STORED, name);
    for (const tab of this.#tabs) {
      const chosen = tab.dataset.panel === name;
      tab.setAttribute("aria-selected", String(chosen));
      tab.tabIndex = chosen ? 0 : -1;
    }
    this.#body.setAttribute("aria-labelledby", `prompts-tab-${name}`);
    fill(this.#options, this.#panels[name].option);
    return this.#look();
  }

  #later() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#look(), PAUSE_MS);
  }

  #look() {
    const name = this.#shown;
    return this.#panels[name].load(this.#body, this.#search.value.trim(), () => this.#shown === name);
  }

  #moveTab(event) {
    const at = this.#tabs.indexOf(event.target);
    const next = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: this.#tabs.length - 1 }[event.key];
    if (next === undefined || at < 0) return;
    event.preventDefault();
    const tab = this.#tabs.at(next % this.#tabs.length);
    this.#choose(tab.dataset.panel);
    tab.focus();
  }

  /** From the search into the list and along its texts; above the first one is the search again. */
  #moveRow(event) {
    const rows = [...this.#body.querySelectorAll(".prompt-text")];
    const from = event.target === this.#search ? -1 : rows.indexOf(event.target);
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step || (from < 0 && (event.target !== this.#search || step < 0))) return;
    event.preventDefault();
    const to = from + step;
    (to < 0 ? this.#search : rows[Math.min(to, rows.length - 1)])?.focus();
  }
}

/** Opens it for the box of a prompt. */
export const openPromptsDialog = (box) => new PromptsDialog().open(box);
