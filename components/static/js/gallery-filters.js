// Filters as controls: each puts its part into the search, so that one reads what it does.

import { api } from "./api.js";
import { selectOf, withArrow } from "./choices.js";
import { el } from "./dom.js";
import { has, partsOf, spelt, toggled, valueOf, withValue } from "./search-terms.js";
import { t } from "./texts.js";

const STATES = ["done", "failed", "cancelled", "uncertain", "lost", "running", "queued", "created", "saving"];
const SHAPES = ["portrait", "landscape", "square", "16:9", "4:3", "3:4", "9:16"];
const DAY_MS = 86_400_000;
const ISO_DAY = /^\d{4}-\d{2}-\d{2}$/;

/** "2026-11-21" -> "2026-11-22" for 1. */
function shifted(day, by) {
  return ISO_DAY.test(day) ? new Date(Date.parse(`${day}T00:00:00Z`) + by * DAY_MS).toISOString().slice(0, 10) : "";
}

const field = (label, control, node = control) => {
  const id = `finder-${label}`;
  control.id = id;
  return el("div", { class: "finder-field" }, el("label", { class: "label", for: id, text: t(`finder.${label}`) }), node);
};

const amounts = (q) => partsOf(q).filter(({ operator, minus }) => operator === "cost" && !minus);
const amountOf = (q, sign) => amounts(q).map(({ value }) => value).find((value) => value.startsWith(sign))?.slice(sign.length) ?? "";

/** The query with a cost of at least and at most these; "" for no limit. */
function withAmounts(q, least, most) {
  const parts = [least && spelt("cost", `>=${least}`), most && spelt("cost", `<=${most}`)].filter(Boolean);
  return [withValue(q, "cost", ""), ...parts].filter(Boolean).join(" ");
}

export class FilterPanel {
  #q = "";
  #onChange;
  #asked = false;
  #by = selectOf([["", t("finder.anybody")]], "");
  #project = selectOf([["", t("finder.any")]], "");
  #state = selectOf([["", t("finder.any")], ...STATES.map((state) => [state, t(`state.${state}`)])], "");
  #shape = selectOf([["", t("finder.any")], ...SHAPES.map((shape) => [shape, /\d/.test(shape) ? shape : t(`finder.shape.${shape}`)])], "");
  #from = el("input", { type: "date", class: "in" });
  #until = el("input", { type: "date", class: "in" });
  #tag = el("input", { type: "text", class: "in", list: "finder-tags", autocomplete: "off", maxlength: "100" });
  #tags = el("datalist", { id: "finder-tags" });
  #least = el("input", { type: "text", class: "in", inputmode: "decimal", maxlength: "12" });
  #most = el("input", { type: "text", class: "in", inputmode: "decimal", maxlength: "12" });
  #starred = el("input", { type: "checkbox" });
  #seeded = el("input", { type: "checkbox" });
  node;

  /** @param onChange called with the query after each choice */
  constructor(onChange) {
    this.#onChange = onChange;
    const sets = [[this.#by, "by"], [this.#project, "project"], [this.#state, "state"], [this.#shape, "aspect"], [this.#tag, "tag"]];
    for (const [control, operator] of sets) control.addEventListener("change", () => this.#put(withValue(this.#q, operator, control.value.trim())));
    this.#from.addEventListener("change", () => this.#put(withValue(this.#q, "after", this.#from.value)));
    this.#until.addEventListener("change", () => this.#put(withValue(this.#q, "before", shifted(this.#until.value, 1))));
    for (const control of [this.#least, this.#most]) control.addEventListener("change", () => this.#put(withAmounts(this.#q, this.#least.value.trim(), this.#most.value.trim())));
    this.#starred.addEventListener("change", () => this.#put(toggled(this.#q, "is", "starred", this.#starred.checked)));
    this.#seeded.addEventListener("change", () => this.#put(toggled(this.#q, "seed", "any", this.#seeded.checked)));
    this.node = el(
      "div",
      { class: "finder-panel finder-fields", id: "finder-filters", hidden: true },
      field("person", this.#by, withArrow(this.#by)),
      field("from", this.#from),
      field("until", this.#until),
      field("state", this.#state, withArrow(this.#state)),
      field("shape", this.#shape, withArrow(this.#shape)),
      field("tag", this.#tag),
      field("project", this.#project, withArrow(this.#project)),
      el("div", { dataset: { private: "" } }, field("least", this.#least)),
      el("div", { dataset: { private: "" } }, field("most", this.#most)),
      el("label", { class: "check" }, this.#starred, el("span", { text: t("finder.starred") })),
      el("label", { class: "check" }, this.#seeded, el("span", { text: t("finder.seeded") })),
      this.#tags,
    );
  }

  /** The names to choose from are asked for when somebody looks at them first. */
  async opened() {
    if (this.#asked) return;
    this.#asked = true;
    try {
      const { people, projects, tags } = await api.get("/api/v1/hints");
      const options = (names) => names.map((name) => el("option", { value: name, text: name }));
      this.#by.append(...options(people));
      this.#project.append(...options(projects));
      this.#tags.append(...options(tags.map(({ name }) => name)));
      this.show(this.#q);
    } catch (error) {
      console.error(error); // the search box takes names, too
      this.#asked = false;
    }
  }

  /** Shows what a query says. */
  show(q) {
    this.#q = q;
    for (const [select, operator] of [[this.#by, "by"], [this.#project, "project"], [this.#state, "state"], [this.#shape, "aspect"]]) this.#choose(select, valueOf(q, operator));
    this.#from.value = valueOf(q, "after");
    this.#until.value = shifted(valueOf(q, "before"), -1);
    this.#tag.value = valueOf(q, "tag");
    this.#least.value = amountOf(q, ">=");
    this.#most.value = amountOf(q, "<=");
    this.#starred.checked = has(q, "is", "starred");
    this.#seeded.checked = has(q, "seed", "any");
  }

  /** A name that was typed may be one that is not offered. */
  #choose(select, value) {
    const known = [...select.options].find((option) => option.value.toLowerCase() === value.toLowerCase());
    if (!known) select.append(el("option", { value, text: value }));
    select.value = known?.value ?? value;
  }

  #put(q) {
    this.#onChange(q);
  }
}
