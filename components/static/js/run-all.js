// All prompts that a template can become, each as a run of its own. One confirmation, then one
// request after the other: what the form held when it was asked for counts, whatever is typed
// meanwhile. Each run has its own key and passes every limit by itself.

import { toast } from "./announce.js";
import { openDialog } from "./dialog.js";
import { sentence } from "./discreet.js";
import { el, fill, whileBusy } from "./dom.js";
import { readParts } from "./form-bridge.js";
import { call, Refusal } from "./form-call.js";
import { variablesOf } from "./form-data.js";
import { clearErrors, sayAtRun, showErrors, showNotes } from "./form-messages.js";
import { settlePictures } from "./form-pictures.js";
import { chosenPreset } from "./form-presets.js";
import { sent } from "./form-price.js";
import { chosenProject } from "./form-project.js";
import { money } from "./format.js";
import { once } from "./once.js";
import { runs } from "./runs.js";
import { t } from "./texts.js";

/** A lost reply is asked for again, by the same key, after these pauses. */
const AGAIN_AFTER_MS = [500, 2000];
const MICROS = 1_000_000;

const micros = (usd) => Math.round(Number(usd) * MICROS);
const times = (usd, many) => money(((micros(usd) * many) / MICROS).toFixed(6));
const pause = (ms) => new Promise((done) => setTimeout(done, ms));
const isAnswer = (reason) => reason instanceof Refusal || (reason.status > 0 && reason.status < 500);
const priced = (text) => el("span", { dataset: { private: "" }, text });

class RunAll {
  #held;
  #each;
  #left;
  #jobs;
  #dialog = null;
  #going = false;
  #stopped = false;
  #warnings = new Set();
  #about = el("p");
  #limit = el("p", { dataset: { private: "" } });
  #bar = el("progress", { "aria-label": t("all.progress"), hidden: true });
  #status = el("p", { class: "all-status", role: "status" });
  #error = el("p", { class: "pg-error", role: "alert" });
  #cancel = el("button", { type: "button", class: "btn", on: { click: () => this.#back() } });
  #main = el("button", { type: "button", class: "btn main", autofocus: true, on: { click: (event) => this.#pressed(event) } });

  /** @param held what the form held; `found`: what the server says that it becomes */
  constructor(held, { prompts, each_usd: each, left_usd: left }) {
    this.#held = held;
    this.#each = each;
    this.#left = left;
    this.#jobs = prompts.map((prompt, combination) => ({ combination, prompt, begun: false, line: el("li", { dir: "auto", text: prompt }) }));
  }

