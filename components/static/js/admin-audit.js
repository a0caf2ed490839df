// The audit log: who did what to what, newest first.

import { button, section, table } from "./admin-table.js";
import { api } from "./api.js";
import { selectOf, withArrow } from "./choices.js";
import { el, fill } from "./dom.js";
import { moment } from "./format.js";
import { t } from "./texts.js";

/** Every act there is (backend/domain/audit.py); a test compares them. */
const ACTS = [
  "sign_in", "sign_in.refused",
  "sign_out",
  "run.start", "run.cancel", "run.forget", "run.delete", "run.restore", "run.share", "run.purge", "run.expire", "run.forget_at_fal",
  "preset.save", "preset.share", "preset.delete", "preset.lock", "preset.restore", "preset.import",
  "snippet.save", "snippet.share", "snippet.lock", "snippet.delete", "snippet.restore",
  "list.save", "list.delete", "list.restore",
  "token.make", "token.revoke",
  "person.invite", "person.join", "person.change", "person.reset", "person.hand_over",
  "password.change",
  "sessions.end",
  "budget.set", "budget.remove",
  "intake.set",
  "rule.set",
];
const AT_ONCE = 50;

const factsOf = (facts) => Object.entries(facts).filter(([, value]) => value !== null && value !== "").map(([name, value]) => `${name}: ${value}`).join(" · ");

export class AuditPart {
  #entries = [];
  #next = null;
  #act = selectOf([["", t("audit.every")], ...ACTS.map((act) => [act, act])], "", { "aria-label": t("audit.act"), on: { change: () => this.load() } });
  #list = el("div");

  constructor() {
    const download = el("a", { class: "btn small", href: "/api/v1/audit.csv", download: true, text: t("audit.csv") });
    this.node = section("audit", t("admin.audit"), el("div", { class: "row" }, withArrow(this.#act), download), this.#list);
  }

  async load() {
    this.#entries = [];
    this.#next = null;
    await this.#more();
  }

  async #more() {
    const query = new URLSearchParams({ limit: String(AT_ONCE) });
    if (this.#act.value) query.set("act", this.#act.value);
    if (this.#next) query.set("before", String(this.#next));
    const page = await api.get(`/api/v1/audit?${query}`);
    this.#entries.push(...page.entries);
    this.#next = page.next_before;
    this.#draw();
  }

  #draw() {
    const heads = ["at", "who", "act", "what", "facts"].map((name) => t(`audit.${name}`));
    const rows = this.#entries.map((one) => [moment(one.at), el("bdi", { text: one.actor ?? one.actor_id ?? "–" }), one.act, el("code", { text: one.target ?? "" }), el("bdi", { text: factsOf(one.facts) })]);
    fill(this.#list,
      rows.length ? table(t("admin.audit"), heads, rows) : el("p", { class: "soft", text: t("audit.none") }),
      this.#next && button(t("audit.older"), () => this.#more()));
  }
}
