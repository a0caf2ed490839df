// What is allowed here: endpoints, how loose a filter for whom, what is kept for how long, the banner.

import { labelled, section, told } from "./admin-table.js";
import { ROLES } from "./admin-people.js";
import { announce } from "./announce.js";
import { api, endpoints } from "./api.js";
import { selectOf } from "./choices.js";
import { confirm } from "./dialog.js";
import { el, fill } from "./dom.js";
import { t } from "./texts.js";

const DAY_S = 86400;
const LOOSEST = 6;

const levels = () => [["", t("rules.no_ceiling")], ...Array.from({ length: LOOSEST }, (_, index) => [String(index + 1), String(index + 1)])];

/** A number of days, null where there is none; what is no number is for the server to refuse. */
function days({ value }) {
  const text = value.trim();
  return text === "" ? null : Number.isInteger(Number(text)) ? Number(text) : text;
}

export class RulesPart {
  #endpoints = el("fieldset", { class: "admin-checks" });
  #ceilings = new Map(ROLES.map((role) => [role, selectOf(levels(), "")]));
  #payloads = el("input", { type: "checkbox" });
  #days = el("input", { class: "in", type: "text", inputmode: "numeric", autocomplete: "off" });
  #keep = el("input", { class: "in", type: "text", inputmode: "numeric", autocomplete: "off" });
  #kept = null;
  #banner = el("input", { class: "in", type: "text", maxlength: "300", dir: "auto", autocomplete: "off" });

  constructor() {
    const ceilings = [...this.#ceilings].map(([role, node]) => labelled(t(`role.${role}`), node));
    const form = el("form", { class: "admin-rules", on: { submit: (event) => this.#put(event) } },
      this.#endpoints,
      el("fieldset", null, el("legend", { class: "label", text: t("rules.ceiling") }), el("div", { class: "admin-form" }, ceilings)),
      el("label", { class: "pg-check" }, this.#payloads, t("rules.payloads")),
      labelled(t("rules.days"), this.#days, t("rules.days_hint")),
      labelled(t("rules.keep"), this.#keep, t("rules.keep_hint")),
      labelled(t("rules.banner_label"), this.#banner),
      el("button", { type: "submit", class: "btn", text: t("rules.save") }));
    this.node = section("rules", t("admin.rules"), form);
  }

  async load() {
    const [rules, list] = await Promise.all([api.get("/api/v1/rules"), endpoints()]);
    fill(this.#endpoints, el("legend", { class: "label", text: t("rules.open") }), list.map(({ slug, label }) => {
      const box = el("input", { type: "checkbox", value: slug });
      box.checked = rules.endpoints === null || rules.endpoints.includes(slug);
      return el("label", { class: "pg-check" }, box, label);
    }));
    for (const [role, node] of this.#ceilings) node.value = String(rules.ceilings[role] ?? "");
    this.#payloads.checked = rules.payloads;
    this.#days.value = rules.pictures_s === null ? "" : String(Math.round(rules.pictures_s / DAY_S));
    this.#kept = rules.keep_days;
    this.#keep.value = rules.keep_days ?? "";
    this.#banner.value = rules.banner;
  }

  /** Pictures would go within the hour: it asks where more of them will than before. */
  async #sure(days) {
    if (!Number.isInteger(days) || (this.#kept !== null && days >= this.#kept)) return true;
    return confirm({ title: t("rules.keep_title"), text: t("rules.keep_text", { count: days }), yes: t("rules.keep_yes"), danger: true });
  }

  async #put(event) {
    event.preventDefault();
    const boxes = [...this.#endpoints.querySelectorAll("input")];
    const open = boxes.filter((box) => box.checked).map((box) => box.value);
    const ceilings = Object.fromEntries([...this.#ceilings].filter(([, node]) => node.value).map(([role, node]) => [role, Number(node.value)]));
    const keep = days(this.#keep);
    if (!(await this.#sure(keep))) return;
    const atFal = days(this.#days);
    const pictures = Number.isInteger(atFal) ? atFal * DAY_S : atFal;
    const wanted = { endpoints: open.length === boxes.length ? null : open, ceilings, payloads: this.#payloads.checked, pictures_s: pictures, keep_days: keep, banner: this.#banner.value };
    if (await told(() => api.put("/api/v1/rules", wanted))) announce(t("rules.saved"));
    await told(() => this.load());
  }
}
