// How much is kept here: one's own, and for admins everybody's; and where room could be made.

import { announce } from "./announce.js";
import { api } from "./api.js";
import { openBin } from "./bin-dialog.js";
import { segments } from "./choices.js";
import { openDialog } from "./dialog.js";
import { el, fill } from "./dom.js";
import { bytes } from "./format.js";
import { errorNote, waitLine } from "./state-notes.js";
import { number, t } from "./texts.js";
import { monthName } from "./usage-words.js";

const BYS = ["month", "endpoint", "person"];

const size = (group) => group.bytes + group.upload_bytes;

/** "12 · 3.4 MB" */
const amount = (count, much) => (count ? t("storage.amount", { count, size: bytes(much) }) : "–");

function groupName(by, { key, name }) {
  if (by === "month") return monthName(key);
  return name || key || t("storage.uploads");
}

/** What is more than nothing can be seen. */
const bar = (part, most) => el("span", { class: "storage-track", "aria-hidden": "true" },
  part > 0 && el("span", { class: "storage-bar", style: { "--part": `${Math.max(1, (part / most) * 100)}%` } }));

class StorageDialog {
  #by = "month";
  #everyone = false;
  #bys = this.#byWhat();
  #who;
  #body = el("div", { class: "storage-body", "aria-busy": "true" });
  #waiting = null;

  constructor() {
    const people = [["mine", t("storage.mine")], ["everyone", t("storage.everyone")]];
    this.#who = segments(t("storage.whose"), "storage-who", people, "mine", (who) => this.#change({ everyone: who === "everyone" }));
    this.#who.node.hidden = true;
  }

  open() {
    openDialog({
      title: t("storage.title"),
      body: [el("div", { class: "storage-choices" }, this.#bys.node, this.#who.node), this.#body],
      actions: [{ label: t("action.close") }],
      onClose: () => this.#waiting?.abort(),
      wide: true,
    });
    this.#load();
    this.#offerEveryone();
  }

  /** There is one person in what is one's own. */
  #byWhat() {
    const bys = BYS.filter((by) => by !== "person" || this.#everyone).map((by) => [by, t(`storage.by.${by}`)]);
    return segments(t("storage.by_what"), "storage-by", bys, this.#by, (by) => this.#change({ by }));
  }

  async #offerEveryone() {
    try {
      const { person } = await api.get("/api/v1/me");
      this.#who.node.hidden = person.role !== "admin";
    } catch (error) {
      console.error(error); // one's own is there all the same
    }
  }

  async #change({ by = this.#by, everyone = this.#everyone }) {
    const other = everyone !== this.#everyone;
    this.#everyone = everyone;
    this.#by = by === "person" && !everyone ? "month" : by;
    if (other) {
      const { node } = this.#bys;
      this.#bys = this.#byWhat();
      node.replaceWith(this.#bys.node);
    }
    await this.#load();
  }

  async #load() {
    this.#waiting?.abort();
    const waiting = (this.#waiting = new AbortController());
    if (!this.#body.childElementCount) fill(this.#body, waitLine(t("storage.loading")));
    try {
      const query = `by=${this.#by}${this.#everyone ? "&everyone=true" : ""}`;
      const found = await api.get(`/api/v1/storage?${query}`, { signal: waiting.signal });
      this.#draw(found);
    } catch (error) {
      if (error.name === "AbortError") return;
      console.error(error);
      fill(this.#body, errorNote(t("storage.not_loaded"), error, () => this.#load()));
    }
    this.#body.removeAttribute("aria-busy");
  }

  #draw({ by, everyone, groups, total, keep_days: days }) {
    const made = t("storage.made", { pictures: t("count.pictures", { count: total.pictures }), size: bytes(total.bytes) });
    const brought = t("storage.brought", { count: total.uploads, size: bytes(total.upload_bytes) });
    const said = total.uploads ? `${made}; ${brought}` : made;
    const shown = groups.filter((group) => group.pictures + group.uploads > 0);
    fill(
      this.#body,
      el("p", { class: "storage-whole", text: said }),
      days === null ? null : el("p", { text: t("storage.keep", { count: days }) }),
      this.#room(everyone, total),
      shown.length ? this.#table(by, shown, total) : el("p", { class: "soft", text: t("storage.none") }),
      el("p", { class: "soft", text: t("storage.previews") }),
    );
    announce(said);
  }

  #table(by, groups, total) {
    const most = Math.max(1, ...groups.map(size));
    const caption = t("storage.by_what");
    const cells = [
      ["pictures", (group) => number(group.pictures)],
      ["size", (group) => bytes(group.bytes)],
      total.uploads > 0 && ["uploads", (group) => amount(group.uploads, group.upload_bytes)],
    ].filter(Boolean);
    const row = (head, group) => el("tr", null, el("th", { scope: "row" }, head), cells.map(([, text]) => el("td", { text: text(group) })));
    const named = (group) => [el("bdi", { text: groupName(by, group) }), bar(size(group), most)];
    const heads = [t(`storage.by.${by}`), ...cells.map(([name]) => t(`storage.${name}`))];
    return el("div", { class: "usage-scroll", role: "region", tabindex: "0", "aria-label": caption },
      el("table", { class: "usage-table storage-table" },
        el("thead", null, el("tr", null, heads.map((head) => el("th", { scope: "col", text: head })))),
        el("tbody", null, groups.map((group) => row(named(group), group))),
        el("tfoot", null, row(t("storage.total"), total))));
  }

  /** Where some could be had: what is deleted is one's own to empty. */
  #room(everyone, { deleted_pictures: count, deleted_bytes: much }) {
    if (!count) return null;
    const text = t("storage.room", { count, size: bytes(much) });
    const open = el("button", { type: "button", class: "btn", text: t("storage.to_bin"), on: { click: openBin } });
    return el("div", { class: "storage-room" }, el("p", { text }), everyone ? null : open);
  }
}

/** Opens the sums of what is kept. */
export function openStorage() {
  new StorageDialog().open();
}
