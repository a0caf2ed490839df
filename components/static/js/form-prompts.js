// The prompt's own keys and button; what they open is a later module.

import { toast } from "./announce.js";
import { el } from "./dom.js";
import { placeOfId } from "./form-data.js";
import { onMounted } from "./form-page.js";
import { shortcutOf } from "./shortcuts.js";
import { t } from "./texts.js";

const placeOf = (node) => {
  const place = placeOfId(node?.id);
  return place?.field.name === "prompt" ? place : null;
};

async function later(work) {
  try {
    await work();
  } catch (error) {
    console.error(error);
    toast(t("prompt_keys.failed"), { bad: true });
  }
}

/** Opens the history and the library for the prompt of that form, where it has one. */
export function openPrompts(slug) {
  const box = document.querySelector(`#${CSS.escape(`f-${slug}-prompt`)} textarea`);
  if (box) later(async () => (await import("./prompts-dialog.js")).openPromptsDialog(box));
}

/** An arrow up in an empty prompt; how it goes on from there, prompt-walk.js says. */
function keyed(event) {
  const box = event.target;
  if (box.localName !== "textarea" || box.value || shortcutOf(event, "prompt") !== "earlier" || !placeOf(box.closest(".pg-field"))) return;
  event.preventDefault();
  later(async () => (await import("./prompt-walk.js")).walk(box));
}

/** Looks after every prompt from now on. */
export function mountPrompts() {
  const mine = new WeakSet();
  document.addEventListener("keydown", keyed);
  onMounted(() => {
    for (const node of document.querySelectorAll(".pg-field")) {
      const place = mine.has(node) || !node.querySelector("textarea") ? null : placeOf(node);
      if (!place) continue;
      mine.add(node);
      node.append(el("div", { class: "pg pg-prompts" },
        el("button", { type: "button", class: "btn ghost", "aria-haspopup": "dialog", text: t("prompt_keys.open"), on: { click: () => openPrompts(place.slug) } })));
    }
  });
}
