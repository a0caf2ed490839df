// A person's tokens for the HTTP API: what there is, a new one, and its secret, shown once.

import { announce, toast } from "./announce.js";
import { api } from "./api.js";
import { copyButton } from "./clipboard.js";
import { openDialog } from "./dialog.js";
import { el, fill, whileBusy } from "./dom.js";
import { moment } from "./format.js";
import { icon } from "./icons.js";
import { t } from "./texts.js";

const TOKENS = "/api/v1/me/tokens";
const DAYS = [7, 30, 90, 365];
const USUAL_DAYS = 30;

let me = null;

/** Who is looking; guests have no tokens. */
export const tellTokens = (person) => (me = person);

export const mayHoldTokens = () => Boolean(me) && me.role !== "guest";

const field = (id, label, control) => el("div", null, el("label", { class: "label", for: id, text: label }), control);

const choice = (control) => el("div", { class: "pick" }, control, icon("chevron-down"));

function select(id, options, chosen) {
  return el("select", { class: "in", id }, options.map(([value, text]) => el("option", { value, text, selected: value === chosen })));
}

class TokensDialog {
  #list = el("ul", { class: "tokens", role: "list", "aria-busy": "true" });
  #made = el("div", { class: "token-made", role: "status" });
  #error = el("p", { class: "pg-error", id: "token-error", role: "alert" });
  #name = el("input", { class: "in", id: "token-name", type: "text", dir: "auto", maxlength: "60", autocomplete: "off", "aria-describedby": "token-error" });
  #scope = select("token-scope", ["read", "run", ...(me.role === "admin" ? ["admin"] : [])].map((scope) => [scope, t(`tokens.scope.${scope}`)]), "run");
  #days = select("token-days", DAYS.map((days) => [String(days), t("tokens.days", { count: days })]), String(USUAL_DAYS));

  open() {
    const make = el("button", { type: "submit", class: "btn main", text: t("tokens.make") });
    const form = el("form", { class: "token-form", on: { submit: (event) => this.#submitted(event, make) } },
      field("token-name", t("tokens.name"), this.#name), field("token-scope", t("tokens.scope"), choice(this.#scope)), field("token-days", t("tokens.lasts"), choice(this.#days)), make);
    openDialog({ title: t("tokens.title"), body: [el("p", { class: "soft", text: t("tokens.about") }), form, this.#error, this.#made, this.#list], wide: true });
    this.#load();
  }

  async #load() {
    try {
      this.#draw((await api.get(TOKENS)).tokens);
    } catch (error) {
      this.#error.textContent = error.message;
    }
  }

  #submitted(event, button) {
    event.preventDefault();
    return whileBusy(button, () => this.#make());
  }

  async #make() {
    this.#error.textContent = "";
    fill(this.#made);
    try {
      const made = await api.post(TOKENS, { name: this.#name.value, scope: this.#scope.value, days: Number(this.#days.value) });
      fill(this.#made, el("p", { text: t("tokens.once") }), el("p", null, el("code", { text: made.token }), " ", copyButton(made.token, t("tokens.one"), "token")));
      this.#name.value = "";
      await this.#load();
    } catch (error) {
      this.#error.textContent = Object.values(error.fields ?? {})[0] ?? error.message;
      this.#name.focus();
    }
  }

  #draw(tokens) {
    this.#list.removeAttribute("aria-busy");
    fill(this.#list, tokens.length ? tokens.map((token) => this.#row(token)) : el("li", { class: "soft", text: t("tokens.none") }));
  }

  #row(token) {
    const { name, prefix, scope } = token;
    const used = token.last_used_at ? t("tokens.used", { when: moment(token.last_used_at) }) : t("tokens.unused");
    const ended = Date.parse(token.expires_at) <= Date.now();
    const until = ended ? t("tokens.ended", { when: moment(token.expires_at) }) : t("tokens.until", { when: moment(token.expires_at) });
    const revoke = el("button", { type: "button", class: "btn small", "aria-label": t("tokens.revoke_named", { name }), text: t("tokens.revoke"), on: { click: () => whileBusy(revoke, () => this.#revoke(token)) } });
    return el("li", { dataset: { tokenId: token.id } },
      el("div", null, el("b", null, el("bdi", { text: name })), " ", el("code", { text: `${prefix}…` }),
        el("p", { class: "soft", text: [t(`tokens.scope.${scope}`), until, used].join(" · ") })),
      revoke);
  }

  async #revoke({ id, name }) {
    try {
      this.#draw((await api.del(`${TOKENS}/${encodeURIComponent(id)}`)).tokens);
      announce(t("tokens.revoked", { name }));
      this.#name.focus();
    } catch (error) {
      toast(error.message, { bad: true });
    }
  }
}

export const openTokens = () => new TokensDialog().open();
