// The page's own places. Gradio draws an empty column where each belongs, and this puts the element
// into it that a module builds in.

import { el } from "./dom.js";
import { allForms } from "./form-data.js";
import { onMounted } from "./form-page.js";
import { t } from "./texts.js";

const PLACES = {
  "shell-bar": { class: "pg" },
  "endpoint-picker": { class: "pg" },
  stage: { class: "stage pg" },
  "view-gallery": { class: "pg", hidden: true },
  "view-presets": { class: "pg", hidden: true },
  "view-usage": { class: "pg", hidden: true },
  "view-admin": { class: "pg", hidden: true },
};

function link(href, text) {
  return href ? el("a", { href, target: "_blank", rel: "noopener", text }) : null;
}

/** What an endpoint is for, and its preset bar. */
function formHead({ slug, about, links }) {
  const line = el("p", { class: "pg pg-about" }, `${about} `);
  const shown = [link(links.model, "fal"), link(links.terms, t("form.terms"))].filter(Boolean);
  for (const [index, one] of shown.entries()) line.append(index ? " · " : "", one);
  return [line, el("div", { class: "pg pg-presets", id: `presets-${slug}` })];
}

/** Fills every place as soon as it is in the page: a tab comes on its first look. */
export function fillHosts() {
  const waiting = new Map(Object.entries(PLACES).map(([id, attributes]) => [id, () => [el("div", { id, ...attributes })]]));
  for (const form of allForms()) waiting.set(`form-head-${form.slug}`, () => formHead(form));
  const leave = onMounted(() => {
    for (const [name, build] of waiting) {
      const host = document.getElementById(`host-${name}`);
      if (!host) continue;
      waiting.delete(name);
      host.append(...build());
    }
    if (!waiting.size) queueMicrotask(() => leave());
  });
}
