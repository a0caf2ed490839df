// What can be done with all chosen pictures at once: star, tag, compare, ZIP, delete.

import { announce, toast } from "./announce.js";
import { api } from "./api.js";
import { MOST, compare } from "./compare.js";
import { confirm, openDialog } from "./dialog.js";
import { el, refill, whileBusy } from "./dom.js";
import { markMany, marksOf } from "./marks.js";
import { runs } from "./runs.js";
import { tagField } from "./tag-field.js";
import { t } from "./texts.js";
import { openZip } from "./zip-dialog.js";

/** The server takes no more in one request. */
const AT_ONCE = 200;

const complain = (reason) => toast(Object.values(reason.fields ?? {})[0] ?? reason.message, { bad: true });

function* parts(list) {
  for (let at = 0; at < list.length; at += AT_ONCE) yield list.slice(at, at + AT_ONCE);
}

/** One sentence on those that stay as they are: how many, and why the first of them does. */
function tellLeft(left) {
  if (left.length) toast(t("select.left", { count: left.length, why: left[0].message }), { bad: true });
}

/** The same change on all of them; answers those that were not changed. */
async function change(items, changes) {
  const left = [];
  for (const some of parts(items)) left.push(...(await markMany(some, changes)).left);
  return left;
}

/** What the page shows of these pictures follows what the server has done. */
function retell(items, left, redrawn) {
  const stayed = new Set(left.map(({ run_id, index }) => `${run_id}/${index}`));
  const changed = new Set(items.map(({ run, image }) => `${run.id}/${image.index}`).filter((key) => !stayed.has(key)));
  for (const run of new Map(items.map((item) => [item.run.id, item.run])).values()) {
    const images = run.images.map((image) => (changed.has(`${run.id}/${image.index}`) ? { ...image, marks: redrawn(marksOf(image)) } : image));
    runs.put({ ...run, images });
  }
}

async function star(items) {
  const starred = !items.every(({ image }) => marksOf(image).starred);
  const left = await change(items, { starred });
  retell(items, left, (marks) => ({ ...marks, starred, stars: Math.max(0, marks.stars + Number(starred) - Number(marks.starred)) }));
  announce(starred ? t("select.starred") : t("select.unstarred"));
  tellLeft(left);
}

/** Adds tags to all, or takes away one that some of them have. */
function openTags(items) {
  const apply = async (changes, redrawn) => {
    try {
      const left = await change(items, changes);
      retell(items, left, redrawn);
      tellLeft(left);
      announce(t("marks.saved"));
      dialog.close();
    } catch (reason) {
      complain(reason);
    }
  };
  const add = (names) => apply({ add_tags: names }, (marks) => ({ ...marks, tags: [...new Set([...marks.tags, ...names])] }));
  const remove = (name) => apply({ remove_tags: [name] }, (marks) => ({ ...marks, tags: marks.tags.filter((one) => one !== name) }));
  const there = [...new Set(items.flatMap(({ image }) => marksOf(image).tags))];
  const dialog = openDialog({
    title: t("select.tag_title", { count: items.length }),
    body: [
      tagField(add),
      there.length > 0 && el("p", { class: "help", text: t("select.tags_there") }),
      el("ul", { class: "tags", role: "list" }, there.map((name) =>
        el("li", { class: "tag" }, el("span", { dir: "auto", text: name }),
          el("button", { type: "button", class: "tag-remove", "aria-label": t("marks.remove_tag", { name }), text: "×", on: { click: () => remove(name) } })))),
    ],
  });
  dialog.element.querySelector("input").focus();
}

async function restore(ids) {
  for (const some of parts(ids)) await api.post("/api/v1/runs/restore", { run_ids: some });
  for (const id of ids) runs.put(await api.get(`/api/v1/runs/${encodeURIComponent(id)}`));
  announce(t("select.restored", { count: ids.length }));
}

/** Whole runs go: where that takes pictures along that nobody chose, it is asked first. */
async function remove(items) {
  const whole = [...new Map(items.map(({ run }) => [run.id, run])).values()];
  const pictures = whole.reduce((sum, run) => sum + run.images.length, 0);
  if (pictures > items.length) {
    const text = t("select.delete_more", { all: pictures, chosen: items.length });
    if (!(await confirm({ title: t("select.delete_title"), text, yes: t("action.delete"), danger: true }))) return;
  }
  const left = [];
  const gone = [];
  for (const some of parts(whole.map(({ id }) => id))) {
    const answer = await api.post("/api/v1/runs/delete", { run_ids: some });
    left.push(...answer.left);
    gone.push(...answer.run_ids);
  }
  for (const id of gone) runs.remove(id);
  // somebody was quicker: it is gone all the same
  for (const { run_id: id, code } of left) if (code === "already_deleted" || code === "not_found") runs.remove(id);
  if (gone.length) {
    toast(t("select.deleted", { count: gone.length }), { action: { label: t("action.undo"), run: () => restore(gone).catch(complain) } });
  }
  tellLeft(left);
}

export class SelectionBar {
  #chosen;
  #clear;
  node = el("div", { class: "selection-bar", role: "group", "aria-label": t("select.label"), hidden: true });

  /** @param selection {chosen(): the chosen pictures, clear()} */
  constructor({ chosen, clear }) {
    this.#chosen = chosen;
    this.#clear = clear;
  }

  /** Shows what can be done with these. */
  show(items) {
    this.node.hidden = items.length === 0;
    const allStarred = items.every(({ image }) => marksOf(image).starred);
    const mayCompare = items.length >= 2 && items.length <= MOST;
    refill(this.node, [items.length, allStarred], () => [
      el("strong", { text: t("select.count", { count: items.length }) }),
      this.#act("star", allStarred ? t("select.unstar") : t("marks.star"), (all) => star(all)),
      this.#act("tag", t("select.tag"), (all) => openTags(all)),
      mayCompare && this.#act("compare", t("view.compare"), (all) => compare(all)),
      this.#act("zip", t("select.zip"), (all) => openZip(all.map(({ run, image }) => ({ run_id: run.id, index: image.index })))),
      this.#act("delete", t("action.delete"), (all) => remove(all)),
      el("span", { class: "spacer" }),
      el("button", { type: "button", class: "btn", text: t("select.clear"), dataset: { action: "clear-selection" }, on: { click: () => this.#clear() } }),
    ]);
  }

  #act(name, label, work) {
    const press = ({ currentTarget: button }) => whileBusy(button, () => Promise.resolve(work(this.#chosen())).catch(complain));
    return el("button", { type: "button", class: "btn", text: label, dataset: { action: `selected-${name}` }, on: { click: press } });
  }
}
