// Who is here and what they may do; who may come in.

import { openHandOver } from "./admin-hand-over.js";
import { button, labelled, section, table, told } from "./admin-table.js";
import { api } from "./api.js";
import { selectOf, withArrow } from "./choices.js";
import { copyText } from "./clipboard.js";
import { confirm, openDialog } from "./dialog.js";
import { el, fill } from "./dom.js";
import { clock } from "./format.js";
import { t } from "./texts.js";

export const ROLES = ["guest", "member", "admin"];

export const roles = () => ROLES.map((role) => [role, t(`role.${role}`)]);

const path = (person, rest = "") => `/api/v1/people/${encodeURIComponent(person.id)}${rest}`;

/** A link that is told only once. */
function showLink(title, { link }) {
  const box = el("input", { class: "in", type: "text", readonly: true, value: link, "aria-label": title, autofocus: true });
  openDialog({
    title,
    body: [el("p", { text: t("admin.link_once") }), box],
    actions: [{ label: t("action.close") }, { label: t("action.copy"), kind: "main", close: false, run: () => copyText(link, title) }],
  });
}

/** People, and invitations where they have accounts here. */
export class PeoplePart {
  #list = el("div");
  #open = el("div");
  #invite = el("form", { class: "admin-form", on: { submit: (event) => this.#invited(event) } });
  #name = el("input", { class: "in", type: "text", maxlength: "60", dir: "auto", autocomplete: "off" });
  #role = selectOf(roles(), "member");

  constructor() {
    this.node = section("people", t("admin.people"), this.#list, this.#invite, this.#open);
  }

  async load() {
    const [{ people }, me] = await Promise.all([api.get("/api/v1/people"), api.get("/api/v1/me")]);
    const accounts = me.auth === "password";
    const heads = ["name", "role", "last_seen", "acts"].map((name) => t(`admin.${name}`));
    fill(this.#list, table(t("admin.people"), heads, people.map((person) => this.#row(person, people, me, accounts))));
    if (accounts) await this.#loadInvitations();
    if (!accounts) fill(this.#invite);
    else if (!this.#invite.firstChild) {
      fill(this.#invite, labelled(t("admin.name"), this.#name), labelled(t("admin.role"), this.#role), el("button", { type: "submit", class: "btn", text: t("admin.invite") }));
    }
  }

  /** Those that nobody has used yet; their links were told once, when they were made. */
  async #loadInvitations() {
    const { invitations } = await api.get("/api/v1/people/invitations");
    const heads = ["name", "role", "until", "acts"].map((name) => t(`admin.${name}`));
    const rows = invitations.map((one) => [el("bdi", { text: one.name || "–" }), t(`role.${one.role}`), clock(one.expires_at),
      el("div", { class: "admin-acts" }, button(t("admin.withdraw"), () => this.#withdraw(one)))]);
    fill(this.#open, rows.length ? [el("h3", { text: t("admin.invitations") }), table(t("admin.invitations"), heads, rows)] : null);
  }

  async #withdraw(invitation) {
    await told(() => api.del(`/api/v1/people/invitations/${encodeURIComponent(invitation.id)}`));
    await this.#loadInvitations();
  }

  #row(person, people, me, accounts) {
    const own = person.id === me.person.id;
    const role = selectOf(roles(), person.role, {
      "aria-label": t("admin.role_of", { name: person.name }),
      on: { change: () => this.#change(person, { role: role.value }) },
    });
    role.disabled = own;
    const name = el("span", null, el("bdi", { text: person.name }), !person.active && el("span", { class: "chip", text: t("admin.switched_off") }), person.email && el("span", { class: "soft admin-mail", text: person.email }));
    const acts = el("div", { class: "admin-acts" },
      !own && button(person.active ? t("admin.switch_off") : t("admin.let_in"), () => this.#switch(person)),
      me.auth !== "none" && button(t("admin.sign_out_everywhere"), () => api.del(path(person, "/sessions")).then(() => this.load())),
      button(t("admin.hand_over_open"), () => openHandOver(person, people)),
      accounts && !own && button(t("admin.new_password"), async () => showLink(t("admin.new_password"), await api.post(path(person, "/reset")))));
    return [name, withArrow(role), person.last_used_at ? clock(person.last_used_at) : "–", acts];
  }

  async #switch(person) {
    const out = person.active;
    if (out && !(await confirm({ title: t("admin.switch_off"), text: t("admin.switch_off_text", { name: person.name }), yes: t("admin.switch_off"), danger: true }))) return;
    await this.#change(person, { active: !out });
  }

  async #change(person, change) {
    await told(() => api.patch(path(person), change));
    await this.load();
  }

  async #invited(event) {
    event.preventDefault();
    await told(async () => {
      showLink(t("admin.invite"), await api.post("/api/v1/people/invitations", { role: this.#role.value, name: this.#name.value.trim() }));
      this.#name.value = "";
      await this.#loadInvitations();
    });
  }
}
