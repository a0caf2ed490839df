// The only way this page makes elements: text stays text, whatever it holds.

const SAFE_SCHEMES = new Set(["http:", "https:", "blob:"]);
const LINKS = new Set(["href", "src"]);

/** True where following or loading this address can't run a script. */
export function isSafeAddress(address) {
  try {
    const url = new URL(String(address), document.baseURI);
    return SAFE_SCHEMES.has(url.protocol) || /^data:image\/(png|jpeg|webp|gif|avif)[;,]/i.test(url.href);
  } catch {
    return false;
  }
}

function setAttribute(node, name, value) {
  if (value === null || value === undefined) return;
  if (/^on/i.test(name)) throw new Error(`Listeners go in "on", not in the attribute ${name}.`);
  if (LINKS.has(name) && !isSafeAddress(value)) return;
  const spelled = name.startsWith("aria-") || name === "draggable";
  if (value === false && !spelled) return;
  node.setAttribute(name, value === true && !spelled ? "" : String(value));
}

function setAll(node, attributes, prefix = "") {
  for (const [name, value] of Object.entries(attributes)) setAttribute(node, prefix + name, value);
}

function setStyle(node, style) {
  for (const [name, value] of Object.entries(style)) {
    if (value !== null && value !== undefined) node.style.setProperty(name, String(value));
  }
}

const SPECIAL = {
  class: (node, value) => value && node.setAttribute("class", value),
  text: (node, value) => value !== null && value !== undefined && (node.textContent = String(value)),
  dataset: (node, value) => {
    for (const [key, item] of Object.entries(value)) {
      if (item !== null && item !== undefined) node.dataset[key] = String(item);
    }
  },
  on: (node, value) => {
    for (const [event, listener] of Object.entries(value)) {
      if (listener) node.addEventListener(event, listener);
    }
  },
  style: (node, value) => value && setStyle(node, value),
  aria: (node, value) => setAll(node, value, "aria-"),
  attributes: (node, value) => setAll(node, value),
};

function append(node, children) {
  for (const child of children.flat(Infinity)) {
    if (child === null || child === undefined || child === false || child === true) continue;
    node.append(child instanceof Node ? child : String(child));
  }
}

/**
 * An element. `props`: class, text, dataset {}, on {event: listener}, style {}, aria {},
 * attributes {}; every other key is an attribute. Children: nodes, texts, lists, nothing.
 */
export function el(tag, props = null, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props ?? {})) {
    if (Object.hasOwn(SPECIAL, name)) {
      if (value !== null && value !== undefined) SPECIAL[name](node, value);
    } else setAttribute(node, name, value);
  }
  append(node, children);
  return node;
}

/** Puts these children in place of what `node` held. */
export function fill(node, ...children) {
  node.replaceChildren();
  append(node, children);
  return node;
}

const busy = new WeakSet();

/**
 * Runs `work` once, however often `button` is pressed meanwhile. The button stays focusable: one
 * that is `disabled` would lose the focus, and with it the place to come back to.
 */
export async function whileBusy(button, work) {
  if (busy.has(button)) return;
  busy.add(button);
  button.setAttribute("aria-disabled", "true");
  try {
    await work();
  } finally {
    busy.delete(button);
    button.removeAttribute("aria-disabled");
  }
}

const signatures = new WeakMap();

/**
 * Builds `node`'s children again only when `signature` (any JSON value) has changed, and keeps
 * the focus on the control of the same `data-action`, so that an event never takes it away.
 */
export function refill(node, signature, build, fallbackFocus = null) {
  const key = JSON.stringify(signature);
  if (signatures.get(node) === key) return;
  signatures.set(node, key);
  const held = node.contains(document.activeElement) && document.activeElement !== node;
  const action = held ? document.activeElement.closest("[data-action]")?.dataset.action : null;
  fill(node, build());
  if (!held) return;
  const again = action && node.querySelector(`[data-action="${CSS.escape(action)}"]:not(:disabled)`);
  (again || fallbackFocus)?.focus({ preventScroll: true });
}

/** The topmost open modal dialog, or the body: where something must be added to be usable. */
export function topLayerHost() {
  const open = [...document.querySelectorAll("dialog[open]")].filter((d) => d.matches(":modal"));
  return open.at(-1) ?? document.body;
}
