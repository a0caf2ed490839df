// Where the nine tabs do not fit, a list of the endpoints takes their place.

import { el } from "./dom.js";
import { allForms } from "./form-data.js";
import { icon } from "./icons.js";
import { t } from "./texts.js";

/** Builds it into `host`; `onChoose(slug)`. Answers a way to tell it which one is open. */
export function mountPicker(host, onChoose) {
  const options = allForms().map(({ slug, label }) => el("option", { value: slug, text: label }));
  const select = el("select", { class: "in", id: "endpoint-select", on: { change: () => onChoose(select.value) } }, options);
  host.replaceChildren(
    el("label", { class: "label", for: "endpoint-select", text: t("endpoint.label") }),
    el("div", { class: "pick" }, select, icon("chevron-down")),
  );
  return (slug) => (select.value = slug);
}
