// One run, large: its state, its pictures (or what stands for them), facts and actions. Parts are
// drawn anew only when what they show has changed, so nothing flickers and the focus stays.

import { actionsFor, isCancelling } from "./actions.js";
import { copyButton } from "./clipboard.js";
import { isDiscreet, sentence } from "./discreet.js";
import { el, fill, refill } from "./dom.js";
import { bytes, clock, isolated, mediaType, moment, size } from "./format.js";
import { notifyButton } from "./notify.js";
import { pictureElement } from "./picture.js";
import {
  STEPS, billedUsd, chargedWords, isActive, priceWords, promptOf, rewrittenPrompt, stateDetail, stateWords, stepOf, waited,
} from "./run-words.js";
import { t } from "./texts.js";

const SHOWN_LINES = 100;
/** States that need no more words than these where a run says none itself. */
const EXPLAINED = new Set(["cancelled", "uncertain", "lost", "failed"]);

function shownImages(run) {
  const images = run.images ?? [];
  return run.state === "done" || images.some((image) => image.url || image.fal_url || image.missing) ? images : [];
}

function steps(run) {
  const at = stepOf(run);
  return el("ol", { class: "steps", "aria-hidden": "true" }, STEPS.map((step, index) =>
    el("li", { class: index < at ? "past" : index === at ? "now" : "", text: t(`state.${step}`) })));
}

/** What is seen of a picture: its file's facts may come later, and nothing is drawn anew for them. */
const seen = ({ content_type: _, bytes: __, ...image }) => image;

/** The calm well of a run on its way: how long already, what usually, which step. */
function waitingWell(run, usual) {
  const pictures = Number(run.input?.num_images ?? 1);
  const notes = [t("run.since_start"), usual && t("run.usually", { time: usual }), pictures > 1 && t("count.pictures", { count: pictures })];
  return el("div", { class: "well-wait" },
    el("span", { class: "elapsed", role: "timer", "aria-label": t("run.time"), dataset: { tick: "waited" } }),
    el("span", { class: "well-note", text: notes.filter(Boolean).join(" · ") }),
    steps(run),
    notifyButton());
}

function fieldProblems(run) {
  const problems = Object.entries(run.error?.fields ?? {});
  if (!problems.length) return null;
  return el("ul", { class: "well-fields" }, problems.map(([name, message]) =>
    el("li", null, el("code", { text: name }), " ", sentence(message))));
}

function requestId(run) {
  if (!run.request_id) return null;
  return el("p", { class: "well-note", dataset: { private: "" } }, `${t("run.request_id")} `, el("code", { text: run.request_id }), copyButton(run.request_id, t("run.request_id"), "request-id"));
}

/** What happened to a run without pictures, whether it cost anything, and how to name it to fal. */
function problemWell(run) {
  const reason = run.error?.message || (EXPLAINED.has(run.state) ? t(`run.why.${run.state}`) : "");
  const told = reason.toLowerCase().includes(t("run.stem_of_charged"));
  const charged = told && !run.practice ? null : chargedWords(run);
  return el("div", { class: "well-problem" },
    el("p", { class: "well-reason" }, sentence(reason)),
    fieldProblems(run),
    charged && el("p", { text: charged }),
    run.state === "uncertain" && el("p", { text: t("run.uncertain_ways") }),
    requestId(run));
}

function fact(label, value, dataset = {}) {
  return value ? el("span", { dataset }, label && `${label} `, el("b", { text: value })) : null;
}

/** Seed, size, file, price, time and person in one line. */
export function factsLine(run, image) {
  const file = [mediaType(image?.content_type), bytes(image?.bytes)].filter(Boolean).join(", ");
  const price = priceWords(run);
  const seed = run.output?.seed ?? run.input?.seed;
  const who = [clock(run.finished_at ?? run.created_at), isolated(run.person_name)].filter(Boolean).join(", ");
  return [
    fact(t("run.seed"), seed === null || seed === undefined ? "" : String(seed)),
    fact("", size(image?.width, image?.height)),
    file && el("span", { text: file }),
    fact(price.label, price.value, { private: "" }),
    el("span", { text: who, title: moment(run.created_at) }),
  ];
}

