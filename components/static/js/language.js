// The languages of the page, and the choice of one: kept in a cookie, because the server is who
// sends the page and every message in it.

import { language, languages } from "./texts.js";

const A_YEAR_S = 365 * 24 * 3600;

/** [{tag, name, chosen}]; each name in its own language. */
export const choices = () =>
  Object.entries(languages()).map(([tag, name]) => ({ tag, name, chosen: tag === language() }));

/** Shows the page in that language from now on. It loads again: what was typed is gone. */
export function chooseLanguage(tag) {
  if (tag === language()) return;
  // inside another site's frame (a Space) a browser keeps no other cookie
  const site = window.top === window ? "SameSite=Lax" : "SameSite=None; Secure; Partitioned";
  document.cookie = `lang=${tag}; Max-Age=${A_YEAR_S}; Path=/; ${site}`;
  const url = new URL(window.location.href);
  url.searchParams.delete("lang");
  window.location.replace(url);
}
