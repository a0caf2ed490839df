// Modal dialogs on the browser's own <dialog>: it traps the focus, closes on Esc, gives it back.

import { el, whileBusy } from "./dom.js";
import { t } from "./texts.js";

let numbered = 0;

/** Where the focus goes after a dialog; what opened it may have been drawn anew meanwhile. */
export function rememberFocus() {
  const opener = document.activeElement;
  return () => {
    const action = opener?.dataset?.action;
    const again = action && document.querySelector(`#stage [data-action="${CSS.escape(action)}"]`);
    const target = opener?.isConnected ? opener : again;
    target?.focus({ preventScroll: true });
  };
}

function outside(dialog, event) {
  const box = dialog.getBoundingClientRect();
  const { clientX: x, clientY: y } = event;
  return x < box.left || x > box.right || y < box.top || y > box.bottom;
}

function closeOnBackdrop(dialog) {
  let began = false;
  dialog.addEventListener("pointerdown", (event) => (began = event.target === dialog && outside(dialog, event)));
  dialog.addEventListener("click", (event) => {
    if (began && event.target === dialog && outside(dialog, event)) dialog.close();
  });
}

function actionButton(action, close) {
  const kind = action.kind ? ` ${action.kind}` : "";
  const press = ({ currentTarget: button }) =>
    whileBusy(button, async () => {
      await action.run?.(close);
      if (action.close !== false) close();
    });
  return el("button", {
    type: "button",
    class: `btn${kind}`,
    text: action.label,
    autofocus: Boolean(action.autofocus),
    on: { click: press },
  });
}

/**
 * Opens a dialog. `body`: nodes or texts; `actions`: [{label, kind: "main"|"danger", run(close),
 * close: false to stay open, autofocus}] or nodes. Answers {close, element}.
 */
export function openDialog({ title, body, actions = [], wide = false, onClose = null }) {
  const heading = el("h2", { class: "dialog-title", id: `dialog-title-${++numbered}`, text: title });
  const dialog = el("dialog", { class: `pg dialog${wide ? " wide" : ""}`, "aria-labelledby": heading.id });
  const close = () => dialog.open && dialog.close();
  const giveBack = rememberFocus();
  dialog.append(
    el("header", { class: "dialog-head" }, heading,
      el("button", { type: "button", class: "dialog-close", "aria-label": t("action.close"), text: "×", on: { click: close } })),
    el("div", { class: "dialog-body" }, body),
  );
  if (actions.length) {
    const buttons = actions.map((action) => (action instanceof Node ? action : actionButton(action, close)));
    dialog.append(el("footer", { class: "dialog-foot" }, buttons));
  }
  closeOnBackdrop(dialog);
  dialog.addEventListener("close", () => {
    dialog.remove();
    giveBack();
    onClose?.();
  });
  document.body.append(dialog);
  dialog.showModal();
  return { close, element: dialog };
}

/** Asks; answers true or false. `text`: a text or nodes. The harmless answer has the focus where the other one is not. */
export function confirm({ title, text, yes, danger = false }) {
  return new Promise((resolve) => {
    let answer = false;
    openDialog({
      title,
      body: el("p", null, text),
      actions: [
        { label: t("action.cancel"), autofocus: danger },
        { label: yes, kind: danger ? "danger" : "main", autofocus: !danger, run: () => (answer = true) },
      ],
      onClose: () => resolve(answer),
    });
  });
}
