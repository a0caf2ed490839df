// The system's notes about runs that need a person, where that person allowed them.

import { el } from "./dom.js";
import { recall, remember } from "./remembered.js";
import { t } from "./texts.js";

const STORED = "notify";

let permission = null; // the browser takes milliseconds to say, and each run's wait asks
document.addEventListener("visibilitychange", () => (permission = null));

function permitted() {
  permission ??= Notification.permission;
  return permission;
}

/** "impossible", "ask", "blocked", "on" or "off". The browser is asked on a press only. */
export function notifyState() {
  if (!("Notification" in window)) return "impossible";
  if (permitted() === "default") return "ask";
  if (permitted() === "denied") return "blocked";
  return recall(STORED) === "off" ? "off" : "on";
}

/** Switches the notes; asks the browser where nobody has yet. Answers the state afterwards. */
export async function setNotify(on) {
  if (on && notifyState() === "ask") await Notification.requestPermission();
  permission = null;
  remember(STORED, on ? "on" : "off");
  return notifyState();
}

/** A button that asks for them, or nothing where that is decided or impossible. */
export function notifyButton() {
  if (notifyState() !== "ask") return null;
  const ask = async ({ currentTarget: button }) => {
    button.textContent = (await setNotify(true)) === "on" ? t("notify.granted") : t("notify.refused");
    button.setAttribute("aria-disabled", "true");
  };
  return el("button", { type: "button", class: "copy", text: t("notify.ask"), on: { click: ask } });
}

/** A note while this page is hidden. */
export function notify(title, { body, tag }) {
  if (!document.hidden || notifyState() !== "on") return;
  try {
    new Notification(title, { body, tag });
  } catch {
    // phones allow notifications from service workers only: the title says it there
  }
}
