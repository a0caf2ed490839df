// The one shell: name, navigation, what mode the server is in, who is looking; and the views.

import { tellAskAbove } from "./ask-first.js";
import { keepDiscreet, sentence } from "./discreet.js";
import { el } from "./dom.js";
import { money } from "./format.js";
import { obeyRules } from "./form-rules.js";
import { icon } from "./icons.js";
import { Me } from "./me.js";
import { tellPrices } from "./prices-today.js";
import { Router, VIEWS, labelOf, placeOf } from "./router.js";
import { listenForHelp } from "./shortcuts-dialog.js";
import { keyOf } from "./shortcuts.js";
import { t } from "./texts.js";
import { tellTokens } from "./tokens-dialog.js";
import { discreetNote, viewButton } from "./view-menu.js";

const LEVEL_ICONS = { info: "info", warn: "triangle-alert", error: "circle-alert" };

/** "20.00" -> "$20": a limit is read at a glance. */
function limit(amount) {
  return money(amount).replace(/\.00$/, "");
}

function navigation() {
  // for admins alone, as soon as it is known that one is looking
  const links = VIEWS.map(({ name, href }) => el("a", { href, text: labelOf(name), hidden: name === "admin", dataset: { view: name } }));
  return el("nav", { class: "shell-nav", "aria-label": t("shell.views") }, links);
}

/** A key that is switched off is not promised. */
function nameKeys(nav) {
  for (const [index, { name }] of VIEWS.entries()) {
    const link = nav.children[index];
    const key = keyOf(name);
    link.toggleAttribute("aria-keyshortcuts", Boolean(key));
    if (key) link.setAttribute("aria-keyshortcuts", key);
    link.title = key ? t("shell.view_key", { view: labelOf(name), key }) : "";
  }
}

function signOut() {
  return el(
    "form",
    { method: "post", action: "/sign-out" },
    el("button", { type: "submit", class: "btn ghost" }, icon("log-out"), t("shell.sign_out")),
  );
}

/** Today's money. Practice money is nobody's, unless a limit is being tried with it. */
function spent(me) {
  if (me.practice && !me.max_usd_per_day) return null;
  const [sum, most] = [money(me.spent_today_usd), me.max_usd_per_day];
  const text = most ? t("shell.today_of", { sum, limit: limit(most) }) : t("shell.today", { sum });
  const title = me.practice ? t("shell.spent_practice") : t("shell.spent");
  return el("span", { class: "chip", title, text, dataset: { chip: "spent", private: "" } });
}

/** What is left of the tightest budget that stops runs. */
function left(me) {
  const hard = (me.budgets ?? []).filter(({ kind, endpoint_id: one }) => kind === "hard" && !one);
  if (!hard.length) return null;
  const tightest = hard.reduce((least, other) => (Number(other.left_usd) < Number(least.left_usd) ? other : least));
  const whose = tightest.scope === "team" ? "team" : "you";
  const title = t(`shell.left_of.${whose}.${tightest.period}`, { limit: limit(tightest.usd) });
  const text = t("shell.left", { sum: money(tightest.left_usd) });
  const used = Number(tightest.left_usd) === 0;
  return el("span", { class: used ? "chip warn" : "chip", title, text, dataset: { chip: "left", private: "" } });
}

/** One word for each state, and what it means; practice mode has no key and says so itself. */
const KEY_STATES = new Set(["present", "accepted", "refused", "locked", "unknown"]);
const KEY_IN_TROUBLE = new Set(["refused", "locked", "unknown"]);

function keyState({ practice, key_state: state }) {
  if (practice || !KEY_STATES.has(state)) return null;
  const trouble = KEY_IN_TROUBLE.has(state);
  const data = { dataset: { chip: "key", private: "" }, title: t(`key.why.${state}`) };
  return el("span", { class: trouble ? "chip warn" : "chip", ...data }, trouble && icon("triangle-alert"), t(`key.is.${state}`));
}

/** Whoever has a password of their own finds the way to another one behind their name. */
function person({ auth, person: { name } }) {
  const shown = { class: "shell-person", dir: "auto", text: name, dataset: { chip: "person" } };
  if (auth !== "password") return el("span", { ...shown, title: name });
  return el("a", { ...shown, href: "/password", title: t("shell.own_password", { name }) });
}

function factsOf(me) {
  const practice = t("shell.practice");
  return [
    me.practice && el("span", { class: "chip warn", text: practice, dataset: { chip: "practice" } }),
    keyState(me),
    spent(me),
    left(me),
    person(me),
    me.sign_out && signOut(),
  ];
}

function noticesOf(me) {
  const all = [me.banner, ...(me.notices ?? [])].filter(Boolean);
  return all.filter(({ text }, index) => all.findIndex((other) => other.text === text) === index);
}

function noticeLine({ level, text }, ...controls) {
  const known = Object.hasOwn(LEVEL_ICONS, level) ? level : "info";
  return el("div", { class: "shell-notice", dataset: { level: known } }, icon(LEVEL_ICONS[known]), el("p", null, sentence(text)), controls);
}

