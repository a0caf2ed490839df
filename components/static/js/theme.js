// Dark is the class "dark" on the body: by ?__theme= first, then by what this browser was told in
// the View menu, then by the system. Gradio sets the class by its own rule, and is put right.

import { recall, remember } from "./remembered.js";
import { replaceQuery } from "./router.js";

const STORED = "theme";

/** What can be chosen; each has a text of that name. */
export const THEMES = ["system", "light", "dark"];

const system = window.matchMedia("(prefers-color-scheme: dark)");

/** What counts now: "system", "light" or "dark". */
export function themeChoice() {
  const asked = new URL(window.location.href).searchParams.get("__theme");
  return [asked, recall(STORED)].find((name) => THEMES.includes(name)) ?? "system";
}

function apply() {
  const choice = themeChoice();
  document.body.classList.toggle("dark", choice === "dark" || (choice === "system" && system.matches));
}

/** Chooses for this browser. */
export function setTheme(name) {
  remember(STORED, name);
  replaceQuery({ __theme: null });
  apply();
}

/** Sets the class at once (before Gradio has mounted, too), and keeps it right. */
export function followTheme() {
  apply();
  system.addEventListener("change", apply);
  new MutationObserver(apply).observe(document.body, { attributes: true, attributeFilter: ["class"] });
}
