// What an admin has closed is not offered: tabs, and filters that are looser than one may have. The
// server refuses both anyway.

import { allForms } from "./form-data.js";

const LOOSEST = 6;
const sheet = new CSSStyleSheet();
document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];

const away = (selectors) => (selectors.length ? `${selectors.join(",")}{display:none!important}` : "");

/** Hides what is not allowed; `rules`: {endpoints: slugs or null, tolerance: number or null}. */
export function obeyRules({ endpoints, tolerance }) {
  const closed = endpoints ? allForms().filter(({ slug }) => !endpoints.includes(slug)) : [];
  const tabs = closed.flatMap(({ slug }) => [`#endpoint-tabs [role="tab"][data-tab-id="${slug}"]`, `#endpoint-select option[value="${slug}"]`]);
  const levels = tolerance ? Array.from({ length: LOOSEST - tolerance }, (_, index) => tolerance + 1 + index) : [];
  const looser = levels.map((level) => `.pg-form [id$="-safety_tolerance"] label:has(> input[value="${level}"])`);
  sheet.replaceSync(away(tabs) + away(looser));
}
