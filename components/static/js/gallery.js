// The gallery: every picture of the team, newest first, more as one scrolls.

import { Album } from "./album.js";
import { announce } from "./announce.js";
import { api, endpoints } from "./api.js";
import { el } from "./dom.js";
import { clock, isolated } from "./format.js";
import { GalleryBar } from "./gallery-bar.js";
import { EVERYTHING, filterOf, galleryHref, isSame, pageAddress, queryOf, showsBareRuns } from "./gallery-filter.js";
import { Grid } from "./gallery-grid.js";
import { keyOf } from "./gallery-layout.js";
import { Opening } from "./gallery-opening.js";
import { Selection } from "./gallery-selection.js";
import { navigate, replaceQuery } from "./router.js";
import { endpointName } from "./run-words.js";
import { runs } from "./runs.js";
import { emptyNote, errorNote, waitLine } from "./state-notes.js";
import { t } from "./texts.js";

const AHEAD = "900px"; // of scrolling, when the next page is asked for
const SKELETON = [1.5, 0.75, 1.33, 1.78, 1, 1.5, 1.78, 0.66, 1.33];
const ASK_AGAIN_MS = 1000;

function skeleton() {
  const tiles = SKELETON.map((ratio) => el("li", { class: "tile", style: { "--ratio": ratio } }));
  return el("div", { class: "gallery-skeleton" }, waitLine(t("gallery.loading")), el("ul", { class: "gallery-grid", "aria-hidden": "true" }, tiles));
}

