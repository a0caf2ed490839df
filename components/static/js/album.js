// The gallery's runs as data: newest first, a picture each, by day. Pure: no DOM, no network.

import { day, money } from "./format.js";
import { locale, t } from "./texts.js";

const MICROS = 1_000_000;

/** "0.06" -> 60000: decimal strings are added as whole micro-dollars. */
function micros(amount) {
  const [whole, fraction = ""] = String(amount).split(".");
  return Number(whole) * MICROS + Number(fraction.padEnd(6, "0").slice(0, 6));
}

function fromMicros(sum) {
  const fraction = String(sum % MICROS).padStart(6, "0");
  return money(`${Math.floor(sum / MICROS)}.${fraction}`);
}

/** Compares two runs: below 0 where the first one is newer. */
export function newestFirst(a, b) {
  return Date.parse(b.created_at) - Date.parse(a.created_at) || (b.id > a.id ? 1 : -1);
}

/** "Today", "Yesterday", "Monday, 3 May", "3 May 2024". */
export function dayName(iso, now = new Date()) {
  const midnight = (time) => new Date(time.getFullYear(), time.getMonth(), time.getDate());
  const ago = Math.round((midnight(now) - midnight(new Date(iso))) / 86_400_000);
  if (ago === 0) return t("day.today");
  if (ago === 1) return t("day.yesterday");
  if (ago < 0 || ago > 6) return day(iso, now);
  return `${new Intl.DateTimeFormat(locale(), { weekday: "long" }).format(new Date(iso))}, ${day(iso, now)}`;
}

/** What these runs have cost, as words: "$0.42", "$0.42 and more", "free (practice)", "". */
export function costWords(runs) {
  const real = runs.filter((run) => !run.practice);
  if (real.length === 0) return runs.length ? t("album.free") : "";
  const known = real.filter((run) => run.cost_usd !== null && run.cost_usd !== undefined);
  if (known.length === 0) return "";
  const sum = fromMicros(known.reduce((total, run) => total + micros(run.cost_usd), 0));
  return known.length < real.length ? t("album.and_more", { sum }) : sum;
}

/** True where the picture lies in our own store: its address is one of ours. */
export function isStored(image) {
  const address = image.preview_url ?? image.url;
  return !image.missing && typeof address === "string" && /^\/(?!\/)/.test(address);
}

/** Stands for the pictures of a run that has none: it failed, or is on its way. */
const BARE = { index: 0, bare: true, width: 4, height: 3 };

/** The runs of one filter, as far as they are loaded. */
export class Album {
  #runs = new Map();
  /** Which pictures of a run a search has found: all, where nothing is here. */
  #found = new Map();
  #sorted = null;
  #bare = false;

  get size() {
    return this.#runs.size;
  }

  has(id) {
    return this.#runs.has(id);
  }

  /**
   * Takes a run in, or its newer version; one without pictures is left out, unless `clear` said
   * otherwise. `found`: the indexes of the pictures that are wanted of it.
   */
  put(run, found = null) {
    if ((!run.images?.length && !this.#bare) || run.deleted_at) this.#runs.delete(run.id);
    else this.#runs.set(run.id, run);
    if (found) this.#found.set(run.id, new Set(found));
    this.#sorted = null;
  }

  remove(id) {
    this.#runs.delete(id);
    this.#found.delete(id);
    this.#sorted = null;
  }

  /** @param bare whether runs without pictures are kept from now on */
  clear({ bare = false } = {}) {
    this.#runs.clear();
    this.#found.clear();
    this.#sorted = null;
    this.#bare = bare;
  }

  /**
   * Lays the newest page over what is loaded: what is missing in it has been deleted. True where
   * both touch; else there is a gap between them, and only the page is kept.
   */
  refresh(page, complete, found = {}) {
    const oldest = page.at(-1);
    const touches = complete || page.some(({ id }) => this.#runs.has(id));
    const covered = (run) => complete || !touches || (oldest && newestFirst(run, oldest) <= 0);
    for (const run of this.runs()) if (covered(run)) this.#runs.delete(run.id);
    for (const run of page) this.put(run, found?.[run.id]);
    this.#sorted = null;
    return touches;
  }

  /** Newest first. */
  runs() {
    this.#sorted ??= [...this.#runs.values()].sort(newestFirst);
    return this.#sorted;
  }

  /** Every picture that can be opened, newest run first: {run, image}. */
  items() {
    return this.runs().flatMap((run) => this.#itemsOf(run)).filter(({ image }) => !image.bare);
  }

  #itemsOf(run) {
    const found = this.#found.get(run.id);
    const images = run.images?.length ? run.images.filter(({ index }) => !found || found.has(index)) : [BARE];
    return images.map((image) => ({ run, image }));
  }

  /** [{key, name, words, cost, items, partly}], newest first. `more`: older runs are not loaded yet. */
  days({ more = false, now = new Date() } = {}) {
    const byDay = new Map();
    for (const run of this.runs()) {
      const key = new Date(run.created_at).toDateString();
      if (!byDay.has(key)) byDay.set(key, []);
      byDay.get(key).push(run);
    }
    return [...byDay].map(([key, runs], index) => {
      const items = runs.flatMap((run) => this.#itemsOf(run));
      const partly = more && index === byDay.size - 1;
      const pictures = t("count.pictures", { count: items.length });
      const words = partly ? t("album.so_far", { pictures }) : pictures;
      return { key, name: dayName(runs[0].created_at, now), words, cost: costWords(runs), items, partly };
    });
  }
}
