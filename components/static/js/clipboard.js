// Copying, also on a plain http address of the local network, where navigator.clipboard is absent.

import { toast } from "./announce.js";
import { el, topLayerHost } from "./dom.js";
import { inSentence, t } from "./texts.js";

function copyBySelection(text) {
  const area = el("textarea", { class: "sr-only", readonly: true, "aria-hidden": "true" });
  const focused = document.activeElement;
  area.value = text;
  topLayerHost().append(area);
  area.select();
  const copied = document.execCommand("copy");
  area.remove();
  focused?.focus({ preventScroll: true });
  return copied;
}

async function write(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyBySelection(text);
  }
}

/** Copies `text` and says so; `what` names it, in the language of the page: "Link", "Seed". */
export async function copyText(text, what) {
  if (await write(String(text))) {
    toast(t("copy.done", { what }));
    return true;
  }
  toast(t("copy.refused", { what, text }), { bad: true });
  return false;
}

/** A small button that copies `text`; `name` tells it from others: "request-id". */
export function copyButton(text, what, name) {
  return el("button", {
    type: "button",
    class: "copy",
    text: t("action.copy"),
    "aria-label": t("copy.what", { what: inSentence(what) }),
    dataset: { action: `copy-${name}` },
    on: { click: () => copyText(text, what) },
  });
}