class Gallery {
  #album = new Album();
  #filter;
  #cursor = null;
  #typing = false;
  #askingAgain = 0;
  #labels = new Map();
  #asking = null;
  #asksMore = null;
  #bar;
  #grid = new Grid({ wordsOf: (run) => this.#words(run), dress: (tile) => this.#selection.dress(tile) });
  #body = el("div", { class: "gallery-body" });
  #selection = new Selection({ items: () => this.#album.items(), body: this.#body, focus: (key) => this.#grid.focus(key) });
  #foot = el("div", { class: "gallery-more" });
  #opening = new Opening(this.#album, {
    more: () => this.#more(),
    hasMore: () => this.#cursor !== null,
    onClose: () => this.#draw(), // a covered picture may have been uncovered
  });
  // a busy browser tells several frames at once: the last one is how things stand
  #watch = new IntersectionObserver((frames) => frames.at(-1).isIntersecting && this.#more(), { rootMargin: AHEAD });

  constructor(host) {
    const url = new URL(window.location.href);
    this.#filter = filterOf(url);
    this.#bar = new GalleryBar(this.#filter, (filter, how) => this.#choose(filter, how));
    host.replaceChildren(el("div", { class: "gallery view-list" }, this.#bar.node, this.#opening.note, this.#body, this.#foot, this.#selection.bar));
    this.#body.addEventListener("click", (event) => this.#selection.clicked(event) || this.#opening.clicked(event));
    runs.subscribe((event) => this.#heard(event));
    window.addEventListener("playground:run-deleted", (event) => this.#gone(event.detail.run_id));
    window.addEventListener("playground:run-restored", (event) => this.#came(event.detail.run));
    endpoints().then((list) => this.#name(list)).catch((error) => console.error(error));
    this.#load().then(() => this.#opening.follow(url));
  }

  /** The view's address has changed, or (`changed`) the person came back from another view. */
  shown(url, changed) {
    const filter = filterOf(url);
    if (!isSame(filter, this.#filter)) {
      this.#bar.set(filter);
      this.#take(filter);
    } else if (changed && !this.#asking) this.#refresh();
    this.#opening.follow(url);
  }

  // ── asking ───────────────────────────────────────────────────────────────────────────────

  /** Each choice is a step in the history; what is typed into the box in one go is one step. */
  #choose(filter, { typed = false } = {}) {
    this.#opening.quiet();
    if (typed && this.#typing) {
      replaceQuery(queryOf(filter));
      this.#take(filter);
    } else navigate(galleryHref(filter)); // comes back as `shown`
    this.#typing = typed;
  }

  #take(filter) {
    this.#filter = filter;
    this.#load();
  }

  /** The first page of this filter, in place of what was there. */
  async #load() {
    this.#cursor = null;
    this.#watch.disconnect();
    if (this.#grid.node.parentElement !== this.#body) this.#body.replaceChildren(skeleton());
    this.#body.setAttribute("aria-busy", "true");
    this.#foot.replaceChildren();
    try {
      if (!(await this.#page(null))) return;
      announce(t("gallery.loaded", { count: this.#album.items().length }));
    } catch (error) {
      console.error(error);
      this.#album.clear();
      this.#grid.draw([]);
      this.#bar.tell([]);
      this.#body.replaceChildren(errorNote(t("gallery.not_loaded"), error, () => this.#load()));
    }
    this.#body.removeAttribute("aria-busy");
  }

  /** The next page; whoever asks while it is on its way waits for the same one. */
  #more() {
    if (!this.#cursor || (this.#asking && !this.#asksMore)) return Promise.resolve();
    this.#asksMore ??= this.#nextPage().finally(() => (this.#asksMore = null));
    return this.#asksMore;
  }

  async #nextPage() {
    const before = this.#album.items().length;
    this.#watch.disconnect();
    this.#foot.replaceChildren(waitLine(t("gallery.loading_more")));
    try {
      if (!(await this.#page(this.#cursor))) return;
      announce(t("gallery.loaded_more", { count: this.#album.items().length - before }));
    } catch (error) {
      console.error(error);
      this.#foot.replaceChildren(this.#moreFailed(error));
    }
  }

  /** Asks for one page and draws it; false where another filter was chosen meanwhile. */
  async #page(cursor) {
    this.#asking?.abort();
    const asking = new AbortController();
    this.#asking = asking;
    try {
      const answer = await api.get(pageAddress(this.#filter, cursor), { signal: asking.signal });
      if (this.#asking !== asking) return false;
      if (!cursor) this.#album.clear({ bare: showsBareRuns(this.#filter) });
      if (!cursor) this.#bar.tell(answer.notices ?? []);
      for (const run of answer.runs) this.#album.put(run, answer.found?.[run.id]);
      this.#cursor = answer.next_cursor ?? null;
    } catch (error) {
      if (error.name === "AbortError") return false;
      throw error;
    } finally {
      if (this.#asking === asking) this.#asking = null;
    }
    this.#draw();
    return true;
  }

  /** What others have made and deleted since: the newest page, laid over what is loaded. */
  async #refresh() {
    const filter = this.#filter;
    try {
      const answer = await api.get(pageAddress(filter, null));
      if (filter !== this.#filter || this.#asking) return;
      if (!this.#album.refresh(answer.runs, answer.next_cursor === null, answer.found)) this.#cursor = answer.next_cursor;
      this.#draw();
    } catch (error) {
      console.error(error); // what is loaded stays; the next visit asks again
    }
  }

  // ── hearing ──────────────────────────────────────────────────────────────────────────────

  #heard(event) {
    if (event.type === "run" && event.run.images?.length) this.#came(event.run);
    if (event.type === "removed") this.#gone(event.id);
    if (event.type === "snapshot") for (const run of runs.list()) if (run.images?.length) this.#hear(run);
    if (event.type === "snapshot" && !this.#loadingFirst()) this.#draw();
  }

  /** Whether a run belongs to what is shown is the server's to say where something is searched. */
  #hear(run) {
    const { endpoint, who, q } = this.#filter;
    if (q && !this.#album.has(run.id)) this.#askAgain();
    if (q && !this.#album.has(run.id)) return;
    const fits = !endpoint || endpoint === (run.slug ?? endpointName(run));
    const oldest = this.#album.runs().at(-1);
    const reached = !this.#cursor || !oldest || Date.parse(run.created_at) >= Date.parse(oldest.created_at);
    const whose = who !== "mine" || run.mine !== false;
    if (fits && reached && whose) this.#album.put(run);
  }

  #askAgain() {
    clearTimeout(this.#askingAgain);
    this.#askingAgain = setTimeout(() => !this.#asking && this.#body.offsetParent && this.#refresh(), ASK_AGAIN_MS);
  }

  #came(run) {
    if (this.#loadingFirst()) return; // the page that is asked for has it
    this.#hear(run);
    this.#draw();
  }

  #gone(id) {
    if (!this.#album.has(id)) return;
    const items = this.#album.items();
    const at = items.findIndex(({ run }) => run.id === id);
    const held = this.#grid.focused()?.startsWith(`${id}/`);
    this.#album.remove(id);
    this.#selection.drop(id);
    this.#draw();
    if (!held) return;
    const next = items.slice(at).find(({ run }) => run.id !== id) ?? this.#album.items().at(-1);
    if (next) this.#grid.focus(keyOf(next));
  }

  #loadingFirst() {
    return this.#body.getAttribute("aria-busy") === "true" || this.#body.querySelector("[data-note=error]") !== null;
  }

  // ── drawing ──────────────────────────────────────────────────────────────────────────────

  #draw() {
    if (this.#album.size === 0 && !this.#cursor) {
      this.#grid.draw([]);
      this.#body.replaceChildren(this.#empty());
    } else {
      if (this.#grid.node.parentElement !== this.#body) this.#body.replaceChildren(this.#grid.node);
      this.#grid.draw(this.#album.days({ more: this.#cursor !== null }));
    }
    this.#selection.refresh();
    this.#drawFoot();
  }

  /** The button stands at the end, and asks by itself when the scroll comes near. */
  #drawFoot() {
    this.#watch.disconnect();
    if (!this.#cursor) {
      this.#foot.replaceChildren();
      return;
    }
    const held = this.#foot.contains(document.activeElement);
    const button = el("button", { type: "button", class: "btn", text: t("gallery.more"), on: { click: () => this.#more() } });
    this.#foot.replaceChildren(button);
    if (held) button.focus({ preventScroll: true });
    this.#watch.observe(this.#foot);
  }

  #moreFailed(error) {
    return el(
      "div",
      { class: "row", role: "alert" },
      el("span", { class: "soft", text: t("gallery.more_failed", { why: error.message }) }),
      el("button", { type: "button", class: "btn", text: t("action.again_load"), on: { click: () => this.#more() } }),
    );
  }

  #empty() {
    const create = el("a", { class: "btn", href: "/", text: t("action.to_create") });
    const { endpoint, who, q } = this.#filter;
    const all = el("button", { type: "button", class: "btn", text: t("gallery.show_all"), on: { click: () => this.#showAll() } });
    if (q) return emptyNote("search", t("finder.nothing"), t("finder.nothing_help"), all);
    if (!endpoint && who === "everyone") {
      return emptyNote("image", t("gallery.empty"), "", create);
    }
    const label = this.#labels.get(endpoint) ?? endpoint;
    const whose = who === "mine" ? t("gallery.empty_mine_by", { label }) : t("gallery.empty_by", { label });
    const title = endpoint ? whose : t("gallery.empty_mine");
    return emptyNote("image", title, "", create, all);
  }

  #showAll() {
    this.#choose(EVERYTHING);
  }

  #name(list) {
    this.#labels = new Map(list.map(({ slug, label }) => [slug, label]));
    this.#bar.offer(list);
    this.#grid.rename();
  }

  #words(run) {
    const slug = run.slug ?? endpointName(run);
    const who = run.mine ? t("gallery.you") : isolated(run.person_name);
    return [who, this.#labels.get(slug) ?? slug, clock(run.created_at)].filter(Boolean).join(" · ");
  }
}

/** Builds the gallery into `host`. Tell its `shown(url)` whenever the view is opened again. */
export function mountGallery(host) {
  return new Gallery(host);
}
