// Gradio's tab bar for those who use keys: one stop for Tab, the arrows go from tab to tab.

import { onMounted } from "./form-page.js";
import { t } from "./texts.js";

const LIST = '#endpoint-tabs [role="tablist"]';

const tabsOf = (list) => [...list.querySelectorAll('[role="tab"]')];

/** Only the open tab is a stop, and its panel has its name. */
function mark(list) {
  for (const tab of tabsOf(list)) {
    tab.tabIndex = tab.getAttribute("aria-selected") === "true" ? 0 : -1;
    document.getElementById(tab.getAttribute("aria-controls"))?.setAttribute("aria-labelledby", tab.id);
  }
}

function keyed(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
  const tabs = tabsOf(event.currentTarget);
  const at = tabs.indexOf(event.target.closest('[role="tab"]'));
  const next = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tabs.length - 1 }[event.key];
  if (at < 0 || next === undefined) return;
  event.preventDefault();
  const tab = tabs.at(next % tabs.length);
  tab.click();
  tab.focus();
}

/** Looks after the tab bar from now on. */
export function dressTabs() {
  let dressed = null;
  onMounted(() => {
    const list = document.querySelector(LIST);
    if (list && list === dressed) mark(list); // a panel may have come
    if (!list || list === dressed) return;
    dressed = list;
    list.setAttribute("aria-label", t("endpoint.tabs"));
    list.addEventListener("keydown", keyed);
    new MutationObserver(() => mark(list)).observe(list, { subtree: true, childList: true, attributeFilter: ["aria-selected"] });
    mark(list);
  });
}
