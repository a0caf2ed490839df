// What was deleted: back, for good, or at fal, too. Each person sees their own.

import { announce, toast } from "./announce.js";
import { api } from "./api.js";
import { confirm, openDialog } from "./dialog.js";
import { el, fill, whileBusy } from "./dom.js";
import { day } from "./format.js";
import { promptOf } from "./run-words.js";
import { runs } from "./runs.js";
import { t } from "./texts.js";

const DELETED = "/api/v1/deleted";
/** Rows that are shown at once; more at a press. */
const PAGE = 50;

const path = (run, rest) => `/api/v1/runs/${encodeURIComponent(run.id)}/${rest}`;

class BinDialog {
  #about = el("p", { class: "soft" });
  #list = el("ul", { class: "bin-list", role: "list", "aria-busy": "true" });
  #error = el("p", { class: "pg-error", role: "alert" });
  #count = 0;
  #cursor = null;
  #more = el("button", {
    type: "button",
    class: "btn bin-more",
    text: t("bin.show_more"),
    hidden: true,
    on: { click: ({ currentTarget: button }) => this.#press(button, () => this.#loadMore()) },
  });
  #empty = el("button", {
    type: "button",
    class: "btn danger",
    text: t("bin.empty_now"),
    hidden: true,
    on: { click: ({ currentTarget: button }) => this.#press(button, () => this.#emptyAll()) },
  });

  open() {
    fill(this.#list, el("li", { class: "soft", text: t("bin.loading") }));
    openDialog({ title: t("bin.title"), body: [this.#about, this.#error, this.#list, this.#more], actions: [this.#empty, { label: t("action.close") }], wide: true });
    this.#press(this.#empty, () => this.#load());
  }

  #press(button, work) {
    return whileBusy(button, async () => {
      this.#error.textContent = "";
      try {
        await work();
      } catch (reason) {
        this.#error.textContent = reason.message;
      }
    });
  }

  async #load() {
    const found = await this.#page();
    this.#list.removeAttribute("aria-busy");
    fill(this.#list, found.map((one) => this.#row(one)));
    this.#drawn();
  }

  async #page(after = "") {
    const { runs: found, count, keep_days: days, next_cursor: cursor } = await api.get(`${DELETED}?limit=${PAGE}${after}`);
    this.#count = count;
    this.#cursor = cursor;
    this.#about.textContent = t("bin.about", { count: days });
    return found;
  }

  /** The first of the new rows has the focus: the button may be gone. */
  async #loadMore() {
    const rows = (await this.#page(`&cursor=${encodeURIComponent(this.#cursor)}`)).map((one) => this.#row(one));
    this.#list.append(...rows);
    this.#drawn();
    announce(t("bin.shown", { shown: this.#list.childElementCount, count: this.#count }));
    rows[0]?.querySelector("button").focus();
  }

  #drawn() {
    this.#empty.hidden = this.#count === 0;
    this.#more.hidden = this.#cursor === null;
    if (!this.#count) fill(this.#list, el("li", { class: "soft", text: t("bin.empty") }));
  }

  /** One row less: those that were loaded stay where they are. */
  async #without(run) {
    const row = [...this.#list.children].find((one) => one.dataset.run === run.id);
    const next = row?.nextElementSibling ?? row?.previousElementSibling;
    row?.remove();
    this.#count -= 1;
    if (!next) return this.#load();
    this.#drawn();
    next.querySelector("button")?.focus();
  }

  #row({ run, purge_at: until }) {
    const image = (run.images ?? []).find((one) => one.preview_url);
    const button = (text, work, kind = "") =>
      el("button", { type: "button", class: `btn ${kind}`.trim(), text, on: { click: ({ currentTarget }) => this.#press(currentTarget, work) } });
    const prompt = promptOf(run) || run.endpoint_id;
    return el("li", { class: "bin-row", dataset: { run: run.id } },
      image ? el("img", { class: "bin-picture", src: image.preview_url, alt: "", loading: "lazy", decoding: "async" }) : el("span", { class: "bin-picture" }),
      el("div", { class: "bin-words" },
        el("p", { class: "bin-prompt", dir: "auto", text: prompt }),
        el("p", { class: "soft", text: t("bin.until", { day: day(until) }) }),
        el("div", { class: "bin-acts", role: "group", "aria-label": prompt.slice(0, 80) },
          button(t("bin.restore"), () => this.#restore(run)),
          button(t("bin.purge"), () => this.#purge(run), "danger"),
          run.request_id ? button(t("bin.at_fal"), () => this.#atFal(run)) : null)));
  }

  async #restore(run) {
    const back = await api.post(path(run, "restore"));
    if (back?.id) runs.put(back);
    announce(t("bin.restored"));
    await this.#without(run);
  }

  async #purge(run) {
    if (!(await confirm({ title: t("bin.purge"), text: t("bin.purge_text"), yes: t("bin.purge"), danger: true }))) return;
    await this.#gone({ run_ids: [run.id] });
    await this.#without(run);
  }

  async #emptyAll() {
    const sure = await confirm({ title: t("bin.empty_title"), text: t("bin.empty_text", { count: this.#count }), yes: t("bin.empty_now"), danger: true });
    if (!sure) return;
    await this.#gone({});
    await this.#load();
  }

  async #gone(which) {
    const { removed } = await api.post(`${DELETED}/empty`, which);
    announce(t("bin.purged", { count: removed }));
  }

  async #atFal(run) {
    const { answer, message } = await api.post(path(run, "delete-at-fal"));
    toast(message, { bad: answer === "not_allowed" });
  }
}

/** Opens the list of what was deleted. */
export function openBin() {
  new BinDialog().open();
}
