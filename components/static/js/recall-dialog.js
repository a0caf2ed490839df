// A picture that was dropped beside the fields: how it says that it was made, for a form, to look
// at, or not at all. All of it is a stranger's text.

import { announce, toast } from "./announce.js";
import { api } from "./api.js";
import { selectOf, withArrow } from "./choices.js";
import { copyButton } from "./clipboard.js";
import { openDialog } from "./dialog.js";
import { el, fill } from "./dom.js";
import { call } from "./form-call.js";
import { allForms, fieldOf, formOf } from "./form-data.js";
import { valueText } from "./run-details.js";
import { t } from "./texts.js";
import { ACCEPT, refusalOf, sentenceOf } from "./uploads.js";

const READ = "/api/v1/pictures/settings";
const SHOWN = 400; // letters of a prompt before one looks closer

const TOOLS = {
  playground: () => t("recall.by.playground"),
  web_ui: () => t("recall.by.web_ui"),
  invokeai: () => t("recall.by.invokeai"),
  comfyui: () => t("recall.by.comfyui"),
  fooocus: () => t("recall.by.fooocus"),
};

const labelOf = (slug, name) => fieldOf(slug, name)?.label ?? name;

const short = (text) => (text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text);

function rows(pairs) {
  return el("dl", { class: "details" }, pairs.map(([name, value, copy]) => [
    el("dt", { dir: "auto", text: name }),
    el("dd", null, el("span", { dir: "auto", text: value }), copy && copyButton(copy, name, name)),
  ]));
}

function section(title, ...inside) {
  return el("section", { class: "recall-part" }, el("h3", { text: title }), inside);
}

class RecallDialog {
  #file;
  #address;
  #told = null;
  #slug = null;
  #asked = 0;
  #dialog = null;
  #body = el("div", { class: "recall" });
  #notes = el("div", { class: "recall-notes", role: "status" });
  #job = new AbortController();

  constructor(file) {
    this.#file = file;
    this.#address = URL.createObjectURL(file);
  }

  async open() {
    fill(this.#body, el("p", { role: "status", text: t("recall.reading") }));
    this.#show([{ label: t("action.cancel") }]);
    try {
      const form = new FormData();
      form.append("file", this.#file, this.#file.name || "picture");
      this.#told = await api.post(READ, form, { signal: this.#job.signal });
    } catch (reason) {
      if (reason?.name === "AbortError") return;
      this.#say(sentenceOf(reason));
      return;
    }
    if (!this.#told.found) this.#say(t("recall.nothing"));
    else await this.#offer();
  }

  /** Another set of buttons is another dialog: the one before gives way without a word. */
  #show(actions, wide = false) {
    const before = this.#dialog;
    const opened = openDialog({ title: t("recall.title"), body: [this.#body], actions, wide, onClose: () => this.#dialog === opened && this.#over() });
    this.#dialog = opened;
    opened.element.classList.add("recall-dialog");
    before?.close();
  }

  #over() {
    this.#job.abort();
    URL.revokeObjectURL(this.#address);
  }

  #say(text) {
    fill(this.#body, this.#head(el("p", { role: "status", text })));
    this.#show([{ label: t("action.close"), autofocus: true }]);
    announce(text);
  }

  #head(...inside) {
    const picture = el("img", { class: "recall-picture", src: this.#address, alt: "", decoding: "async" });
    picture.addEventListener("error", () => picture.remove());
    return el("div", { class: "recall-head" }, picture, el("div", null, el("p", { class: "soft", dir: "auto", text: this.#file.name ?? "" }), inside));
  }

  // ── what to do with it ───────────────────────────────────────────────────────────────────

  async #offer() {
    const { current } = await import("./form.js");
    this.#slug = formOf(this.#told.slug) ? this.#told.slug : current();
    const chosen = selectOf(allForms().map(({ slug, label }) => [slug, label]), this.#slug, {
      id: "recall-form",
      on: { change: () => this.#choose(chosen.value) },
    });
    const { prompt } = this.#told.input;
    fill(
      this.#body,
      this.#head(el("p", { text: TOOLS[this.#told.tool]?.() ?? "" })),
      typeof prompt === "string" ? section(t("recall.prompt"), el("p", { class: "recall-prompt", dir: "auto", text: short(prompt) })) : null,
      el("div", null, el("label", { class: "label", for: "recall-form", text: t("recall.form") }), withArrow(chosen)),
      this.#notes,
    );
    this.#show([
      { label: t("action.cancel") },
      { label: t("recall.look"), close: false, run: () => this.#look() },
      { label: t("recall.apply"), kind: "main", autofocus: true, run: () => this.#apply() },
    ]);
    await this.#choose(this.#slug);
  }

  /** What of it that form takes: the server knows its rules. */
  async #choose(slug) {
    this.#slug = slug;
    const asked = ++this.#asked;
    let words;
    try {
      const { fitted, notes } = await call("put", { slug, input: this.#told.input });
      words = this.#fits(fitted, notes);
    } catch (reason) {
      words = el("p", { class: "pg-error", text: reason.message });
    }
    if (asked === this.#asked) fill(this.#notes, words);
  }

  #fits(fitted, notes) {
    const names = fitted.map((name) => labelOf(this.#slug, name)).join(", ");
    return [
      el("p", { text: fitted.length ? t("recall.fits", { names }) : t("recall.none_fits") }),
      notes.length ? section(t("recall.not"), el("ul", { class: "recall-not" }, notes.map((text) => el("li", { dir: "auto", text })))) : null,
      this.#told.rest.length ? el("p", { class: "soft", text: t("recall.more", { count: this.#told.rest.length }) }) : null,
    ];
  }

  async #apply() {
    const { openInForm } = await import("./form.js");
    await openInForm(this.#slug, this.#told.input);
  }

  // ── only to look at ──────────────────────────────────────────────────────────────────────

  #look() {
    const { tool, endpoint_id: endpoint, input, rest } = this.#told;
    const own = endpoint ? [[t("endpoint.label"), endpoint, endpoint]] : [];
    const set = Object.entries(input).map(([name, value]) => {
      const plain = typeof value === "string" ? value : JSON.stringify(value);
      return [labelOf(this.#slug, name), valueText(value), plain];
    });
    fill(
      this.#body,
      this.#head(el("p", { text: TOOLS[tool]?.() ?? "" })),
      section(t("recall.all"), rows([...own, ...set])),
      rest.length ? section(t("recall.rest"), rows(rest.map(({ name, value }) => [name, value, value]))) : null,
    );
    this.#show([{ label: t("action.close"), autofocus: true }], true);
  }
}

/** Reads a file's settings and asks what to do with them. */
export function openRecall(file) {
  const refusal = refusalOf(file);
  if (refusal) {
    toast(refusal, { bad: true });
    return null;
  }
  return new RecallDialog(file).open();
}

/** Asks for a file first: for those who can't drop one. */
export function chooseRecall() {
  const input = el("input", { type: "file", accept: ACCEPT });
  input.addEventListener("change", () => input.files[0] && openRecall(input.files[0]));
  input.click();
}
