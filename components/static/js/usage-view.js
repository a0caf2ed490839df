// What a month came to: sums by day, endpoint, person or project, as bars and as a table.

import { announce } from "./announce.js";
import { api } from "./api.js";
import { pick, segments } from "./choices.js";
import { el, fill } from "./dom.js";
import { icon } from "./icons.js";
import { replaceQuery } from "./router.js";
import { emptyNote, errorNote, waitLine } from "./state-notes.js";
import { t } from "./texts.js";
import { usageChart } from "./usage-chart.js";
import { usageTable } from "./usage-table.js";
import { BYS, lastMonths, monthFrom, monthName, monthOf, thisMonth } from "./usage-words.js";

/** What an address asks for. */
function askedBy(url) {
  const by = url.searchParams.get("by");
  return {
    month: monthOf(url.searchParams.get("month")),
    by: BYS.includes(by) ? by : "day",
    everyone: url.searchParams.get("who") === "everyone",
  };
}

function stepButton(picture, words, press) {
  return el("button", { type: "button", class: "btn", "aria-label": t(words), title: t(words), on: { click: press } }, icon(picture));
}

class UsageView {
  #asked;
  #month;
  #before = stepButton("chevron-left", "usage.before", () => this.#change({ month: monthFrom(this.#asked.month, -1) }));
  #after = stepButton("chevron-right", "usage.after", () => this.#after.ariaDisabled || this.#change({ month: monthFrom(this.#asked.month, 1) }));
  #by;
  #who;
  #csv = el("a", { class: "btn", download: "" }, icon("download"), t("usage.csv"));
  #body = el("div", { class: "usage-body" });
  #waiting = null;
  /** What a choice has led to, in a sentence. */
  #said = "";

  constructor(host) {
    this.#asked = askedBy(new URL(window.location.href));
    this.#month = pick(t("usage.month"), [], "", (month) => this.#change({ month }));
    const bys = BYS.map((by) => [by, t(`usage.by.${by}`)]);
    this.#by = segments(t("usage.by_what"), "usage-by", bys, this.#asked.by, (by) => this.#change({ by }));
    const people = [["mine", t("usage.mine")], ["everyone", t("usage.everyone")]];
    this.#who = segments(t("usage.whose"), "usage-who", people, "mine", (who) => this.#change({ everyone: who === "everyone" }));
    this.#who.node.hidden = true;
    const bar = el("div", { class: "view-bar", role: "search", "aria-label": t("view.usage") },
      el("div", { class: "usage-months" }, this.#before, this.#month.node, this.#after), this.#by.node, this.#who.node, el("span", { class: "spacer" }), this.#csv);
    host.replaceChildren(el("div", { class: "usage view-list" }, bar, this.#body));
    this.#load();
    this.#offerEveryone();
  }

  /** The view is shown at this address again. */
  shown(url) {
    this.#asked = askedBy(url);
    this.#load();
  }

  /** Admins may look at everybody's; who asks by an address alone is answered by the server. */
  async #offerEveryone() {
    try {
      const { person } = await api.get("/api/v1/me");
      this.#who.node.hidden = person.role !== "admin";
    } catch (error) {
      console.error(error); // one's own usage is there all the same
    }
  }

  #change(part) {
    this.#asked = { ...this.#asked, ...part };
    const { month, by, everyone } = this.#asked;
    replaceQuery({ month: month === thisMonth() ? null : month, by: by === "day" ? null : by, who: everyone ? "everyone" : null });
    this.#load().then(() => announce(this.#said));
  }

  #query() {
    const { month, by, everyone } = this.#asked;
    return `month=${month}&by=${by}${everyone ? "&everyone=true" : ""}`;
  }

  #showAsked() {
    const { month, by, everyone } = this.#asked;
    this.#month.choose(lastMonths().map((one) => [one, monthName(one)]), month);
    this.#after.ariaDisabled = month === thisMonth() ? "true" : null;
    this.#by.choose(by);
    this.#who.choose(everyone ? "everyone" : "mine");
    this.#csv.href = `/api/v1/usage.csv?${this.#query()}`;
  }

  async #load() {
    this.#waiting?.abort();
    const waiting = (this.#waiting = new AbortController());
    this.#showAsked();
    if (!this.#body.childElementCount) fill(this.#body, waitLine(t("usage.loading")));
    try {
      const usage = await api.get(`/api/v1/usage?${this.#query()}`, { signal: waiting.signal });
      this.#draw(usage);
    } catch (error) {
      if (error.name === "AbortError") return;
      if (error.status === 403 && this.#asked.everyone) return this.#change({ everyone: false }); // an admin's link
      console.error(error);
      fill(this.#body, errorNote(t("usage.not_loaded"), error, () => this.#load()));
    }
  }

  #draw(usage) {
    this.#said = t("usage.caption", { month: monthName(usage.month), by: t(`usage.by.${usage.by}`) });
    if (!usage.groups.length) {
      const action = el("a", { class: "btn", href: "/", text: t("action.to_create") });
      fill(this.#body, emptyNote("chart-column", t("usage.none", { month: monthName(usage.month) }), t("usage.none_how"), action));
      return;
    }
    fill(this.#body, usageChart(usage), usageTable(usage));
  }
}

/** Builds the view into `host`. Tell its `shown(url)` whenever it is opened again. */
export function mountUsage(host) {
  return new UsageView(host);
}
