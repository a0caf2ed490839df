// Hide prices and logs, for showing the screen to others. What is private is marked data-private:
// first-paint.html takes it out of sight and out of the screen reader's tree by one attribute of
// the page, which it sets before anything is drawn.

import { el } from "./dom.js";
import { onMounted } from "./form-page.js";
import { onRemembered, remember } from "./remembered.js";
import { t } from "./texts.js";

const STORED = "discreet"; // first-paint.html reads it, too
const AMOUNT = /(\$\s?\d(?:[\d.,]*\d)?|\d(?:[\d.,]*\d)?\s?\$)/; // "$0.06", "0,06 $"
const BEFORE_PRICE = " · "; // "Run · $0.06"

/** The whole labels of run buttons, by the text nodes that are shortened meanwhile. */
const whole = new WeakMap();

/** True while prices and logs are hidden. */
export const isDiscreet = () => document.documentElement.hasAttribute("data-discreet");

/** A server's sentence as nodes, its amounts of money private. */
export function sentence(text) {
  return String(text ?? "").split(AMOUNT).map((part, index) =>
    index % 2 === 0 ? part : el("span", { dataset: { standIn: t("discreet.amount") } }, el("span", { dataset: { private: "" }, text: part })));
}

/** The same for what is only said. */
export const spokenSentence = (text) =>
  isDiscreet() ? String(text ?? "").split(AMOUNT).map((part, index) => (index % 2 ? t("discreet.amount") : part)).join("") : String(text ?? "");

function textsOf(button) {
  const walker = document.createTreeWalker(button, NodeFilter.SHOW_TEXT);
  const found = [];
  while (walker.nextNode()) found.push(walker.currentNode);
  return found;
}

/** Gradio writes the price into the button's label: only here can it be taken out again. */
function settle(button) {
  for (const node of textsOf(button)) {
    if (!isDiscreet() && whole.has(node)) {
      node.data = whole.get(node);
      whole.delete(node);
    }
    const at = isDiscreet() ? node.data.indexOf(BEFORE_PRICE) : -1;
    if (at < 0) continue;
    whole.set(node, node.data);
    node.data = node.data.slice(0, at);
  }
  button.dataset.settled = "";
}

const runButtons = () => document.querySelectorAll(".pg-run");

function apply(on) {
  document.documentElement.toggleAttribute("data-discreet", on);
  runButtons().forEach(settle);
  window.dispatchEvent(new CustomEvent("playground:discreet"));
}

/** Hides or shows, and remembers it for this browser. */
export function setDiscreet(on) {
  remember(STORED, on ? "on" : "off");
  apply(on);
}

/** Looks after run buttons, and after what other tabs choose, from now on. */
export function keepDiscreet() {
  const known = new WeakSet();
  // a mutation is heard before the next frame is drawn
  const changes = new MutationObserver((list) => {
    for (const { target } of list) {
      const button = (target instanceof Element ? target : target.parentElement)?.closest(".pg-run");
      if (button) settle(button);
    }
  });
  onMounted(() => {
    for (const button of runButtons()) {
      if (known.has(button)) continue;
      known.add(button);
      changes.observe(button, { childList: true, characterData: true, subtree: true });
      settle(button);
    }
  });
  onRemembered(STORED, (value) => apply(value === "on"));
}
