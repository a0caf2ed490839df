// A text box for tags, with those that are used already to choose from.

import { el, fill } from "./dom.js";
import { tagsLike } from "./marks.js";
import { t } from "./texts.js";

const PAUSE_MS = 120;
const LONGEST = 60;
let numbered = 0;

/** What somebody typed as tags: a comma parts them. */
export const tagsOf = (text) => text.split(",").map((one) => one.trim()).filter(Boolean);

/** `onAdd(names)` after Enter, a comma or a choice; it may answer a promise. */
export function tagField(onAdd) {
  const id = `tags-${++numbered}`;
  const list = el("datalist", { id });
  let asking = null;
  let timer = null;
  const offer = async () => {
    asking?.abort();
    asking = new AbortController();
    try {
      const found = await tagsLike(box.value.trim(), { signal: asking.signal });
      fill(list, found.map(({ name }) => el("option", { value: name })));
    } catch (error) {
      if (error.name !== "AbortError") console.error(error); // one can type them all the same
    }
  };
  const add = () => {
    const names = tagsOf(box.value);
    if (!names.length) return;
    box.value = "";
    onAdd(names);
  };
  const typed = (event) => {
    // a choice of the list comes as a whole, without a kind of typing
    if (event.inputType === "insertReplacementText" || !event.inputType) add();
    else if (box.value.endsWith(",")) add();
    else {
      clearTimeout(timer);
      timer = setTimeout(offer, PAUSE_MS);
    }
  };
  const keyed = (event) => {
    if (event.key !== "Enter" || event.isComposing) return;
    event.preventDefault();
    add();
  };
  const box = el("input", {
    class: "in tag-in", type: "text", dir: "auto", list: id, maxlength: String(LONGEST), autocomplete: "off",
    placeholder: t("marks.add_tag"), "aria-label": t("marks.add_tag"), dataset: { action: "add-tag" },
    on: { input: typed, keydown: keyed, focus: offer },
  });
  return el("span", { class: "tag-field" }, box, list);
}
