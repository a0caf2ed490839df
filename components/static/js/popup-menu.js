// A small menu under a button, in the browser's top layer: works inside modal dialogs, too.

import { el } from "./dom.js";

const GAP = 4;
const EDGE = 8;

function place(menu, anchor) {
  const at = anchor.getBoundingClientRect();
  const box = menu.getBoundingClientRect();
  const below = at.bottom + GAP + box.height <= window.innerHeight - EDGE;
  const top = below ? at.bottom + GAP : Math.max(EDGE, at.top - GAP - box.height);
  const left = Math.max(EDGE, Math.min(at.left, window.innerWidth - box.width - EDGE));
  menu.style.setProperty("top", `${top}px`);
  menu.style.setProperty("left", `${left}px`);
}

function moveFocus(menu, event) {
  const items = [...menu.querySelectorAll('[role="menuitem"]')];
  const at = items.indexOf(document.activeElement);
  const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[event.key];
  if (next === undefined) return;
  event.preventDefault();
  event.stopPropagation();
  items.at(next % items.length)?.focus();
}

function itemOf(item, close) {
  if (item.heading) return el("div", { class: "menu-heading", role: "presentation", text: item.heading });
  const press = () => {
    close();
    item.run();
  };
  return el("button", { type: "button", role: "menuitem", tabindex: "-1", class: "menu-item", on: { click: press } },
    el("span", { text: item.label }), item.hint && el("span", { class: "menu-hint", text: item.hint }));
}

/** Opens a menu at `anchor`; `items`: [{label, hint, run}] and [{heading}]. Answers {close}. */
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
  menu.querySelector('[role="menuitem"]')?.focus();
  return { close };
}