class Shell {
  #facts = el("div", { class: "shell-facts" });
  #notices = el("div", { class: "shell-notices", role: "status" });
  #view = viewButton();
  #heading = el("h1", { class: "sr-only shell-heading", id: "view-heading", tabindex: "-1" });
  #nav = navigation();
  #me = new Me((me, error) => this.#told(me, error));
  #said = "";
  #onShow = () => {};
  #now = null;
  /** Until the address's own tab is asked for, Gradio tells of its first one: nobody chose that. */
  #followsTabs = false;

  constructor(host) {
    const name = el("span", { class: "shell-name", text: "FLUX Playground" });
    host.replaceChildren(
      this.#skipLink(),
      el("header", { class: "shell-bar" }, name, this.#nav, this.#facts, discreetNote(this.#view), this.#view),
      this.#notices,
      this.#heading,
    );
  }

  /** Past the bar with one key. */
  #skipLink() {
    const skip = (event) => {
      event.preventDefault();
      event.stopPropagation();
      this.#heading.focus();
    };
    return el("a", { class: "skip-link", href: "#view-heading", text: t("shell.skip"), on: { click: skip } });
  }

  /** Shows the view of the address. `onShow(view, url, changed)` is called now and whenever the address changes. */
  start(onShow) {
    this.#onShow = onShow;
    window.addEventListener("playground:address", () => this.#remember(new URL(window.location.href)));
    window.addEventListener("playground:endpoint-opened", (event) => this.#endpointOpened(event.detail.slug));
    new Router((place, url, how) => this.#show(place, url, how)).start();
    window.addEventListener("playground:signed-out", () => this.#told(null, { status: 401 }));
    nameKeys(this.#nav);
    window.addEventListener("playground:single-keys", () => nameKeys(this.#nav));
    listenForHelp();
    keepDiscreet();
    this.#me.start();
  }

  /** Views that came into the page after the start are shown or hidden as the address says. */
  arrange() {
    for (const { name } of VIEWS) showView(name, name === this.#now?.view);
  }

  /** Opens the tab that the address names: once the tabs are there. */
  openEndpoint() {
    this.#followsTabs = true;
    if (this.#now?.slug) {
      window.dispatchEvent(new CustomEvent("playground:open-endpoint", { detail: { slug: this.#now.slug } }));
    }
  }

  #show(place, url, { first, changed }) {
    this.#now = place;
    this.arrange();
    for (const link of this.#nav.children) {
      if (link.dataset.view === place.view) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
    this.#remember(url);
    this.#heading.textContent = labelOf(place.view);
    if (changed && !first) this.#heading.focus({ preventScroll: true });
    this.#onShow(place.view, url, changed);
    if (!first) this.openEndpoint();
  }

  /** A link of the navigation leads back to where its view was left, without an open picture. */
  #remember(url) {
    const { view, known } = placeOf(url);
    if (!known) return;
    const back = new URL(url);
    for (const name of ["run", "image"]) back.searchParams.delete(name);
    this.#nav.querySelector(`[data-view="${view}"]`)?.setAttribute("href", back.pathname + back.search);
  }

  /** The person chose another tab: the address says so, without a step in the history. */
  #endpointOpened(slug) {
    if (!this.#followsTabs || this.#now?.view !== "create" || this.#now.slug === slug) return;
    const url = new URL(window.location.href);
    url.pathname = `/create/${encodeURIComponent(slug)}`;
    window.history.replaceState(window.history.state, "", url);
    this.#now = placeOf(url);
    this.#remember(url);
  }

  #told(me, error) {
    if (me) {
      this.#facts.replaceChildren(...factsOf(me).filter(Boolean));
      this.#nav.querySelector('[data-view="admin"]').hidden = me.person.role !== "admin";
      tellTokens(me.person);
      tellPrices(me.prices_changed ?? []);
      obeyRules(me.rules);
      tellAskAbove(me.ask_above_usd);
    }
    const lines = me ? noticesOf(me) : [{ level: "error", text: sentenceFor(error) }];
    const said = JSON.stringify(lines);
    if (said === this.#said) return; // a status that says the same again is not read again
    this.#said = said;
    this.#notices.replaceChildren(...lines.map((line) => noticeLine(line, me ? null : this.#remedy(error))));
  }

  #remedy(error) {
    const signedOut = error.status === 401;
    const press = () => (signedOut ? window.location.reload() : this.#me.refresh());
    return el("button", { type: "button", class: "btn", text: signedOut ? t("shell.sign_in") : t("action.again_load"), on: { click: press } });
  }
}

function sentenceFor(error) {
  return error.status === 401 ? t("shell.signed_out") : t("shell.not_loaded", { why: error.message });
}

function showView(name, shown) {
  const view = document.getElementById(`view-${name}`);
  if (!view) return;
  view.hidden = !shown;
  view.inert = !shown;
}

/** Builds the bar into #shell-bar. Its `start(onShow)` then shows the view of the address. */
export function mountShell(host = document.getElementById("shell-bar")) {
  return new Shell(host);
}
