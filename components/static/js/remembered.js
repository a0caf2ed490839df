// What a browser remembers for the person who uses it: small choices, never anything of a run.

const NAME = "playground.";

/** What was chosen before, or null; a browser that keeps nothing has chosen nothing. */
export function recall(name) {
  try {
    return localStorage.getItem(NAME + name);
  } catch {
    return null;
  }
}

/** Keeps a choice, where the browser keeps anything. */
export function remember(name, value) {
  try {
    localStorage.setItem(NAME + name, value);
  } catch {
    // the choice counts until the page is closed
  }
}

/** Calls `fn(value)` when another tab has chosen. */
export function onRemembered(name, fn) {
  window.addEventListener("storage", (event) => event.key === NAME + name && fn(event.newValue));
}
