// A month's sums as bars: the estimate, and in it what was charged or is set aside. The table beside
// it says the same in figures, so a screen reader gets one sentence.

import { el } from "./dom.js";
import { money } from "./format.js";
import { number, t } from "./texts.js";
import { dayName, daysOf, groupName, monthName, practice, worth } from "./usage-words.js";

/** As many bars as can be told apart; the table has them all. */
const MOST = 12;
const FREE = { estimate: 0, worth: 0 };

/** What bars measure: dollars, or practice runs in a month without any other. */
function measure({ total }) {
  if (Number(total.estimate_usd) > 0 || total.runs > 0) {
    return { money: true, of: (group) => ({ estimate: Number(group.estimate_usd), worth: worth(group) }), text: amounts };
  }
  return { money: false, of: (group) => ({ estimate: 0, worth: group.practice_runs }), text: (group) => practice(group.practice_runs) };
}

function amounts(group) {
  const sum = t("usage.of_estimate", { estimate: money(group.estimate_usd), charged: money(group.charged_usd) });
  return Number(group.reserved_usd) > 0 ? `${sum} ${t("usage.and_reserved", { reserved: money(group.reserved_usd) })}` : sum;
}

/** What is more than nothing can be seen. */
const bar = (kind, part, most) => part > 0 && el("span", { class: kind, style: { "--part": `${Math.max(1, (part / most) * 100)}%` } });

const bars = ({ estimate, worth: spent }, most) => [bar("usage-bar", estimate, most), bar("usage-bar spent", spent, most)];

function columns(usage, { of, text }, most) {
  const groups = new Map(usage.groups.map((group) => [group.key, group]));
  return daysOf(usage.month).map((day) => {
    const group = groups.get(day);
    const title = group ? `${dayName(day)}: ${text(group)}` : dayName(day);
    return el("div", { class: "usage-column", title }, bars(group ? of(group) : FREE, most), el("small", { text: String(Number(day.slice(-2))) }));
  });
}

function lines(usage, { of, text }, most) {
  return usage.groups.slice(0, MOST).map((group) => {
    const name = groupName(usage.by, group);
    return el("div", { class: "usage-line", title: `${name}: ${text(group)}` }, el("bdi", { class: "usage-name", text: name }), el("div", { class: "usage-track" }, bars(of(group), most)));
  });
}

function legend(inMoney) {
  if (!inMoney) return el("span", { class: "usage-key spent", text: t("usage.practice") });
  return [el("span", { class: "usage-key", text: t("usage.estimate") }), el("span", { class: "usage-key spent", text: t("usage.spent") })];
}

/** One sentence for those who do not see the bars. */
function sentence(usage, { text, of }) {
  const most = usage.groups.reduce((a, b) => (of(b).worth > of(a).worth ? b : a));
  return t("usage.chart", { month: monthName(usage.month), whole: text(usage.total), count: number(usage.groups.length), most: groupName(usage.by, most), much: text(most) });
}

/** A usage as the API answers it, with at least one group. */
export function usageChart(usage) {
  const how = measure(usage);
  const most = Math.max(...usage.groups.map((group) => Math.max(how.of(group).estimate, how.of(group).worth)));
  const days = usage.by === "day";
  const drawn = days ? columns(usage, how, most) : lines(usage, how, most);
  const top = how.money ? money(most.toFixed(2)) : number(most);
  return el(
    "figure",
    { class: "usage-chart", dataset: how.money ? { private: "" } : {} },
    el("figcaption", { class: "row" }, legend(how.money), el("span", { class: "spacer" }), el("span", { class: "soft", text: t("usage.top", { top }) })),
    el("div", { class: days ? "usage-columns" : "usage-lines", role: "img", "aria-label": sentence(usage, how) }, el("div", { class: "usage-drawn", "aria-hidden": "true" }, drawn)),
  );
}
