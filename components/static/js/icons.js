// Lucide's icons, drawn as masks: they take the colour of the text around them.

/** The icon of that name (a file in static/icons). It says nothing: give its control a text or label. */
export function icon(name) {
  if (!/^[a-z0-9-]+$/.test(name)) throw new Error(`No icon is called ${name}.`);
  const span = document.createElement("span");
  span.className = "pg-icon";
  span.setAttribute("aria-hidden", "true");
  const address = new URL(`../icons/${name}.svg`, import.meta.url).href;
  span.style.setProperty("--icon", `url("${address}")`);
  return span;
}
