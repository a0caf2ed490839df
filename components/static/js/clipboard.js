// Copying, also on a plain http address of the local network, where navigator.clipboard is absent.

import { toast } from "./announce.js";
import { el, topLayerHost } from "./dom.js";

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

/** Copies `text` and says so; `what` names it: "Link", "Seed". */
export async function copyText(text, what) {
  if (await write(String(text))) {
    toast(`${what} copied`);
    return true;
  }
  toast(`The browser does not allow copying here. ${what}: ${text}`, { bad: true });
  return false;
}

/** A small button that copies `text`. */
export function copyButton(text, what, { label = "Copy" } = {}) {
  return el("button", {
    type: "button",
    class: "copy",
    text: label,
    "aria-label": `Copy ${what.toLowerCase()}`,
    dataset: { action: `copy-${what.toLowerCase().replaceAll(" ", "-")}` },
    on: { click: () => copyText(text, what) },
  });
}
