// What is said to screen readers, and the small notes that come and go.

import { sentence, spokenSentence } from "./discreet.js";
import { el, topLayerHost } from "./dom.js";
import { t } from "./texts.js";

const TOAST_MS = 8000;
let region = null;
let toasts = null;

/** Everything outside a modal dialog is inert: the notes move into it and out again. */
function atHome(node) {
  const host = topLayerHost();
  if (node.parentElement === host) return node;
  host.append(node);
  if (host !== document.body) host.addEventListener("close", () => atHome(node), { once: true });
  return node;
}

/** Says `text` in the polite live region. */
export function announce(text) {
  region ??= el("div", { class: "sr-only", role: "status", "aria-live": "polite", dataset: { announcer: "" } });
  atHome(region);
  region.textContent = "";
  // a region that is new in the page, or says the same again, is read only after a pause
  setTimeout(() => (region.textContent = spokenSentence(text)), 60);
}

function closing(node) {
  let timer = null;
  let left = TOAST_MS;
  let since = 0;
  const close = () => {
    clearTimeout(timer);
    node.remove();
  };
  const resume = () => {
    since = performance.now();
    clearTimeout(timer);
    timer = setTimeout(close, left);
  };
  const pause = () => {
    clearTimeout(timer);
    left = Math.max(2000, left - (performance.now() - since));
  };
  return { close, resume, pause };
}

function actionControl(action, close) {
  if (!action) return null;
  if (action.href) {
    return el("a", { class: "toast-action", href: action.href, text: action.label, on: { click: close } });
  }
  const press = () => {
    close();
    action.run();
  };
  return el("button", { type: "button", class: "toast-action", text: action.label, on: { click: press } });
}

/**
 * A visible note; `action` is {label, run} or {label, href}; `bad` marks an error. It goes after
 * 8 s, but not while it is pointed at or has the focus.
 */
export function toast(text, { action = null, bad = false } = {}) {
  const note = el("div", { class: `toast${bad ? " bad" : ""}`, role: bad ? "alert" : null });
  const timer = closing(note);
  note.append(el("span", { class: "toast-text" }, sentence(text)));
  const control = actionControl(action, timer.close);
  if (control) note.append(control);
  note.append(
    el("button", { type: "button", class: "toast-close", "aria-label": t("note.dismiss"), text: "×", on: { click: timer.close } }),
  );
  for (const event of ["pointerenter", "focusin"]) note.addEventListener(event, timer.pause);
  for (const event of ["pointerleave", "focusout"]) note.addEventListener(event, timer.resume);
  toasts ??= el("div", { class: "pg toasts", role: "region", "aria-label": t("note.region") });
  atHome(toasts).append(note);
  timer.resume();
  if (!bad) announce(text);
  return { close: timer.close, element: note };
}
