// Where fal's price of today is not our file's, a form says so in its first line, and its button
// is priced anew: what the page was built with is the file's price.

import { el } from "./dom.js";
import { money } from "./format.js";
import { onMounted } from "./form-page.js";
import { reprice } from "./form-price.js";
import { onPrices } from "./prices-today.js";
import { t } from "./texts.js";

let changed = new Map();
/** What each form's button was priced with: slug to the text of its note. */
const priced = new Map();

const sentence = ({ usd, file_usd, unit }) =>
  t(`form.price_today.${unit}`, { usd: money(usd), file: money(file_usd) });

function note(slug, text) {
  const about = document.querySelector(`#form-${CSS.escape(slug)} .pg-about`);
  const old = about?.querySelector(".pg-price-today");
  if ((old?.textContent ?? "") === text) return;
  old?.remove();
  if (text) about?.append(el("span", { class: "pg-price-today", dataset: { private: "" }, text }));
}

/** A tab comes into the page on its first look. */
function show() {
  for (const slug of new Set([...changed.keys(), ...priced.keys()])) {
    if (!document.getElementById(`run-${slug}`)) continue;
    const text = changed.has(slug) ? sentence(changed.get(slug)) : "";
    note(slug, text);
    if ((priced.get(slug) ?? "") === text) continue;
    priced.set(slug, text);
    reprice(slug);
  }
}

/** Begins to show them. */
export function showPricesToday() {
  onPrices((now) => {
    changed = now;
    show();
  });
  onMounted(show);
}
