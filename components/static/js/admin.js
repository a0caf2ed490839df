// The Admin view: what is under way, people, money, rules, the audit log. For admins alone: the
// server checks it at each call.

import { AuditPart } from "./admin-audit.js";
import { BudgetsPart } from "./admin-budgets.js";
import { PeoplePart } from "./admin-people.js";
import { RulesPart } from "./admin-rules.js";
import { RunsPart } from "./admin-runs.js";
import { el } from "./dom.js";
import { errorNote, waitLine } from "./state-notes.js";
import { t } from "./texts.js";

class AdminView {
  #parts = [new RunsPart(), new PeoplePart(), new BudgetsPart(), new RulesPart(), new AuditPart()];
  #wait = waitLine(t("admin.loading"));
  #body = el("div", { class: "admin-parts", hidden: true }, this.#parts.map(({ node }) => node));
  #failed = el("div");

  constructor(host) {
    host.replaceChildren(el("div", { class: "admin view-list" }, this.#wait, this.#failed, this.#body));
    this.#load();
  }

  /** The view is shown again. */
  shown() {
    this.#load();
  }

  async #load() {
    this.#failed.replaceChildren();
    try {
      await Promise.all(this.#parts.map((part) => part.load()));
      this.#body.hidden = false;
    } catch (error) {
      this.#body.hidden = true;
      this.#failed.replaceChildren(errorNote(t("admin.not_loaded"), error, () => this.#load()));
    }
    this.#wait.remove();
  }
}

/** Builds it into `host`. Tell its `shown()` whenever the view is opened again. */
export function mountAdmin(host) {
  return new AdminView(host);
}
