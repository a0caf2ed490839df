// The painter's elements.

import { el } from "./dom.js";
import { icon } from "./icons.js";
import { FEATHER_STEP, MAX_FEATHER } from "./painter-feather.js";
import { t } from "./texts.js";
import { ACCEPT } from "./uploads.js";

let serial = 0;

const button = (text, click, props = {}) => el("button", { type: "button", class: "btn small", text, on: { click }, ...props });

function toolPart(on) {
  const tool = (name, text) =>
    el("button", { type: "button", text, "aria-pressed": String(name === "brush"), dataset: { tool: name }, on: { click: () => on.tool(name) } });
  const brush = tool("brush", t("paint.brush"));
  const eraser = tool("eraser", t("paint.eraser"));
  const hand = tool("hand", t("paint.hand"));
  hand.title = t("paint.hand_title");
  const root = el("div", { class: "seg pt-tools", role: "group", "aria-label": t("paint.tool") }, brush, eraser, hand);
  return { root, brush, eraser, hand };
}

function sizePart(on) {
  const slider = el("input", { type: "range", min: "0", max: "100", step: "1", class: "pt-slider", on: { input: () => on.slider(Number(slider.value)), blur: on.sliderLeft } });
  const number = el("output", { class: "pt-number" });
  const root = el("label", { class: "pt-size", title: t("paint.size_title") }, el("span", { class: "pt-word", text: t("paint.size") }), slider, number);
  return { root, slider, number };
}

function featherPart(on) {
  const slider = el("input", {
    type: "range", min: "0", max: String(MAX_FEATHER), step: String(FEATHER_STEP), value: "0", class: "pt-slider",
    on: { input: () => on.feather(Number(slider.value)), change: on.featherChosen },
  });
  const number = el("output", { class: "pt-number" });
  const root = el("label", { class: "pt-feather", title: t("paint.feather_title") },
    el("span", { class: "pt-word", text: t("paint.feather") }), slider, number);
  return { root, slider, number };
}

function viewPart(on) {
  const press = (direction, label, name) =>
    el("button", { type: "button", class: "btn small pt-zoom-button", "aria-label": label, title: label, on: { click: () => on.zoom(direction) } }, icon(name));
  const percent = el("span", { class: "pt-percent" });
  const root = el("div", { class: "pt-zoom", role: "group", "aria-label": t("viewer.zoom") },
    press(-1, t("viewer.out"), "minus"), percent, press(1, t("viewer.in"), "plus"), press(0, t("viewer.fit"), "minimize"));
  const larger = button(t("paint.larger"), on.larger);
  return { root: el("div", { class: "pt-view" }, root, larger), percent, larger };
}

function actionPart(on) {
  const undo = button(t("action.undo"), on.undo, { "aria-disabled": "true", "aria-keyshortcuts": "Control+Z Meta+Z", title: "Ctrl+Z" });
  const redo = button(t("paint.redo"), on.redo, { "aria-disabled": "true", "aria-keyshortcuts": "Control+Shift+Z Control+Y Meta+Shift+Z", title: "Ctrl+Shift+Z" });
  const clear = button(t("paint.clear"), on.clear);
  const invert = button(t("paint.invert"), on.invert);
  const all = button(t("paint.fill"), on.fillAll);
  const upload = button(t("paint.upload"), on.upload, { "aria-label": t("paint.upload_mask"), title: t("paint.upload_title") });
  const root = el("div", { class: "pt-actions" }, undo, redo, clear, invert, all, upload);
  return { root, undo, redo };
}

function framePart(id) {
  const image = el("img", { class: "pt-source", alt: "", draggable: "false", decoding: "async" });
  const canvas = el("canvas", {
    class: "pt-canvas",
    tabindex: "0",
    role: "application",
    "aria-label": t("paint.area"),
    "aria-describedby": `${id}-keys ${id}-state`,
  });
  const ring = el("div", { class: "pt-ring", hidden: true, "aria-hidden": "true" });
  const root = el("div", { class: "pt-frame" }, image, canvas, ring);
  return { root, image, canvas, ring };
}

/** `on`: tool(name), slider(value), sliderLeft, feather(value), featherChosen, zoom(direction), undo, redo, clear, invert, fillAll, upload, larger. */
export function buildPainter({ label, labelledBy }, on) {
  const id = `pt-${++serial}`;
  const tools = toolPart(on);
  const size = sizePart(on);
  const feather = featherPart(on);
  const view = viewPart(on);
  const actions = actionPart(on);
  const frame = framePart(id);
  const state = el("span", { class: "pt-state", id: `${id}-state`, role: "status" });
  const keys = el("span", { class: "pt-keys", id: `${id}-keys`, text: t("paint.keys") });
  const error = el("p", { class: "pt-error", id: `${id}-error`, role: "alert" });
  const work = el("div", { class: "pt-work", hidden: true },
    el("div", { class: "pt-bar" },
      el("div", { class: "pt-line" }, tools.root, size.root),
      actions.root,
      el("div", { class: "pt-line" }, feather.root, view.root)),
    el("div", { class: "pt-space" }, frame.root),
    el("div", { class: "pt-foot" }, state, keys),
    error);
  const none = el("p", { class: "pt-none", text: t("paint.no_picture") });
  const file = el("input", { type: "file", accept: ACCEPT, hidden: true, tabindex: "-1", class: "pt-file", "aria-hidden": "true" });
  const dialog = el("dialog", { class: "pg pt-dialog", "aria-label": label });
  const heading = labelledBy ? null : el("span", { class: "label", id: `${id}-label`, text: label });
  const root = el("div", {
    class: "pg painter",
    role: "group",
    "aria-labelledby": labelledBy ?? `${id}-label`,
    "aria-describedby": `${id}-error`,
  }, heading, none, work, file, dialog);
  return { root, none, work, tools, size, feather, view, actions, frame, state, error, file, dialog };
}
