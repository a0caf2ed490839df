// The View menu of the bar: how this browser shows the page, and the dialogs behind it.

import { announce, toast } from "./announce.js";
import { isDiscreet, setDiscreet } from "./discreet.js";
import { el } from "./dom.js";
import { icon } from "./icons.js";
import { choices, chooseLanguage } from "./language.js";
import { notifyState, setNotify } from "./notify.js";
import { openMenu } from "./popup-menu.js";
import { openShortcuts } from "./shortcuts-dialog.js";
import { t } from "./texts.js";
import { THEMES, setTheme, themeChoice } from "./theme.js";
import { mayHoldTokens, openTokens } from "./tokens-dialog.js";

async function toggleNotify(on) {
  if ((await setNotify(on)) === "blocked") toast(t("notify.blocked"), { bad: true });
}

function hide(on) {
  setDiscreet(on);
  announce(on ? t("discreet.hidden") : t("discreet.shown"));
}

async function openAskAmount() {
  try {
    (await import("./ask-amount.js")).openAskAmount();
  } catch (error) {
    console.error(error);
    toast(t("main.failed", { name: t("view_menu.ask") }), { bad: true });
  }
}

async function openBin() {
  (await import("./bin-dialog.js")).openBin();
}

async function openStorage() {
  (await import("./storage-dialog.js")).openStorage();
}

function items() {
  const notes = notifyState();
  return [
    { label: t("discreet.hide"), checked: isDiscreet(), run: () => hide(!isDiscreet()) },
    notes !== "impossible" && {
      label: t("notify.any"),
      hint: notes === "blocked" ? t("notify.not_allowed") : "",
      checked: notes === "on",
      run: () => toggleNotify(notes !== "on"),
    },
    { label: t("view_menu.ask"), run: openAskAmount },
    { label: t("view_menu.bin"), run: openBin },
    { label: t("view_menu.storage"), run: openStorage },
    mayHoldTokens() && { label: t("tokens.title"), run: openTokens },
    { group: t("language.title"), items: choices().map(({ tag, name, chosen }) => ({ label: name, radio: chosen, run: () => chooseLanguage(tag) })) },
    { group: t("theme.title"), items: THEMES.map((name) => ({ label: t(`theme.${name}`), radio: name === themeChoice(), run: () => setTheme(name) })) },
    { label: t("keys.title"), hint: "?", run: openShortcuts },
  ].filter(Boolean);
}

/** Says that prices and logs are hidden, and shows them at a press. */
export function discreetNote(focusAfter) {
  const show = () => {
    hide(false);
    focusAfter.focus();
  };
  return el("button", { type: "button", class: "chip shell-discreet", dataset: { discreetOnly: "" }, on: { click: show } },
    icon("eye-off"), el("span", null, `${t("discreet.hidden")} `, el("u", { text: t("discreet.show") })));
}

/** The button of the menu. */
export function viewButton() {
  return el("button", {
    type: "button",
    class: "btn ghost shell-view",
    "aria-haspopup": "menu",
    "aria-expanded": "false",
    on: { click: ({ currentTarget: button }) => openMenu(button, items(), { label: t("view_menu.title") }) },
  }, icon("sliders-horizontal"), el("span", { class: "shell-view-word", text: t("view_menu.title") }));
}
