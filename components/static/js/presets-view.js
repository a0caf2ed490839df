// Presets as a list by endpoint: what each one sets, use it, delete one's own.

import { announce, toast } from "./announce.js";
import { api, endpoints } from "./api.js";
import { pick } from "./choices.js";
import { deletedButton } from "./deleted-list.js";
import { el } from "./dom.js";
import { icon } from "./icons.js";
import { countWords, grouped, ownerWords, promptOf, settingsOf } from "./preset-words.js";
import { navigate, replaceQuery } from "./router.js";
import { markOf, share, shareWords } from "./share.js";
import { ChosenPresets } from "./preset-chosen.js";
import { openDeeds } from "./preset-deeds.js";
import { emptyNote, errorNote, waitLine } from "./state-notes.js";
import { t } from "./texts.js";

const CHANGED = "playground:presets-changed";
const PAUSE_MS = 150;
const endpointOf = (url) => url.searchParams.get("endpoint") ?? "";

/** Opens the endpoint's tab and puts the preset's values in its form. */
async function use(preset) {
  navigate(`/create/${encodeURIComponent(preset.slug)}`);
  try {
    const { applyPreset } = await import("./form.js");
    await applyPreset(preset.slug, preset.id);
  } catch (error) {
    console.error(error);
    toast(t("preset.not_applied", { name: preset.name, why: error.message }), { bad: true });
  }
}

function words(preset, fields) {
  const settings = settingsOf(preset, fields).map(({ label, text }) => el("span", {}, `${label} `, el("b", null, el("bdi", { text }))));
  const prompt = promptOf(preset);
  return el(
    "div",
    { class: "preset-words" },
    el("div", { class: "preset-name" },
      el("h3", { dir: "auto", text: preset.name }),
      el("span", { class: "chip", text: ownerWords(preset) }),
      preset.locked && !preset.shipped && el("span", { class: "chip", text: t("presets_view.locked") }),
      preset.used > 0 && el("span", { class: "soft", text: t("presets_view.used", { count: preset.used }) })),
    preset.out_of_date && el("p", { class: "preset-stale", dir: "auto", text: preset.out_of_date }),
    preset.tags?.length > 0 && el("p", { class: "preset-tags" }, preset.tags.map((tag) => el("span", { class: "chip", dir: "auto", text: tag }))),
    preset.description && el("p", { class: "soft", dir: "auto", text: preset.description }),
    prompt && el("p", { class: "preset-prompt", dir: "auto", title: prompt, text: prompt }),
    settings.length > 0 && el("div", { class: "facts" }, settings),
  );
}

class PresetsView {
  #presets = [];
  #next = null;
  #whose = "";
  #asked = 0;
  #timer = null;
  #endpoints = [];
  #slug;
  #loaded = false;
  #pick;
  #body = el("div", { class: "presets-body" });
  #chosen = new ChosenPresets(() => this.#reload());
  #search = el("input", { class: "in", type: "search", "aria-label": t("presets_view.search"), placeholder: t("presets_view.search"), on: { input: () => this.#later() } });

