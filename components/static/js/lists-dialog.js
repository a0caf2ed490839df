// The team's lists, which prompts choose from by __name__: all of them, and one to write in.

import { announce, toast } from "./announce.js";
import { api } from "./api.js";
import { deletedButton } from "./deleted-list.js";
import { openDialog } from "./dialog.js";
import { el, fill, whileBusy } from "./dom.js";
import { t } from "./texts.js";

const LISTS = "/api/v1/lists";
const LONGEST_NAME = 40;
const at = (id) => `${LISTS}/${encodeURIComponent(id)}`;
const linesOf = (text) => text.split("\n").filter((line) => line.trim());

/** `onChanged()`: a list is there, says something else, or is gone. */
export function openLists(onChanged = () => {}) {
  const rows = el("ul", { class: "lists-rows", role: "list" });
  const error = el("p", { class: "pg-error", role: "alert" });

  async function load() {
    try {
      const { lists } = await api.get(LISTS);
      fill(rows, lists.length ? lists.map(row) : el("li", { class: "soft", text: t("lists.none") }));
    } catch (reason) {
      error.textContent = reason.message;
    }
  }

  const changed = async () => {
    await load();
    onChanged();
  };

  const press = (label, work, about) =>
    el("button", { type: "button", class: "btn small", text: label, "aria-label": `${label} ${about}`, on: {
      click: ({ currentTarget: button }) => whileBusy(button, () => {
        error.textContent = "";
        return work().catch((reason) => (error.textContent = reason.message));
      }),
    } });

  function row(list) {
    const name = `__${list.name}__`;
    const node = el("li", null,
      el("span", { class: "lists-name" }, el("code", { text: name }), el("span", { class: "soft", text: t("lists.count", { count: list.count }) }), el("span", { class: "soft", dir: "auto", text: list.mine ? "" : list.person_name })),
      el("span", { class: "lists-actions" },
        press(t("lists.edit"), async () => openList(await api.get(at(list.id)), changed), name),
        list.may_change && press(t("action.delete"), () => remove(list, [...rows.children].indexOf(node)), name)));
    return node;
  }

  async function remove(list, place) {
    await api.del(at(list.id));
    await changed();
    const near = rows.children[Math.min(place, rows.children.length - 1)].querySelector("button");
    (near ?? dialog.element.querySelector(".main")).focus();
    toast(t("lists.deleted", { name: list.name }), { action: { label: t("action.undo"), run: () => restore(list) } });
  }

  async function restore({ id, name }) {
    try {
      await api.post(`${at(id)}/restore`);
    } catch (reason) {
      toast(t("lists.not_restored", { name, why: reason.message }), { bad: true });
      return;
    }
    announce(t("deleted.is_back", { name }));
    await changed();
  }

  const dialog = openDialog({
    title: t("lists.title"),
    body: [el("p", { class: "soft", text: t("lists.about") }), error, rows, el("p", null, deletedButton("lists", changed))],
    actions: [{ label: t("action.close") }, { label: t("lists.new"), kind: "main primary", close: false, run: () => openList(null, changed) }],
  });
  load();
}

/** One list; null: a new one. */
function openList(list, changed) {
  const name = el("input", { class: "in", id: "list-name", type: "text", maxlength: LONGEST_NAME, autocomplete: "off", spellcheck: "false", autofocus: !list, "aria-describedby": "list-name-error" });
  const lines = el("textarea", { class: "in", id: "list-lines", rows: 12, dir: "auto", autofocus: Boolean(list), "aria-describedby": "list-lines-error" });
  const nameError = el("p", { class: "pg-error", id: "list-name-error", role: "alert" });
  const linesError = el("p", { class: "pg-error", id: "list-lines-error", role: "alert" });
  const theirs = el("div", { hidden: true });
  let version = list?.version;
  name.value = list?.name ?? "";
  lines.value = list?.lines.join("\n") ?? "";
  lines.setSelectionRange(0, 0); // a long list begins with its first line

  function refused(reason) {
    const { code, current } = reason.problem ?? {};
    if (code === "list_changed" && current) {
      version = current.version;
      const shown = el("textarea", { class: "in", rows: 6, readonly: true, dir: "auto", "aria-label": t("lists.theirs") });
      shown.value = current.lines.join("\n");
      fill(theirs, el("p", { class: "label", text: t("lists.theirs") }), shown);
      theirs.hidden = false;
      linesError.textContent = t("lists.conflict");
      return;
    }
    const { name: wrongName, lines: wrongLines } = reason.fields ?? {};
    nameError.textContent = wrongName ?? "";
    linesError.textContent = wrongLines ?? (wrongName ? "" : reason.message);
    (wrongName ? name : lines).focus();
  }

  async function save(close) {
    nameError.textContent = "";
    linesError.textContent = "";
    const body = { name: name.value.trim(), lines: linesOf(lines.value) };
    try {
      if (list) await api.put(at(list.id), body, { headers: { "If-Match": `"${version}"` } });
      else await api.post(LISTS, body);
    } catch (reason) {
      refused(reason);
      return;
    }
    close();
    announce(t("lists.saved"));
    await changed();
  }

  openDialog({
    title: list ? t("lists.edit_title") : t("lists.new_title"),
    body: el("div", { class: "lists-one" },
      el("div", null, el("label", { class: "label", for: "list-name", text: t("lists.name") }), name, nameError),
      el("div", null, el("label", { class: "label", for: "list-lines", text: t("lists.lines") }), lines, linesError),
      theirs),
    actions: [{ label: t("action.cancel") }, { label: t("lists.save"), kind: "main primary", close: false, run: save }],
  });
}
