// The dialog in which settings become a preset, or a preset says something else.

import { api, endpoints } from "./api.js";
import { selectOf, withArrow } from "./choices.js";
import { openDialog } from "./dialog.js";
import { el } from "./dom.js";
import { askBoth } from "./preset-conflict.js";
import { valueText } from "./run-details.js";
import { t } from "./texts.js";

const COVERS = 8;

const firstOf = (reason) => Object.values(reason.fields ?? {})[0] ?? reason.message;

function labelled(label, control, id) {
  control.id = id;
  return el("div", null, el("label", { class: "label", for: id, text: label }), control);
}

/** Boxes to tick, one for each field; answers the names of those that are. */
function ticks(values, ticked, fields) {
  const labels = new Map(fields.map((field) => [field.name, field.label]));
  const boxes = Object.entries(values).map(([name, value]) => {
    const box = el("input", { type: "checkbox", value: name });
    box.checked = ticked.includes(name);
    const words = el("span", { class: "preset-tick" }, el("b", { text: labels.get(name) ?? name }), " ", el("span", { class: "soft", dir: "auto", text: valueText(value) }));
    return { box, node: el("label", { class: "pg-check" }, box, words) };
  });
  const node = el("fieldset", { class: "preset-ticks" }, el("legend", { class: "label", text: t("keep_preset.fields") }), boxes.map((one) => one.node));
  return { node, chosen: () => boxes.filter(({ box }) => box.checked).map(({ box }) => box.value) };
}

function coverChoice({ run_id: run, index, url, alt }, name) {
  const input = el("input", { type: "radio", name: "preset-cover", value: run ? `${run}/${index}` : "" });
  const face = url ? el("img", { src: url, alt: alt || t("keep_preset.picture"), loading: "lazy" }) : el("span", { text: name });
  return { input, node: el("label", { class: "preset-cover-choice" }, input, face) };
}

/** The newest pictures of that endpoint to choose the cover from, the given one first. */
async function covers(host, slug, given) {
  const mine = given ? [given] : [];
  try {
    const { runs } = await api.get(`/api/v1/runs?endpoint=${encodeURIComponent(slug)}&pictures=1&limit=${COVERS}`);
    for (const run of runs) {
      const image = run.images.find((one) => one.preview_url && !one.flagged);
      if (image && run.id !== given?.run_id) mine.push({ run_id: run.id, index: image.index, url: image.preview_url, alt: run.input.prompt });
    }
  } catch (reason) {
    console.error("no covers to choose from", reason);
  }
  const choices = [coverChoice({}, t("keep_preset.no_cover")), ...mine.map((one) => coverChoice(one))];
  choices[given ? 1 : 0].input.checked = true;
  host.replaceChildren(el("legend", { class: "label", text: t("keep_preset.cover") }), ...choices.map(({ node }) => node));
  host.hidden = mine.length === 0;
}

const coverOf = (host) => {
  const chosen = host.querySelector("input:checked")?.value;
  if (!chosen) return null;
  const [run, index] = chosen.split("/");
  return { run_id: run, index: Number(index) };
};

async function put(preset, version, body) {
  return api.put(`/api/v1/presets/${encodeURIComponent(preset)}`, body, { headers: { "If-Match": `"${version}"` } });
}

/** Writes over a version where nobody has changed it since; asks with both shown where somebody has. */
export async function putOrAsk(preset, version, body) {
  try {
    return await put(preset, version, body);
  } catch (reason) {
    if (reason.problem?.code !== "preset_changed") throw reason;
    const over = await askBoth(t("keep_preset.changed_title"), t("keep_preset.changed"), reason.problem);
    return over ? putOrAsk(preset, reason.problem.current.version, body) : null;
  }
}

/** A new one; where the name is used, the question whether that one is to say this. */
async function postOrAsk(body) {
  try {
    return await api.post("/api/v1/presets", body);
  } catch (reason) {
    const { code, current } = reason.problem ?? {};
    if (code !== "name_taken" || !current) throw reason;
    const over = await askBoth(t("keep_preset.taken_title"), t("keep_preset.taken", { name: body.name }), reason.problem);
    const { endpoint_id: _, visibility: __, ...whole } = body;
    return over ? putOrAsk(current.id, current.version, whole) : null;
  }
}

const tagsOf = (text) => text.split(",").map((tag) => tag.trim()).filter(Boolean);

/**
 * Opens the dialog. `values` are all that may go in, `ticked` the names of those that do at first;
 * `cover` is {run_id, index, url}. With `preset` that one is changed instead of a new one made.
 * `onSaved(preset)` is told what was written.
 */
export async function openSave({ endpoint_id, slug, values, ticked, cover = null, preset = null }, onSaved) {
  const fields = (await endpoints()).find((one) => one.slug === slug)?.fields ?? [];
  const input = (value, most) => el("input", { class: "in", type: "text", dir: "auto", maxlength: most, autocomplete: "off", value });
  const name = input(preset?.name ?? "", "80");
  name.autofocus = true;
  const description = input(preset?.description ?? "", "300");
  const tags = input((preset?.tags ?? []).join(", "), "330");
  const who = selectOf([["", t("keep_preset.as_usual")], ["private", t("keep_preset.private")], ["team", t("keep_preset.team")]], "");
  const choice = ticks(values, ticked, fields);
  const pictures = el("fieldset", { class: "preset-covers", hidden: true });
  covers(pictures, slug, cover);
  const error = el("p", { class: "pg-error", role: "alert" });
  const save = async (close) => {
    error.textContent = "";
    const chosen = Object.fromEntries(choice.chosen().map((field) => [field, values[field]]));
    const body = { name: name.value, description: description.value, tags: tagsOf(tags.value), cover: coverOf(pictures), values: chosen };
    try {
      const kept = preset
        ? await putOrAsk(preset.id, preset.version, body)
        : await postOrAsk({ ...body, endpoint_id, visibility: who.value || null });
      if (!kept) return;
      close();
      onSaved(kept);
    } catch (reason) {
      error.textContent = firstOf(reason);
      name.focus();
    }
  };
  const dialog = openDialog({
    title: preset ? t("keep_preset.edit_title") : t("keep_preset.title"),
    body: [
      labelled(t("keep_preset.name"), name, "preset-name"),
      labelled(t("keep_preset.description"), description, "preset-description"),
      labelled(t("keep_preset.tags_hint"), tags, "preset-tags"),
      !preset && el("div", null, el("label", { class: "label", for: "preset-who", text: t("keep_preset.who") }), withArrow(Object.assign(who, { id: "preset-who" }))),
      choice.node,
      pictures,
      error,
    ],
    actions: [{ label: t("action.cancel") }, { label: t("keep_preset.save"), kind: "main", close: false, run: save }],
  });
  for (const field of [name, description, tags]) {
    field.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.isComposing) return;
      event.preventDefault();
      dialog.element.querySelector(".btn.main").click();
    });
  }
  return dialog;
}
