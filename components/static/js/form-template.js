// Below a prompt with variables or choices: a box for each variable, how many prompts it can become
// and what all of them would cost, three of them to look at, and the way to run them all. The server
// reads the prompt; here is only whether it may have something to read (form-price.js).

import { whileBusy, el, fill } from "./dom.js";
import { call } from "./form-call.js";
import { listen, readParts } from "./form-bridge.js";
import { fieldId, formOf } from "./form-data.js";
import { whenPresent } from "./form-page.js";
import { money } from "./format.js";
import { openLists } from "./lists-dialog.js";
import { runAll } from "./run-all.js";
import { number, t } from "./texts.js";

const PAUSE_MS = 200;
const PREVIEWS = 3;
const LONGEST_VALUE = 10_000;
const MARKS = /[{}]|__/;
/** As many digits are read as a number; of more, their power of ten. */
const MOST_DIGITS = 15;

const boxes = new Map(); // by slug

const seeds = () => [...crypto.getRandomValues(new Uint32Array(PREVIEWS))];

/** A whole number in digits as somebody reads it: 1,000,000,000, or 3.2 × 10^30. */
function large(digits) {
  if (digits.length <= MOST_DIGITS) return number(Number(digits));
  const head = `${digits[0]}.${digits[1]}`.replace(/\.0$/, "");
  return `${head === "1" ? "" : `${head} × `}10^${digits.length - 1}`;
}

function usd(amount) {
  const [whole] = amount.split(".");
  return whole.length > MOST_DIGITS ? `$${large(whole)}` : money(amount);
}

class TemplateBox {
  #slug;
  #values = new Map();
  #names = [];
  #inputs = el("div", { class: "variables-boxes" });
  #count = el("p", { class: "soft", role: "status" });
  #error = el("p", { class: "pg-error", role: "status" });
  #previews = el("ol", { class: "variables-previews", "aria-live": "polite", hidden: true });
  #button = el("button", { type: "button", class: "btn small", "aria-expanded": "false", text: t("variables.preview"), on: { click: () => whileBusy(this.#button, () => this.#preview()) } });
  #lists = el("button", { type: "button", class: "btn small", text: t("variables.lists"), on: { click: () => openLists(() => this.again()) } });
  #all = el("button", { type: "button", class: "btn small", hidden: true, on: { click: () => whileBusy(this.#all, () => runAll(this.#slug)) } });
  #node;
  #timer = null;
  #asked = "";
  #seeds = null;

  constructor(slug) {
    this.#slug = slug;
    this.#node = el("section", { class: "pg variables", "aria-label": t("variables.title"), hidden: true },
      this.#inputs, this.#error, el("div", { class: "variables-line" }, this.#count, el("span", { class: "variables-buttons" }, this.#all, this.#button, this.#lists)), this.#previews);
    listen("changed", (changed) => changed === slug && this.look());
  }

  take(values) {
    this.#values = new Map(Object.entries(values));
    for (const input of this.#inputs.querySelectorAll("input")) input.value = this.#values.get(input.name) ?? "";
    this.again();
  }

  /** What it became may be something else by now. */
  again() {
    this.#asked = "";
    this.look();
  }

  look() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#look().catch((reason) => this.#tell(reason)), PAUSE_MS);
  }

  async #look() {
    const parts = await readParts(this.#slug);
    const prompt = parts["prompt.value"] ?? "";
    if (!MARKS.test(prompt)) {
      this.#asked = "";
      this.#node.hidden = true;
      this.#draw([]);
      return;
    }
    const body = { slug: this.#slug, parts, variables: Object.fromEntries(this.#values), seeds: this.#seeds ?? [] };
    const asked = JSON.stringify(body);
    if (asked === this.#asked) return;
    this.#asked = asked;
    const found = await call("template", body);
    if (asked === this.#asked) await this.#show(found);
  }

  async #show({ variables, combinations, usd: price, most, previews }) {
    const many = combinations !== "1";
    const offered = many && Number(combinations) <= most;
    fill(this.#error);
    this.#draw(variables);
    fill(this.#count, many && [
      t("variables.combinations", { count: large(combinations) }),
      el("span", { dataset: { private: "" }, text: t("variables.price", { price: usd(price) }) }),
      !offered && el("span", { text: t("all.most", { count: most }) }),
    ]);
    this.#all.hidden = !offered;
    this.#all.textContent = t("all.open", { count: combinations });
    fill(this.#previews, previews.map(({ seed, prompt }) => el("li", null,
      el("span", { class: "variables-prompt", dir: "auto", text: prompt }),
      many && el("span", { class: "soft", text: t("variables.by_seed", { seed }) }))));
    await this.#place();
    this.#node.hidden = !many && !variables.length;
  }

  async #tell(reason) {
    this.#all.hidden = true;
    fill(this.#error, reason.fields?.prompt ?? reason.message);
    await this.#place();
    this.#node.hidden = false;
  }

  async #place() {
    if (!this.#node.isConnected) (await whenPresent(fieldId(this.#slug, "prompt"))).after(this.#node);
  }

  /** Boxes that are there stay, with what is typed in them. */
  #draw(names) {
    if (names.join() === this.#names.join()) return;
    const held = document.activeElement;
    const known = new Map([...this.#inputs.children].map((line) => [line.querySelector("input").name, line]));
    this.#names = names;
    fill(this.#inputs, names.map((name) => known.get(name) ?? this.#line(name)));
    if (this.#inputs.contains(held)) held.focus();
  }

  #line(name) {
    const input = el("input", {
      class: "in", type: "text", name, maxlength: LONGEST_VALUE, dir: "auto", autocomplete: "off",
      on: { input: () => this.#values.set(name, input.value) },
    });
    input.value = this.#values.get(name) ?? "";
    return el("label", null, el("span", { class: "label", dir: "auto", text: name }), input);
  }

  /** Three of them; pressed again, they go. */
  async #preview() {
    this.#seeds = this.#seeds ? null : seeds();
    const open = Boolean(this.#seeds);
    this.#button.setAttribute("aria-expanded", String(open));
    this.#button.textContent = open ? t("variables.no_preview") : t("variables.preview");
    this.#previews.hidden = !open;
    await this.#look().catch((reason) => this.#tell(reason));
  }
}

function boxOf(slug) {
  if (!boxes.has(slug)) boxes.set(slug, new TemplateBox(slug));
  return boxes.get(slug);
}

/** Looks after the prompt of that form from now on. */
export function mountTemplate(slug) {
  if (!boxes.has(slug) && formOf(slug)) boxOf(slug).look();
}

/** What the variables of a run stood for, back in their boxes. */
export const giveVariables = (slug, values) => boxOf(slug).take(values);