  constructor(host) {
    this.#slug = endpointOf(new URL(window.location.href));
    this.#pick = pick(t("endpoint.label"), [["", t("endpoint.every")]], this.#slug, (slug) => this.#choose(slug));
    const whose = [["", t("presets_view.all")], ["mine", t("preset.mine")], ["team", t("preset.team")], ["shipped", t("preset.shipped")]];
    const bar = el("div", { class: "view-bar", role: "search", "aria-label": t("view.presets") },
      this.#pick.node,
      pick(t("presets_view.whose"), whose, "", (chosen) => this.#filter(chosen)).node,
      this.#search,
      el("button", { type: "button", class: "btn", text: t("presets_view.import"), on: { click: () => this.#import() } }),
      el("button", { type: "button", class: "btn", text: t("variables.lists"), on: { click: async () => (await import("./lists-dialog.js")).openLists() } }),
      el("a", { class: "btn", href: "/api/v1/presets/export", download: "presets.json", text: t("presets_view.export") }),
      deletedButton("presets", () => this.#reload()));
    host.replaceChildren(el("div", { class: "presets view-list" }, bar, this.#chosen.node, this.#body));
    window.addEventListener(CHANGED, (event) => event.detail?.from !== this && this.#load());
    this.#load();
  }

  /** The view is shown at this address again. */
  shown(url) {
    this.#slug = endpointOf(url);
    this.#load();
  }

  #choose(slug) {
    this.#slug = slug;
    replaceQuery({ endpoint: slug || null });
    this.#load();
  }

  #filter(whose) {
    this.#whose = whose;
    this.#load();
  }

  #later() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#load(), PAUSE_MS);
  }

  async #import() {
    const { openImport } = await import("./preset-import.js");
    openImport(() => this.#reload());
  }

  async #reload() {
    await this.#load();
    window.dispatchEvent(new CustomEvent(CHANGED, { detail: { from: this } }));
  }

  #query(cursor = null) {
    const wanted = { endpoint: this.#slug, whose: this.#whose, q: this.#search.value.trim(), cursor };
    return new URLSearchParams(Object.entries(wanted).filter(([, value]) => value));
  }

  async #more(button) {
    button.disabled = true;
    try {
      const { presets, next_cursor: next } = await api.get(`/api/v1/presets?${this.#query(this.#next)}`);
      this.#presets = [...this.#presets, ...presets];
      this.#next = next;
      this.#draw();
    } catch (error) {
      button.disabled = false;
      toast(error.message, { bad: true });
    }
  }

  /** One's own of an endpoint change places: both lists are numbered anew. */
  async #move(preset, other) {
    const mine = this.#presets.filter((one) => one.mine && !one.shipped).map(({ id }) => id);
    const [from, to] = [mine.indexOf(preset.id), mine.indexOf(other.id)];
    [mine[from], mine[to]] = [mine[to], mine[from]];
    try {
      await api.put("/api/v1/presets/order", { ids: mine });
      await this.#reload();
      announce(t("presets_view.moved", { name: preset.name }));
    } catch (error) {
      toast(error.message, { bad: true });
    }
  }

  async #load() {
    if (!this.#loaded) this.#body.replaceChildren(waitLine(t("preset.loading")));
    const number = ++this.#asked;
    try {
      const [answer, list] = await Promise.all([api.get(`/api/v1/presets?${this.#query()}`), endpoints()]);
      if (number !== this.#asked) return;
      this.#presets = answer.presets;
      this.#next = answer.next_cursor;
      this.#endpoints = list;
      this.#loaded = true;
    } catch (error) {
      console.error(error);
      if (!this.#loaded) this.#body.replaceChildren(errorNote(t("preset.list_not_loaded"), error, () => this.#load()));
      return;
    }
    this.#pick.choose([["", t("endpoint.every")], ...this.#endpoints.map(({ slug, label }) => [slug, label])], this.#slug);
    this.#draw();
  }

  #draw() {
    const groups = grouped(this.#presets, this.#endpoints).filter(({ slug }) => !this.#slug || slug === this.#slug);
    const more = el("button", { type: "button", class: "btn", text: t("presets_view.more"), on: { click: () => this.#more(more) } });
    this.#body.replaceChildren(...(groups.length ? groups.map((group) => this.#group(group)) : [this.#empty()]), ...(this.#next ? [more] : []));
  }

  #group({ slug, label, presets }) {
    const fields = new Map((this.#endpoints.find((endpoint) => endpoint.slug === slug)?.fields ?? []).map((field) => [field.name, field]));
    return el(
      "section",
      { class: "presets-group", dataset: { endpoint: slug } },
      el("h2", {}, label, el("span", { class: "soft", style: { "font-weight": 400 }, text: ` · ${countWords(presets)}` })),
      el("ul", { role: "list" }, presets.map((preset) => this.#row(preset, fields, presets))),
    );
  }

  #row(preset, fields, beside) {
    const { name } = preset;
    const deeds = el("button", { type: "button", class: "btn ghost small", "aria-haspopup": "menu", "aria-expanded": "false", "aria-label": t("preset_deed.menu", { name }), text: t("preset_deed.more"), on: { click: () => this.#deeds(deeds, preset, fields, beside) } });
    const remove = el(
      "button",
      { type: "button", class: "btn ghost small", "aria-label": t("preset.delete_named", { name }), on: { click: () => this.#remove(preset, remove) } },
      icon("trash-2"),
      t("action.delete"),
    );
    const mark = el(
      "button",
      { type: "button", class: "btn ghost small icon-only", title: shareWords(preset), "aria-label": `${name}: ${shareWords(preset)}`, dataset: { action: "share" }, on: { click: () => this.#share(preset, mark) } },
      icon(markOf(preset)),
    );
    return el(
      "li",
      { class: `preset${preset.out_of_date ? " stale" : ""}`, dataset: { presetId: preset.id } },
      preset.cover && el("img", { class: "preset-cover", src: preset.cover.url, alt: t("presets_view.cover", { name }), loading: "lazy" }),
      words(preset, fields),
      el(
        "div",
        { class: "preset-actions" },
        this.#chosen.box(preset),
        preset.may_share && mark,
        preset.may_change && remove,
        deeds,
        preset.slug && el("button", { type: "button", class: "btn small", "aria-label": t("preset.use_named", { name }), text: t("preset.use"), on: { click: () => use(preset) } }),
      ),
    );
  }

  #deeds(anchor, preset, fields, beside) {
    const mine = beside.filter((one) => one.mine && !one.shipped);
    const at = mine.findIndex(({ id }) => id === preset.id);
    const to = (other) => at >= 0 && other && (() => this.#move(preset, other));
    openDeeds(anchor, preset, { fields: [...fields.values()], endpoints: this.#endpoints, place: { up: to(mine[at - 1]), down: to(mine[at + 1]) }, done: () => this.#reload() });
  }

  async #share(preset, button) {
    button.disabled = true;
    try {
      const changed = await share("presets", preset);
      this.#presets = this.#presets.map((other) => (other.id === changed.id ? changed : other));
      announce(changed.visibility === "team" ? t("share.is_team") : t("share.is_private"));
      this.#changed();
    } catch (error) {
      button.disabled = false;
      toast(error.message, { bad: true });
      return;
    }
    this.#body.querySelector(`[data-preset-id="${CSS.escape(preset.id)}"] [data-action="share"]`)?.focus();
  }

  async #remove(preset, button) {
    button.disabled = true;
    try {
      await api.del(`/api/v1/presets/${encodeURIComponent(preset.id)}`);
    } catch (error) {
      button.disabled = false;
      toast(t("preset.not_deleted", { name: preset.name, why: error.message }), { bad: true });
      return;
    }
    const at = this.#presets.indexOf(preset);
    this.#presets = this.#presets.filter((other) => other.id !== preset.id);
    this.#changed();
    this.#focusNear(at);
    toast(t("preset.was_deleted", { name: preset.name }), { action: { label: t("action.undo"), run: () => this.#restore(preset) } });
  }

  async #restore({ id, name }) {
    let saved;
    try {
      saved = await api.post(`/api/v1/presets/${encodeURIComponent(id)}/restore`, {});
    } catch (error) {
      toast(t("preset.not_restored", { name, why: error.message }), { bad: true });
      return;
    }
    announce(t("preset.restored", { name }));
    await this.#load();
    this.#changed();
    this.#body.querySelector(`[data-preset-id="${CSS.escape(saved.id)}"] button`)?.focus();
  }

  #changed() {
    this.#draw();
    window.dispatchEvent(new CustomEvent(CHANGED, { detail: { from: this } }));
  }

  /** After a delete the focus stays in the list. */
  #focusNear(index) {
    const near = this.#presets[Math.min(index, this.#presets.length - 1)];
    const row = near && this.#body.querySelector(`[data-preset-id="${CSS.escape(near.id)}"] button`);
    (row ?? this.#pick.select).focus({ preventScroll: true });
  }

  #empty() {
    const label = this.#endpoints.find(({ slug }) => slug === this.#slug)?.label ?? this.#slug;
    const title = this.#slug ? t("preset.none_for", { label }) : t("preset.none_at_all");
    const href = this.#slug ? `/create/${encodeURIComponent(this.#slug)}` : "/";
    const text = t("preset.how");
    return emptyNote("bookmark", title, text, el("a", { class: "btn", href, text: t("action.to_create") }));
  }
}

/** Builds the list into `host`. Tell its `shown(url)` whenever the view is opened again. */
export function mountPresets(host) {
  return new PresetsView(host);
}
