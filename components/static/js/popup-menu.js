// A small menu under a button, in the browser's top layer: works inside modal dialogs, too.

import { el } from "./dom.js";

import { icon } from "./icons.js";

const GAP = 4;
const EDGE = 8;
const ITEMS = '[role^="menuitem"]';

function place(menu, anchor) {
  const at = anchor.getBoundingClientRect();
  const box = menu.getBoundingClientRect();
  const below = at.bottom + GAP + box.height <= window.innerHeight - EDGE;
  const top = below ? at.bottom + GAP : Math.max(EDGE, at.top - GAP - box.height);
  const left = Math.max(EDGE, Math.min(at.left, window.innerWidth - box.width - EDGE));
  menu.style.setProperty("top", `${top}px`);
  menu.style.setProperty("left", `${left}px`);
}

/** Of all items, one is a stop for Tab: a menu that is higher than the window can be scrolled by keys. */
function focusOn(items, item) {
  for (const one of items) one.tabIndex = one === item ? 0 : -1;
  item?.focus();
}

function moveFocus(menu, event) {
  const items = [...menu.querySelectorAll(ITEMS)];
  const at = items.indexOf(document.activeElement);
  const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[event.key];
  if (next === undefined) return;
  event.preventDefault();
  event.stopPropagation();
  focusOn(items, items.at(next % items.length));
}

function kindOf({ checked, radio }) {
  if (radio !== undefined) return { role: "menuitemradio", checked: String(radio) };
  if (checked !== undefined) return { role: "menuitemcheckbox", checked: String(checked) };
  return { role: "menuitem" };
}

function itemOf(item, close) {
  if (item.heading) return el("div", { class: "menu-heading", role: "presentation", text: item.heading });
  if (item.group) {
    return el("div", { role: "group", "aria-label": item.group },
      itemOf({ heading: item.group }, close), item.items.map((one) => itemOf(one, close)));
  }
  const press = () => {
    close();
    item.run();
  };
  const { role, checked } = kindOf(item);
  return el("button", { type: "button", role, "aria-checked": checked, tabindex: "-1", class: "menu-item", on: { click: press } },
    checked !== undefined && icon("check"),
    el("span", { class: "menu-words", text: item.label }), item.hint && el("span", { class: "menu-hint", text: item.hint }));
}

/**
 * Opens a menu at `anchor`. `items`: {label, hint, run}, with `checked` or `radio` (true or false)
 * where it is one of those; {heading}; {group: its name, items}. Answers {close}.
 */
export function openMenu(anchor, items, { label }) {
  const menu = el("div", { class: "pg menu", role: "menu", popover: "auto", "aria-label": label });
  const close = () => menu.isConnected && menu.hidePopover();
  menu.append(...items.map((item) => itemOf(item, close)));
  menu.addEventListener("keydown", (event) => {
    if (event.key === "Tab") close();
    else moveFocus(menu, event);
  });
  menu.addEventListener("toggle", (event) => {
    if (event.newState !== "closed") return;
    const within = menu.contains(document.activeElement) || document.activeElement === document.body;
    menu.remove();
    anchor.setAttribute("aria-expanded", "false");
    if (within && anchor.isConnected) anchor.focus({ preventScroll: true });
  });
  (anchor.closest("dialog") ?? document.body).append(menu);
  anchor.setAttribute("aria-expanded", "true");
  menu.showPopover();
  place(menu, anchor);
  const stops = [...menu.querySelectorAll(ITEMS)];
  focusOn(stops, stops[0]);
  return { close };
}