  open() {
    fill(this.#about, t("all.about", { count: this.#jobs.length }), " ", priced(t("all.price", { usd: times(this.#each, this.#jobs.length), each: money(this.#each) })));
    const prompts = el("ol", { class: "all-prompts", tabindex: "0", "aria-label": t("all.prompts") }, this.#jobs.map(({ line }) => line));
    this.#dialog = openDialog({
      title: t("all.title", { count: this.#jobs.length }),
      body: [this.#about, this.#limit, prompts, el("div", { class: "all-progress" }, this.#bar, this.#status, this.#error)],
      actions: [this.#cancel, this.#main],
      onClose: () => this.#closed(),
    });
    this.#tellLimit();
    this.#draw();
  }

  get #open() {
    return this.#dialog.element.isConnected;
  }

  get #rest() {
    return this.#jobs.filter(({ begun }) => !begun);
  }

  /** What is left of the tightest limit, and for how many of them it will do. */
  #tellLimit() {
    if (this.#left === null) return;
    const enough = micros(this.#each) ? Math.floor(micros(this.#left) / micros(this.#each)) : Infinity;
    const short = enough < this.#jobs.length && (enough ? t("all.short", { count: enough }) : t("all.none"));
    this.#limit.className = short ? "all-short" : "soft";
    this.#limit.textContent = [t("all.left", { usd: money(this.#left) }), short].filter(Boolean).join(" ");
  }

  #draw() {
    const rest = this.#rest.length;
    const begun = this.#jobs.length - rest;
    const started = begun > 0 || this.#going;
    this.#cancel.textContent = this.#going ? t("all.stop") : t(started ? "action.close" : "action.cancel");
    // while they begin it stays as it was pressed, so that nothing else comes below the pointer
    if (!this.#going) fill(this.#main, begun ? t("all.go_on", { count: rest }) : t("all.run", { count: rest }), " ", priced(t("all.up_to", { usd: times(this.#each, rest) })));
    this.#limit.hidden = started || this.#left === null;
    this.#bar.hidden = !started;
    this.#bar.max = this.#jobs.length;
    this.#bar.value = begun;
    this.#status.textContent = started ? this.#progress() : "";
    for (const { line, begun: is } of this.#jobs) line.classList.toggle("begun", is);
  }

  #progress() {
    const begun = this.#jobs.length - this.#rest.length;
    return t("all.begun", { begun, count: this.#jobs.length });
  }

  /** The second of a double click may come after the first one's answer. */
  #pressed(event) {
    if (event.detail <= 1) whileBusy(this.#main, () => this.#begin());
  }

  #back() {
    if (this.#going) this.#stopped = true;
    else this.#dialog.close();
  }

  /** Whoever closes it while they begin wants no more of them. */
  #closed() {
    this.#stopped = true;
  }

  async #begin() {
    this.#going = true;
    this.#stopped = false;
    this.#error.textContent = "";
    this.#draw();
    let refusal = null;
    for (const job of this.#rest) {
      if (this.#stopped || refusal) break;
      refusal = await this.#one(job);
      this.#draw();
    }
    this.#going = false;
    if (this.#warnings.size) showNotes(this.#held.slug, [...this.#warnings]);
    this.#over(refusal);
  }

  /** Answers why it was not begun; null where it was. */
  async #one(job) {
    try {
      const run = await this.#send(job);
      job.begun = true;
      runs.put(run);
      for (const warning of run.warnings ?? []) this.#warnings.add(warning);
      return null;
    } catch (reason) {
      // a price that has changed meanwhile: going on is a yes to the new one
      if (reason.code === "confirm_cost") this.#each = reason.estimate_usd;
      return Object.values(reason.fields ?? {}).join(" ") || reason.message;
    }
  }

  async #send({ combination, prompt }) {
    const { slug, parts, variables, project } = this.#held;
    const asked = JSON.stringify([parts, variables, project, prompt]);
    const start = (key) => call("combination", { ...this.#held, combination, seen: prompt, confirmed: this.#each, key });
    for (const wait of [...AGAIN_AFTER_MS, null]) {
      try {
        return (await once(`all ${slug} ${combination}`, asked, start)).run;
      } catch (reason) {
        if (isAnswer(reason)) throw reason;
        if (wait !== null) await pause(wait);
        if (wait === null || this.#stopped) throw new Error(t("all.lost"), { cause: reason });
      }
    }
    return null;
  }

  #over(refusal) {
    const all = this.#rest.length === 0;
    if (all) {
      this.#dialog.close();
      toast(t("all.done", { count: this.#jobs.length }));
      return;
    }
    if (!this.#open) {
      toast([this.#progress(), refusal].filter(Boolean).join(" "), { bad: Boolean(refusal) });
      return;
    }
    this.#draw();
    fill(this.#error, refusal && sentence(refusal));
  }
}

/** Asks once, then begins a run for each prompt that the form's template can become. */
export async function runAll(slug) {
  clearErrors(slug);
  try {
    await settlePictures(slug);
    const held = { slug, parts: await readParts(slug), variables: variablesOf(slug), project: chosenProject(), preset: chosenPreset(slug) };
    sent(slug, held.parts);
    new RunAll(held, await call("combinations", held)).open();
  } catch (reason) {
    if (reason instanceof Refusal) await showErrors(slug, reason.message, reason.fields);
    else sayAtRun(slug, reason.message);
  }
}
