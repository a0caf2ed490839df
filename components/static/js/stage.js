// The stage: the newest run (or the one that a person chose) large, and the strip of recent ones.

import { askAhead } from "./ahead.js";
import { announce } from "./announce.js";
import { el, fill, refill } from "./dom.js";
import { shorten } from "./format.js";
import { notify } from "./notify.js";
import { RunCard } from "./run-card.js";
import { altOf, hasEnded, isActive, promptOf, spokenChange, stateWords, usualTime } from "./run-words.js";
import { runs } from "./runs.js";
import { Strip } from "./strip.js";
import { t } from "./texts.js";

const TICK_MS = 1000;
const NOTE_AFTER_MS = 3000;
/** As much of the window's height; a stage that begins lower is not seen. */
const SEEN_ABOVE = 0.6;
const TITLE_MARK = /^[✓!] \S+ – /u;

const hidden = () => document.visibilityState === "hidden";
const needsAPerson = (run) => hasEnded(run) || run.state === "uncertain";

/** "1 running · 2 waiting" of all own runs. */
function countsOf(list) {
  const tally = (...states) => list.filter((run) => states.includes(run.state)).length;
  const counted = {
    running: tally("submitting", "running", "saving"),
    waiting: tally("created", "queued"),
    uncertain: tally("uncertain"),
  };
  return Object.entries(counted).filter(([, count]) => count).map(([what, count]) => t(`stage.count.${what}`, { count })).join(" · ");
}

function emptyWell() {
  return el("div", { class: "run-hero", dataset: { pictures: "0", empty: "" } },
    el("div", { class: "well-empty" },
      el("strong", { text: t("stage.empty") }),
      el("p", { text: t("stage.empty_how") })));
}

function loadingWell() {
  return el("div", { class: "run-hero", dataset: { pictures: "0" } }, el("p", { class: "well-note", text: t("stage.loading") }));
}

