// Numbers, times and sizes as people read them.

import { locale, number, t } from "./texts.js";

const dates = new Map();

/** A date as this language writes it. To make a formatter takes longer than to use it. */
function written(time, how) {
  const key = JSON.stringify(how);
  if (!dates.has(key)) dates.set(key, new Intl.DateTimeFormat(locale(), how));
  return dates.get(key).format(time);
}

/** "0.06" -> "$0.06", "0.0525" -> "$0.0525". Decimal strings never pass through a float. */
export function money(amount) {
  if (amount === null || amount === undefined || amount === "") return "";
  const [whole, fraction = ""] = String(amount).split(".");
  const cents = fraction.replace(/0+$/, "").padEnd(2, "0");
  return `$${whole.replace(/\B(?=(\d{3})+$)/g, ",")}.${cents}`;
}

/** Milliseconds of something that has ended: "9.8 s", "2 min 5 s", "1 h 3 min". */
export function duration(ms) {
  const seconds = Math.max(0, ms) / 1000;
  return seconds < 59.95 ? `${number(seconds, { most: 1, least: 1 })} s` : elapsed(ms);
}

/** Milliseconds of something that goes on, in whole seconds: "4 s", "2 min 5 s". */
export function elapsed(ms) {
  const seconds = Math.floor(Math.max(0, ms) / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${seconds % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

const pad = (number) => String(number).padStart(2, "0");

/** Today's times as "14:02", others as "3 May, 14:02" (with the year where it is another). */
export function clock(iso, now = new Date()) {
  const time = new Date(iso);
  if (Number.isNaN(time.getTime())) return "";
  const hours = `${pad(time.getHours())}:${pad(time.getMinutes())}`;
  if (time.toDateString() === now.toDateString()) return hours;
  return `${day(iso, now)}, ${hours}`;
}

/** "3 May" or "3 May 2024". */
export function day(iso, now = new Date()) {
  const time = new Date(iso);
  const year = time.getFullYear() === now.getFullYear() ? undefined : "numeric";
  return written(time, { day: "numeric", month: "short", year });
}

/** The whole date and time, for a tooltip or a list of facts. */
export function moment(iso) {
  const time = new Date(iso);
  if (Number.isNaN(time.getTime())) return "";
  return written(time, { dateStyle: "medium", timeStyle: "medium" });
}

/** Bytes: "640 B", "12 KB", "1.4 MB", "2.3 GB". */
export function bytes(count) {
  if (!Number.isFinite(count)) return "";
  if (count < 1000) return `${count} B`;
  if (count < 999_500) return `${Math.round(count / 1000)} KB`;
  const [unit, name] = count < 999_950_000 ? [1e6, "MB"] : [1e9, "GB"];
  return `${number(count / unit, { most: 1, least: 1 })} ${name}`;
}

/** "2752×1536", or nothing while the size is not known. */
export function size(width, height) {
  return width && height ? `${width}×${height}` : "";
}

/** "4.2 megapixels" */
export function megapixels(width, height) {
  return width && height ? t("format.megapixels", { many: number((width * height) / 1_000_000, { most: 1, least: 1 }) }) : "";
}

const TYPES = { "image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WebP", "image/gif": "GIF", "image/avif": "AVIF" };

/** "image/jpeg" -> "JPEG" */
export function mediaType(type) {
  return TYPES[type] ?? (type ? String(type).replace(/^image\//, "").toUpperCase() : "");
}

/** At most `length` characters, cut between characters and marked with an ellipsis. */
export function shorten(text, length) {
  const characters = [...String(text ?? "").slice(0, length * 2 + 2)];
  return characters.length <= length ? characters.join("") : `${characters.slice(0, length - 1).join("").trimEnd()}…`;
}

const OTHER_WAY = /[\u0590-\u08ff\u200e\u200f\u202a-\u202e\u2066-\u2069\ufb1d-\ufdff\ufe70-\ufefc]/;

/** A person's word within a sentence of ours: written from the right, it does not turn ours around. */
export const isolated = (text) => (OTHER_WAY.test(text ?? "") ? `\u2068${text}\u2069` : (text ?? ""));
