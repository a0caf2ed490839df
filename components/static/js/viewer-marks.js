// Star, title, note and tags of the picture that the viewer shows.

import { announce, toast } from "./announce.js";
import { openDialog } from "./dialog.js";
import { el, fill, refill, whileBusy } from "./dom.js";
import { icon } from "./icons.js";
import { again, mark, marksOf, retag } from "./marks.js";
import { tagField } from "./tag-field.js";
import { t } from "./texts.js";

const complain = (reason) => toast(Object.values(reason.fields ?? {})[0] ?? reason.message, { bad: true });
const mayWrite = (run) => run.may_change ?? run.mine !== false;

/** Where the gallery shows all pictures with this tag. */
const tagAddress = (name) => `/gallery?q=${encodeURIComponent(`tag:"${name.replaceAll('"', " ")}"`)}`;

/** Stars a picture, or takes this person's star away. */
export async function toggleStar(run, image) {
  const starred = !marksOf(image).starred;
  try {
    await mark(run, image, { starred });
    announce(starred ? t("marks.is_starred") : t("marks.not_starred"));
  } catch (reason) {
    complain(reason);
  }
}

function starButton(run, image) {
  const { starred, stars } = marksOf(image);
  const others = stars - (starred ? 1 : 0);
  return el("button", {
    type: "button", class: "btn", "aria-pressed": String(starred), dataset: { action: "star" },
    title: others > 0 ? t("marks.stars", { count: others }) : "",
    on: { click: ({ currentTarget: button }) => whileBusy(button, () => toggleStar(run, image)) },
  }, icon(starred ? "star-full" : "star"), t("marks.star"));
}

function tagChip(run, image, name) {
  const gone = ({ currentTarget: button }) => whileBusy(button, () => retag(run, image, [], [name]).catch(complain));
  return el("li", { class: "tag" },
    el("a", { href: tagAddress(name), dir: "auto", text: name }),
    mayWrite(run) && el("button", { type: "button", class: "tag-remove", "aria-label": t("marks.remove_tag", { name }), text: "×", dataset: { action: `untag-${name}` }, on: { click: gone } }));
}

/** What somebody else wrote while this person was writing, and both ways on. */
function conflict(host, marks) {
  fill(host,
    el("p", { text: t("marks.changed") }),
    el("dl", { class: "marks-theirs" },
      el("dt", { text: t("marks.title") }), el("dd", { dir: "auto", text: marks.title || "–" }),
      el("dt", { text: t("marks.note") }), el("dd", { dir: "auto", text: marks.note || "–" })));
}

/** Title and note in a dialog. What is typed there stays until it is saved or given up. */
function write(run, image) {
  const marks = marksOf(image);
  let seen = marks.version;
  const title = el("input", { class: "in", id: "marks-title", type: "text", dir: "auto", maxlength: "200", autocomplete: "off", autofocus: true });
  const note = el("textarea", { class: "in", id: "marks-note", dir: "auto", rows: "6", maxlength: "10000" });
  const said = el("div", { class: "pg-error", role: "alert" });
  [title.value, note.value] = [marks.title, marks.note];
  const save = async (close) => {
    fill(said);
    try {
      await mark(run, image, { title: title.value, note: note.value }, seen);
      close();
      announce(t("marks.saved"));
    } catch (reason) {
      if (reason.status !== 412) return void fill(said, Object.values(reason.fields ?? {})[0] ?? reason.message);
      const theirs = marksOf((await again(run, image))[1]);
      seen = theirs.version;
      conflict(said, theirs);
    }
    return undefined;
  };
  const field = (label, node) => el("div", null, el("label", { class: "label", for: node.id, text: label }), node);
  const dialog = openDialog({
    title: t("marks.write"),
    body: [field(t("marks.title"), title), field(t("marks.note"), note), said],
    actions: [{ label: t("action.cancel") }, { label: t("marks.save"), kind: "main", close: false, run: save }],
  });
  dialog.element.addEventListener("keydown", (event) => {
    const enter = event.key === "Enter" && !event.isComposing;
    if (!enter || !(event.target === title || (event.target === note && (event.ctrlKey || event.metaKey)))) return;
    event.preventDefault();
    dialog.element.querySelector(".btn.main").click();
  });
}

export class MarksPart {
  node = el("section", { class: "viewer-marks", "aria-label": t("marks.label") });
  #top = el("div");
  #tags = el("ul", { class: "tags", role: "list" });
  #field = el("div");
  #shown = null;

  constructor() {
    this.node.append(this.#top, this.#tags, this.#field);
  }

  /** Shows what is on this picture; `fallback` has the focus where its control has gone. */
  show(run, image, fallback) {
    this.#shown = { run, image };
    const marks = marksOf(image);
    const may = mayWrite(run);
    refill(this.#top, [run.id, image.index, marks, may], () => [
      marks.title && el("h3", { class: "marks-title", dir: "auto", text: marks.title }),
      marks.note && el("p", { class: "marks-note", dir: "auto", text: marks.note }),
      el("div", { class: "row" }, starButton(run, image),
        may && el("button", { type: "button", class: "btn", text: t("marks.write"), dataset: { action: "write" }, on: { click: () => write(run, image) } })),
    ], fallback);
    refill(this.#tags, [run.id, image.index, marks.tags, may], () => marks.tags.map((name) => tagChip(run, image, name)), fallback);
    // the text box stays what it is: somebody may be typing in it
    refill(this.#field, may, () => may && tagField((names) => this.#add(names)));
  }

  async #add(names) {
    const { run, image } = this.#shown;
    try {
      await retag(run, image, names);
    } catch (reason) {
      complain(reason);
    }
  }
}
