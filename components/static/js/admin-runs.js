// What is under way, the switch that stops new runs, and the key.

import { button, labelled, section, table } from "./admin-table.js";
import { api } from "./api.js";
import { el, fill } from "./dom.js";
import { clock, money, shorten } from "./format.js";
import { hasEnded } from "./run-words.js";
import { t } from "./texts.js";

const MOST = 100;
const PROMPT = 60;

function rowOf(run) {
  return [clock(run.created_at), el("bdi", { text: run.person_name ?? "" }), run.endpoint_id, t(`state.${run.state}`), el("bdi", { text: shorten(run.input.prompt, PROMPT) })];
}

/** Runs in flight, key and switch. */
export class RunsPart {
  #said = el("p", { "aria-live": "polite" });
  #reason = el("input", { class: "in", type: "text", maxlength: "300", dir: "auto", autocomplete: "off" });
  #turn = el("div", { class: "row" });
  #key = el("p", { class: "row" });
  #balance = el("p", { dataset: { private: "" } });
  #list = el("div");

  constructor() {
    this.node = section("runs", t("admin.runs"), this.#key, this.#balance, this.#said, this.#turn, this.#list);
  }

  async load() {
    const [me, intake, page, account] = await Promise.all([api.get("/api/v1/me"), api.get("/api/v1/intake"), api.get(`/api/v1/runs?everyone=true&limit=${MOST}`), api.get("/api/v1/account")]);
    this.#drawKey(me);
    this.#balance.hidden = me.practice;
    this.#balance.textContent = account.balance_usd === null ? t(`account.${account.billing_key}`) : t("account.balance", { usd: money(account.balance_usd) });
    this.#drawIntake(intake);
    const rows = page.runs.filter((run) => !hasEnded(run)).map(rowOf);
    const heads = ["at", "person", "endpoint", "state", "prompt"].map((name) => t(`admin.${name}`));
    fill(this.#list, rows.length ? table(t("admin.in_flight"), heads, rows) : el("p", { class: "soft", text: t("admin.none_in_flight") }));
  }

  #drawKey(me) {
    const words = me.practice ? t("shell.practice") : `${t(`key.is.${me.key_state}`)}. ${t(`key.why.${me.key_state}`)}`;
    fill(this.#key, el("span", { text: words }), !me.practice && button(t("admin.check_key"), async () => this.#drawKey(await api.post("/api/v1/key/check"))));
  }

  #drawIntake(intake) {
    this.#said.textContent = intake.open ? t("admin.intake_open") : t("admin.intake_closed", { reason: intake.reason });
    const turn = (open) => async () => {
      this.#drawIntake(await api.put("/api/v1/intake", { open, reason: this.#reason.value }));
      this.#turn.querySelector("button").focus();
    };
    if (intake.open) fill(this.#turn, labelled(t("admin.reason"), this.#reason), button(t("admin.stop_runs"), turn(false), "danger"));
    else fill(this.#turn, button(t("admin.let_runs"), turn(true), "main"));
  }
}