export class RunCard {
  #run = null;
  #context = {};
  #logged = null; // the lines that are drawn
  #index = null; // until somebody chooses: the first picture that is there
  #onOpen;
  #onReveal;
  #part = {
    state: el("div", { class: "run-state" }),
    hero: el("div", { class: "run-hero" }),
    log: el("div", { class: "run-log", dataset: { private: "" }, tabindex: "0", role: "group", "aria-label": t("run.log"), hidden: true }),
    facts: el("div", { class: "run-facts" }),
    words: el("div", { class: "run-words" }),
    actions: el("div"),
  };

  /** `onOpen(run, image)` opens a picture large; `onReveal()` after a covered one was shown. */
  constructor({ onOpen, onReveal }) {
    this.#onOpen = onOpen;
    this.#onReveal = onReveal;
    const { state, hero, log, facts, words, actions } = this.#part;
    const well = el("div", { class: "run-well" }, hero, log);
    this.element = el("article", { class: "run-card", tabindex: "-1", "aria-label": t("run.current") }, state, well, facts, words, actions);
  }

  get run() {
    return this.#run;
  }

  /** `context`: counts ("1 running · 2 waiting"), usual ("9.8 s"), lines (of the log). */
  show(run, context) {
    if (run.id !== this.#run?.id) this.#index = null;
    this.#run = run;
    this.#context = context;
    this.element.dataset.runId = run.id;
    this.element.dataset.runState = run.state;
    this.#drawState();
    this.#drawHero();
    this.#drawBelow();
    this.log(context.lines);
    this.tick();
  }

  /** Once a second while something ticks. */
  tick(now = Date.now()) {
    const words = stateWords(this.#run, now);
    for (const node of this.element.querySelectorAll("[data-tick]")) {
      const text = node.dataset.tick === "waited" ? waited(this.#run, now) : stateDetail(words);
      if (node.textContent !== text) node.textContent = text;
    }
  }

  log(lines) {
    const box = this.#part.log;
    const shown = this.#run.state !== "done" && this.#run.state !== "cancelled" && lines.length > 0;
    box.hidden = !shown;
    if (!shown || lines === this.#logged) return;
    this.#logged = lines;
    const atEnd = box.scrollHeight - box.scrollTop - box.clientHeight < 24;
    fill(box, lines.slice(-SHOWN_LINES).map(({ message, level }) =>
      el("div", { class: /error/i.test(level ?? "") ? "bad" : null, text: message })));
    if (atEnd) box.scrollTop = box.scrollHeight;
  }

  #drawState() {
    const { counts } = this.#context;
    const words = stateWords(this.#run);
    refill(this.#part.state, [this.#run.id, words.name, words.tone, counts], () => [
      el("span", { class: `dot ${words.tone}` }),
      el("span", { class: "run-detail" }, el("strong", { text: words.name }), el("span", { dataset: { tick: "detail" } })),
      el("span", { class: "spacer" }),
      counts && el("span", { class: "run-counts", text: counts }),
    ]);
  }

  #drawHero() {
    const run = this.#run;
    const images = shownImages(run);
    const hero = this.#part.hero;
    const { usual } = this.#context;
    const waiting = isActive(run) && !images.length;
    hero.dataset.pictures = images.length;
    hero.parentElement.dataset.waiting = String(waiting);
    const [first] = images;
    hero.style.setProperty("--ratio", first?.width && first?.height ? `${first.width} / ${first.height}` : "3 / 2");
    const shown = waiting ? [run.state, usual] : [images.map(seen), run.error, run.request_id, images.length ? "" : run.state];
    refill(hero, [run.id, run.input?.prompt, shown], () => {
      if (waiting) return waitingWell(run, usual);
      return images.length ? images.map((image, index) => this.#picture(image, index)) : problemWell(run);
    }, this.element);
    this.#markChosen();
  }

  #picture(image, index) {
    return pictureElement(this.#run, image, {
      onOpen: (chosen) => this.#onOpen(this.#run, chosen),
      onReveal: this.#onReveal,
      onFocus: () => this.#choose(index),
    });
  }

  /** The index in the list of shown pictures that facts and actions are about. */
  get #at() {
    const images = shownImages(this.#run);
    return Math.max(0, this.#index ?? images.findIndex((image) => image.url && !image.missing));
  }

  #choose(index) {
    this.#index = index;
    this.#markChosen();
    this.#drawBelow();
  }

  #markChosen() {
    const pictures = this.#part.hero.querySelectorAll(".picture");
    pictures.forEach((node, index) => node.classList.toggle("chosen", pictures.length > 1 && index === this.#at));
  }

  #drawBelow() {
    const run = this.#run;
    const images = shownImages(run);
    const image = images[this.#at] ?? images[0] ?? null;
    const { id, state, input, output, error } = run;
    const cost = billedUsd(run);
    refill(this.#part.facts, [id, state, image, this.#at, images.length, output, cost, error, run.person_name], () => [
      images.length > 1 && this.#pictureChooser(images),
      factsLine(run, image),
    ]);
    refill(this.#part.words, [id, input?.prompt, output?.prompt], () => this.#words());
    refill(this.#part.actions, [id, state, image, error, input, isCancelling(run), run.mine, run.visibility, isDiscreet()], () =>
      actionsFor(run, image, { where: "stage", onOpen: (chosen) => this.#onOpen(run, chosen) }), this.element);
  }

  #words() {
    const prompt = promptOf(this.#run);
    const rewritten = rewrittenPrompt(this.#run);
    return [
      prompt && el("p", { class: "run-prompt", dir: "auto", text: prompt }),
      rewritten && el("p", { class: "run-prompt-used", tabindex: "0" }, el("b", { text: t("run.prompt_used") }), " ", el("bdi", { text: rewritten })),
    ];
  }

  #pictureChooser(images) {
    return el("span", { class: "seg small", role: "group", "aria-label": t("picture.label") }, images.map((_, index) =>
      el("button", {
        type: "button",
        text: String(index + 1),
        "aria-label": t("picture.of", { index: index + 1, all: images.length }),
        "aria-pressed": String(index === this.#at),
        dataset: { action: `choose-picture-${index}` },
        on: { click: () => this.#choose(index) },
      })));
  }
}
