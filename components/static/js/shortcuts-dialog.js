// The list of all keys, behind `?` and in the View menu; those without Ctrl can be switched off here.

import { openDialog } from "./dialog.js";
import { el } from "./dom.js";
import { isTyping } from "./router.js";
import { t } from "./texts.js";
import { SHORTCUTS, partsOf, setSingleKeys, shortcutOf, singleKeys } from "./shortcuts.js";

const SIGNS = { ArrowLeft: "←", ArrowRight: "→", ArrowUp: "↑", ArrowDown: "↓", Escape: "Esc" };
const SAID = { "←": "left", "→": "right", "↑": "up", "↓": "down", "⌘": "command" };

let open = null;

function key(part) {
  const mac = document.documentElement.dataset.mac === "true";
  const sign = part === "Ctrl" && mac ? "⌘" : (SIGNS[part] ?? (/^[a-z]$/.test(part) ? part.toUpperCase() : part));
  const said = SAID[sign];
  if (!said) return el("kbd", { text: sign });
  return el("kbd", null, el("span", { "aria-hidden": "true", text: sign }), el("span", { class: "sr-only", text: t(`keys.said.${said}`) }));
}

/** One way to press it; the parts of a combination stay together. */
const spelling = (spelt) => el("span", { class: "keys-spelt" }, partsOf(spelt).map(key));

function row({ does, keys }) {
  return [
    el("dt", null, Object.values(keys).flat().map((spelt) => [spelling(spelt), " "])),
    el("dd", { text: t(`keys.does.${does}`) }),
  ];
}

function groups() {
  const places = [...new Set(SHORTCUTS.map(({ where }) => where))];
  const heading = (where) => t(`keys.where.${where}`).replace(/^./u, (first) => first.toUpperCase());
  return places.map((where) =>
    el("section", { class: "keys-group" },
      el("h3", { text: heading(where) }),
      el("dl", null, SHORTCUTS.filter((one) => one.where === where).map(row))));
}

function singleSwitch() {
  const box = el("input", { type: "checkbox", on: { change: () => setSingleKeys(box.checked) } });
  box.checked = singleKeys();
  return el("label", { class: "check" }, box,
    el("span", null, t("keys.single"),
      el("span", { class: "help", text: t("keys.single_help") })));
}

/** Opens the list, once. */
export function openShortcuts() {
  open ??= openDialog({
    title: t("keys.title"),
    body: [el("div", { class: "keys-groups" }, groups()), singleSwitch()],
    wide: true,
    onClose: () => (open = null),
  });
}

/** `?` opens the list from now on, also over the viewer. */
export function listenForHelp() {
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.repeat || isTyping(event.target)) return;
    if (shortcutOf(event, "page") !== "help") return;
    event.preventDefault();
    openShortcuts();
  });
}
