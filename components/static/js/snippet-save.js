// A text becomes a snippet, or a snippet says something else. Nothing is written over unasked.

import { api } from "./api.js";
import { openDialog } from "./dialog.js";
import { el } from "./dom.js";
import { askBoth } from "./preset-conflict.js";
import { t } from "./texts.js";

const path = (id) => `/api/v1/snippets/${encodeURIComponent(id)}`;
/** As the question about two presets takes a side. */
const side = ({ name, text }) => ({ title: name, description: "", tags: [], values: { [t("snippets.text")]: text } });
const sides = ({ current, yours }) => ({ current: side(current), yours: side(yours) });

const put = (id, version, { name, text }) => api.put(path(id), { name, text }, { headers: { "If-Match": `"${version}"` } });

/** Writes what somebody wants; where it was changed meanwhile they are asked. Null: they kept what is there. */
async function putOrAsk(id, version, said) {
  try {
    return await put(id, version, said);
  } catch (reason) {
    if (reason.problem?.code !== "snippet_changed") throw reason;
    const { current } = reason.problem;
    const over = await askBoth(t("snippets.changed_title"), t("snippets.changed"), sides(reason.problem));
    return over ? putOrAsk(id, current.version, said) : null;
  }
}

/** Keeps {name, text, visibility}; a name that one has already is a question. Null: nothing was written. */
export async function keepSnippet(wanted) {
  try {
    return await api.post("/api/v1/snippets", wanted);
  } catch (reason) {
    const { code, current } = reason.problem ?? {};
    if (code !== "name_taken" || !current) throw reason;
    const over = await askBoth(t("snippets.taken_title"), t("snippets.taken", { name: current.name }), sides(reason.problem));
    return over ? putOrAsk(current.id, current.version, wanted) : null;
  }
}

/** Asks for another name and text; `done(snippet)` where it was changed. */
export function editSnippet(snippet, done) {
  const name = el("input", { class: "in", id: "snippet-name", maxlength: "80", dir: "auto", autofocus: true, value: snippet.name });
  const text = el("textarea", { class: "in pg-paste", id: "snippet-text", rows: "8", dir: "auto" });
  text.value = snippet.text;
  const error = el("p", { class: "pg-error", role: "alert" });
  const save = async (close) => {
    error.textContent = "";
    try {
      const changed = await putOrAsk(snippet.id, snippet.version, { name: name.value, text: text.value });
      if (!changed) return;
      close();
      done(changed);
    } catch (reason) {
      error.textContent = Object.values(reason.fields ?? {})[0] ?? reason.message;
    }
  };
  openDialog({
    title: t("snippets.edit_title"),
    body: [
      el("label", { class: "label", for: name.id, text: t("keep_preset.name") }), name,
      el("label", { class: "label", for: text.id, text: t("snippets.text") }), text,
      error,
    ],
    actions: [{ label: t("action.cancel") }, { label: t("snippets.save"), kind: "main", close: false, run: save }],
  });
}
