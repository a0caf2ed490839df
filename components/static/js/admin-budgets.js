// Limits of money: what counts against each, set and take away.

import { amountOf } from "./amounts.js";
import { button, labelled, section, table, told } from "./admin-table.js";
import { api, endpoints } from "./api.js";
import { selectOf } from "./choices.js";
import { el, fill } from "./dom.js";
import { money } from "./format.js";
import { t } from "./texts.js";

const choices = (kind, names) => names.map((name) => [name, t(`budget.${kind}.${name}`)]);

export class BudgetsPart {
  #list = el("div", { dataset: { private: "" } });
  #scope = selectOf(choices("scope", ["team", "each", "person"]), "team", { on: { change: () => this.#arrange() } });
  #person = selectOf([], "");
  #period = selectOf(choices("period", ["day", "month"]), "month");
  #kind = selectOf(choices("kind", ["hard", "soft"]), "hard");
  #endpoint = selectOf([], "");
  #usd = el("input", { class: "in", type: "text", inputmode: "decimal", placeholder: "20.00", autocomplete: "off", required: true });
  #whom = labelled(t("admin.person"), this.#person);
  #names = new Map();

  constructor() {
    const form = el("form", { class: "admin-form", on: { submit: (event) => this.#put(event) } },
      labelled(t("budget.for"), this.#scope), this.#whom, labelled(t("budget.each"), this.#period), labelled(t("endpoint.label"), this.#endpoint),
      labelled(t("budget.beyond"), this.#kind), labelled(t("budget.usd"), this.#usd), el("button", { type: "submit", class: "btn", text: t("budget.set") }));
    this.node = section("budgets", t("admin.budgets"), this.#list, form);
  }

  async load() {
    const [{ budgets }, { people }, list] = await Promise.all([api.get("/api/v1/budgets"), api.get("/api/v1/people"), endpoints()]);
    this.#names = new Map(people.map(({ id, name }) => [id, name]));
    const chosen = [this.#person.value, this.#endpoint.value];
    fill(this.#person, people.map(({ id, name }) => el("option", { value: id, text: name })));
    fill(this.#endpoint, el("option", { value: "", text: t("endpoint.every") }), list.map(({ endpoint_id: id, label }) => el("option", { value: id, text: label })));
    if (chosen[0]) this.#person.value = chosen[0];
    this.#endpoint.value = chosen[1];
    this.#arrange();
    const labels = new Map(list.map(({ endpoint_id: id, label }) => [id, label]));
    const heads = ["for", "each", "of", "beyond", "usd", "spent", "left"].map((name) => t(`budget.${name}`));
    const rows = budgets.map((budget) => this.#row(budget, labels));
    fill(this.#list, rows.length ? table(t("admin.budgets"), [...heads, ""], rows) : el("p", { class: "soft", text: t("budget.none") }));
  }

  #row(budget, labels) {
    const whom = budget.scope === "person" ? el("bdi", { text: this.#names.get(budget.person) ?? budget.person }) : t(`budget.scope.${budget.scope}`);
    const each = budget.scope === "each";
    const remove = button(t("action.delete"), async () => {
      await api.del(`/api/v1/budgets/${encodeURIComponent(budget.id)}`);
      await this.load();
    }, "ghost");
    const of = labels.get(budget.endpoint_id) ?? budget.endpoint_id ?? t("endpoint.every");
    return [whom, t(`budget.period.${budget.period}`), of, t(`budget.kind.${budget.kind}`), money(budget.usd), each ? "" : money(budget.spent_usd), each ? "" : money(budget.left_usd), remove];
  }

  #arrange() {
    this.#whom.hidden = this.#scope.value !== "person";
  }

  async #put(event) {
    event.preventDefault();
    const person = this.#scope.value === "person" ? this.#person.value : null;
    const wanted = { scope: this.#scope.value, person, period: this.#period.value, kind: this.#kind.value, endpoint_id: this.#endpoint.value || null, usd: amountOf(this.#usd.value) ?? this.#usd.value };
    if (!(await told(() => api.put("/api/v1/budgets", wanted)))) return;
    this.#usd.value = "";
    await this.load();
  }
}
