// How months, groups and amounts of usage are said. Days and months are UTC's, as the ledger's are.

import { money } from "./format.js";
import { locale, number, t } from "./texts.js";

/** What a month can be added up by. */
export const BYS = ["day", "endpoint", "person", "project"];

const MONTH = /^[12]\d{3}-(0[1-9]|1[0-2])$/;
const OFFERED = 24;

/** "2026-11" */
export const thisMonth = (now = new Date()) => now.toISOString().slice(0, 7);

/** The month of an address; this one where it names none, or one that is still to come. */
export function monthOf(text) {
  const now = thisMonth();
  return MONTH.test(text ?? "") && text <= now ? text : now;
}

/** The month so many before or after: ("2026-01", -1) -> "2025-12" */
export function monthFrom(month, steps) {
  const [year, number] = month.split("-").map(Number);
  return new Date(Date.UTC(year, number - 1 + steps, 1)).toISOString().slice(0, 7);
}

/** The last two years, this month first. */
export const lastMonths = () => Array.from({ length: OFFERED }, (_, back) => monthFrom(thisMonth(), -back));

function said(iso, how) {
  return new Intl.DateTimeFormat(locale(), { ...how, timeZone: "UTC" }).format(new Date(iso));
}

/** "November 2026" */
export const monthName = (month) => said(`${month}-01`, { month: "long", year: "numeric" });

/** "14 Nov" */
export const dayName = (day) => said(day, { day: "numeric", month: "short" });

/** All days of a month, as the ledger writes them. */
export function daysOf(month) {
  const [year, number] = month.split("-").map(Number);
  const count = new Date(Date.UTC(year, number, 0)).getUTCDate();
  return Array.from({ length: count }, (_, index) => `${month}-${String(index + 1).padStart(2, "0")}`);
}

/** What a group is called. */
export function groupName(by, { key, name }) {
  if (by === "day") return dayName(key);
  return name || key || t("usage.no_project");
}

/** "+$0.03", "−$1.20", "$0.00" */
export function difference(usd) {
  if (Number(usd) === 0) return money(usd);
  return usd.startsWith("-") ? `−${money(usd.slice(1))}` : `+${money(usd)}`;
}

/** "12 · free" */
export const practice = (count) => (count ? t("usage.free", { count: number(count) }) : "–");

/** For how long a bar is; what is written is never made from it. */
export const worth = ({ reserved_usd: reserved, charged_usd: charged }) => Number(reserved) + Number(charged);
