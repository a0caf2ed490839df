// What a run is for: one line below the run button, the same in every form, kept by the browser.

import { api } from "./api.js";
import { el } from "./dom.js";
import { recall, remember } from "./remembered.js";
import { t } from "./texts.js";

const KEPT = "project";
const LONGEST = 60;
const NAMES = "project-names";

const boxes = () => document.querySelectorAll(".pg-project input");

/** As the forms hold it; "" for none. */
export const chosenProject = () => boxes()[0]?.value.trim() ?? "";

/** One list for the boxes of all forms. */
function names() {
  const known = document.getElementById(NAMES);
  if (known) return known;
  const made = el("datalist", { id: NAMES });
  document.body.append(made);
  return made;
}

/** The projects that one has used, as something to choose from: asked for when the box is entered. */
async function offer() {
  try {
    const { projects } = await api.get("/api/v1/projects");
    names().replaceChildren(...projects.map((value) => el("option", { value })));
  } catch (reason) {
    console.error(reason); // any name can be typed all the same
  }
}

function typed({ currentTarget: box }) {
  remember(KEPT, box.value);
  for (const other of boxes()) if (other !== box) other.value = box.value;
}

function line() {
  names();
  const box = el("input", {
    class: "in", type: "text", maxlength: LONGEST, dir: "auto", autocomplete: "off", list: NAMES, placeholder: t("form.no_project"),
    on: { input: typed, focus: offer },
  });
  box.value = boxes()[0]?.value ?? recall(KEPT) ?? "";
  return el("label", { class: "pg pg-project" }, el("span", { text: t("form.project") }), box);
}

/** Puts the line into every form that is in the page. */
export function mountProjects() {
  for (const row of document.querySelectorAll(".pg-form > .pg-run-row")) {
    if (!row.parentElement.querySelector(".pg-project")) row.after(line());
  }
}
