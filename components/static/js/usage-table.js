// The sums of a month as a table: what could be spent beside what was, and fal's bill.

import { el } from "./dom.js";
import { money } from "./format.js";
import { number, t } from "./texts.js";
import { difference, groupName, monthName, practice } from "./usage-words.js";

const usd = (amount) => el("span", { dataset: { private: "" }, text: amount });

/** Bills are not known of every run, nor at once: how many are said where some are missing. */
function bill({ billed_usd: billed, billed_runs: known, runs }) {
  if (billed === null) return "–";
  const some = known < runs && el("small", { class: "soft", text: ` ${t("usage.billed_of", { known: number(known), count: number(runs) })}` });
  return el("span", { dataset: { private: "" } }, money(billed), some);
}

/** Columns by the name of their text; those of which no row has anything are left out. */
const COLUMNS = [
  { name: "runs", cell: (sums) => number(sums.runs) },
  { name: "practice", cell: (sums) => practice(sums.practice_runs), shown: (all) => all.practice_runs > 0 },
  { name: "estimate", cell: (sums) => usd(money(sums.estimate_usd)) },
  { name: "reserved", cell: (sums) => usd(money(sums.reserved_usd)), shown: (all) => Number(all.reserved_usd) > 0 },
  { name: "charged", cell: (sums) => usd(money(sums.charged_usd)) },
  { name: "billed", cell: bill },
  { name: "difference", cell: (sums) => usd(difference(sums.difference_usd)) },
];

function row(columns, head, sums, attributes = null) {
  return el("tr", attributes, head, columns.map(({ cell }) => el("td", null, cell(sums))));
}

/** A usage as the API answers it. */
export function usageTable(usage) {
  const columns = COLUMNS.filter(({ shown }) => !shown || shown(usage.total));
  const heads = columns.map(({ name }) => el("th", { scope: "col", title: t(`usage.why.${name}`), text: t(`usage.${name}`) }));
  const name = (group) => el("th", { scope: "row" }, el("bdi", { text: groupName(usage.by, group) }));
  const caption = t("usage.caption", { month: monthName(usage.month), by: t(`usage.by.${usage.by}`) });
  const table = el(
    "table",
    { class: "usage-table" },
    el("caption", { class: "sr-only", text: caption }),
    el("thead", null, el("tr", null, el("th", { scope: "col", text: t(`usage.by.${usage.by}`) }), heads)),
    el("tbody", null, usage.groups.map((group) => row(columns, name(group), group, { dataset: { key: group.key } }))),
    el("tfoot", null, row(columns, el("th", { scope: "row", text: t("usage.total") }), usage.total)),
  );
  // wider than a phone: it is the table that scrolls, by keys as well
  return el("div", { class: "usage-scroll", role: "region", tabindex: "0", "aria-label": caption }, table);
}