class Stage {
  #host;
  #chosen = null; // null: whatever is newest
  #ticking = null;
  #noteTimer = null;
  #lostSince = null;
  #leave = null;
  #card = new RunCard({
    onOpen: (run, image) => this.#openViewer(run, image),
    onReveal: () => this.#draw(),
  });
  #strip = new Strip((id) => this.#choose(id));
  #part = {
    note: el("div", { class: "stage-note", role: "status", hidden: true }),
    current: el("div", { class: "stage-current" }),
    recent: el("section", { class: "stage-recent", "aria-label": t("stage.recent"), hidden: true }),
  };

  constructor(host) {
    this.#host = host;
    this.#part.recent.append(
      el("div", { class: "stage-head" }, el("h2", { text: t("stage.recent") }), el("a", { href: "/gallery", text: t("stage.all") })),
      this.#strip.element,
    );
  }

  mount() {
    this.#host.classList.add("stage", "pg");
    fill(this.#host, Object.values(this.#part));
    this.#leave = runs.subscribe((event) => this.#heard(event));
    document.addEventListener("visibilitychange", this.#seen);
    window.addEventListener("playground:discreet", this.#redraw);
    this.#draw();
    runs.start();
  }

  unmount() {
    this.#leave();
    clearInterval(this.#ticking);
    clearTimeout(this.#noteTimer);
    document.removeEventListener("visibilitychange", this.#seen);
    window.removeEventListener("playground:discreet", this.#redraw);
    this.#host.replaceChildren();
  }

  #heard(event) {
    if (event.type === "connection") {
      this.#connection(event.connection);
      return;
    }
    if (event.type === "log") {
      if (event.run_id === this.#card.run?.id) this.#card.log(runs.logs(event.run_id));
      return;
    }
    if (event.type === "run") {
      const { run } = event;
      askAhead(run, (index) => runs.arrived(run.id, index));
      this.#followNew(event);
    }
    this.#draw();
    if (event.type === "run") this.#lead(event);
    if (event.type === "run") this.#tell(event.before, event.run);
    if (event.type === "snapshot") for (const run of event.runs) this.#tell(event.before.get(run.id), run);
  }

  /** A run that was just pressed takes the stage. One pressed elsewhere does not take it from a choice. */
  #followNew({ run, before, pressed }) {
    if ((before && !pressed) || runs.list()[0]?.id !== run.id) return;
    if (pressed || (document.hasFocus() && !hidden())) this.#chosen = null;
  }

  /** Where the stage lies below the form, whoever has pressed Run is led to it. */
  #lead({ pressed }) {
    if (!pressed) return;
    const below = this.#host.getBoundingClientRect().top > window.innerHeight * SEEN_ABOVE;
    if (below) this.#host.scrollIntoView({ block: "start", behavior: "instant" });
  }

  #choose(id) {
    this.#chosen = id === runs.list()[0]?.id ? null : id;
    this.#draw();
  }

  #current(list) {
    return list.find((run) => run.id === this.#chosen) ?? list[0];
  }

  #draw() {
    const list = runs.list();
    const run = this.#current(list);
    if (run?.id !== this.#chosen) this.#chosen = null;
    this.#part.recent.hidden = !list.length;
    if (run) {
      refill(this.#part.current, "run", () => this.#card.element);
      this.#card.show(run, {
        counts: countsOf(list),
        usual: isActive(run) ? usualTime(run, list) : "",
        lines: runs.logs(run.id),
      });
    } else {
      const build = runs.loaded ? emptyWell : loadingWell;
      refill(this.#part.current, build.name, build);
    }
    this.#strip.show(list, run?.id);
    this.#tickWhile(run && isActive(run));
  }

  #tickWhile(active) {
    if (active && !this.#ticking) this.#ticking = setInterval(() => this.#card.tick(), TICK_MS);
    if (active || !this.#ticking) return;
    clearInterval(this.#ticking);
    this.#ticking = null;
  }

  #tell(before, run) {
    if (!before || before.state === run.state) return;
    const text = spokenChange(run);
    const shown = run.id === this.#card.run?.id;
    if (text && shown) announce(text);
    else if (text && needsAPerson(run)) announce(t("stage.other", { text }));
    if (hidden() && needsAPerson(run)) this.#mark(run);
  }

  /** The tab's title, and a notification where the person allowed it. */
  #mark(run) {
    const word = `${run.state === "done" ? "✓" : "!"} ${stateWords(run).name}`;
    document.title = `${word} – ${document.title.replace(TITLE_MARK, "")}`;
    notify(spokenChange(run), { body: shorten(promptOf(run) || altOf(run), 120), tag: run.id });
  }

  #redraw = () => this.#draw();

  #seen = () => {
    if (!hidden()) document.title = document.title.replace(TITLE_MARK, "");
  };

  #connection({ state }) {
    if (state !== "lost") {
      this.#lostSince = null;
      clearTimeout(this.#noteTimer);
      this.#noteTimer = null;
      this.#part.note.hidden = true;
      return;
    }
    this.#lostSince ??= Date.now();
    if (this.#noteTimer) return;
    this.#noteTimer = setTimeout(() => this.#showNote(), NOTE_AFTER_MS);
  }

  #showNote() {
    fill(this.#part.note,
      el("span", { text: t("stage.offline") }),
      el("button", { type: "button", class: "btn small", text: t("stage.try_now"), on: { click: () => runs.retry() } }));
    this.#part.note.hidden = false;
  }

  async #openViewer(run, image) {
    const items = runs.list().flatMap((other) =>
      (other.images ?? []).filter((one) => one.url && !one.missing).map((one) => ({ run: other, image: one })));
    const at = items.findIndex((item) => item.run.id === run.id && item.image.index === image.index);
    const { openViewer } = await import("./viewer.js");
    openViewer(items, Math.max(0, at), {});
  }
}

/** Puts the stage into `host` (#stage) and starts the event stream. Returns the way out. */
export function mountStage(host) {
  const stage = new Stage(host);
  stage.mount();
  return () => stage.unmount();
}
