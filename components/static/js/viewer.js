// The viewer: one picture in the whole window, with everything about its run beside it.

import { actionsFor } from "./actions.js";
import { rememberFocus } from "./dialog.js";
import { isDiscreet } from "./discreet.js";
import { el, fill, refill } from "./dom.js";
import { icon } from "./icons.js";
import { isCovered, pictureElement } from "./picture.js";
import { detailsOf } from "./run-details.js";
import { altOf } from "./run-words.js";
import { runs } from "./runs.js";
import { shortcutOf } from "./shortcuts.js";
import { t } from "./texts.js";
import { viewerActions } from "./viewer-actions.js";
import { Kin } from "./viewer-kin.js";
import { MarksPart, toggleStar } from "./viewer-marks.js";
import { Zoom } from "./zoom.js";

const LOAD_MORE_BEFORE_END = 3;
const PAN_STEP = 80;

function control(name, label, run, glyph) {
  return el("button", { type: "button", class: "viewer-button", "aria-label": label, title: label, dataset: { viewer: name }, on: { click: run } },
    typeof glyph === "string" ? glyph : icon(glyph.icon));
}

class Viewer {
  #items;
  #index;
  #more;
  #onClose;
  #onShow;
  #loading = false;
  #exhausted;
  #original = null;
  #unsubscribe;
  #giveBack = rememberFocus();
  #frame = el("div", { class: "viewer-frame" });
  #counter = el("span", { class: "viewer-counter", "aria-live": "polite" });
  #percent = el("output", { class: "viewer-percent", "aria-label": t("viewer.zoom") });
  #actions = el("div");
  #details = el("div", { class: "viewer-details" });
  #marks = new MarksPart();
  #kin = new Kin((run, image) => this.#visit(run, image));
  #side = el("aside", { class: "viewer-side", "aria-label": t("viewer.about") }, this.#marks.node, this.#actions, this.#kin.node, this.#details);
  #zoom = new Zoom(this.#frame, {
    onChange: () => this.#showPercent(),
    onSwipe: (by) => this.#step(by),
  });
  #buttons = {
    before: control("before", t("viewer.before"), () => this.#step(-1), { icon: "chevron-left" }),
    after: control("after", t("viewer.after"), () => this.#step(1), { icon: "chevron-right" }),
  };
  #dialog;

  constructor(items, index, { more, onClose, onShow }) {
    this.#items = [...items];
    this.#index = Math.min(Math.max(0, index), items.length - 1);
    this.#more = more;
    this.#exhausted = !more;
    this.#onClose = onClose;
    this.#onShow = onShow;
    this.#dialog = this.#build();
  }

  #build() {
    const bar = el("div", { class: "viewer-bar" },
      this.#counter,
      el("span", { class: "spacer" }),
      control("out", t("viewer.out"), () => this.#zoom.zoomOut(), { icon: "minus" }),
      this.#percent,
      control("in", t("viewer.in"), () => this.#zoom.zoomIn(), { icon: "plus" }),
      control("fit", t("viewer.fit"), () => this.#zoom.reset(), { icon: "minimize" }),
      control("close", t("action.close"), () => this.close(), { icon: "x" }));
    const left = el("div", { class: "viewer-left" }, bar, this.#frame, this.#buttons.before, this.#buttons.after);
    return el("dialog", { class: "viewer pg", "aria-label": t("picture.label"), tabindex: "-1", on: { keydown: (event) => this.#key(event) } }, left, this.#side);
  }

  open() {
    this.#unsubscribe = runs.subscribe((event) => this.#heard(event));
    window.addEventListener("resize", this.#resized);
    this.#dialog.addEventListener("close", () => this.#closed());
    document.body.append(this.#dialog);
    this.#dialog.showModal();
    this.#show();
    this.#dialog.querySelector('[data-viewer="close"]').focus();
  }

  close = () => {
    if (this.#dialog.open) this.#dialog.close();
  };

  #closed() {
    this.#unsubscribe();
    this.#kin.stop();
    window.removeEventListener("resize", this.#resized);
    this.#original = null;
    this.#dialog.remove();
    this.#giveBack();
    this.#onClose?.();
  }

  #resized = () => this.#zoom.reset();

  get #item() {
    return this.#items[this.#index];
  }

  #step(by) {
    const to = this.#index + by;
    if (to < 0 || to >= this.#items.length) return;
    this.#index = to;
    this.#show();
  }

  #goTo(index) {
    if (index !== this.#index) this.#step(index - this.#index);
  }

  /** A picture that leads on from this one: among those that are here, or put in beside it. */
  #visit(run, image) {
    const among = () => this.#items.findIndex((item) => item.run.id === run.id && item.image.index === image.index);
    if (among() < 0) {
      const pictures = run.images.filter(({ url, missing }) => url && !missing);
      this.#items.splice(this.#index + 1, 0, ...pictures.map((one) => ({ run, image: one })));
    }
    this.#index = among();
    this.#show();
    this.#dialog.focus({ preventScroll: true });
  }

  #show() {
    const { run, image } = this.#item;
    this.#dialog.dataset.run = run.id;
    this.#dialog.dataset.image = image.index;
    this.#showPicture(run, image);
    this.#showAbout();
    this.#kin.show(run, image);
    this.#side.scrollTop = 0;
    this.#showPlace();
    this.#onShow?.(this.#item, this.#index);
    this.#loadMore();
    this.#warm();
  }

  #showPlace() {
    const end = this.#index === this.#items.length - 1;
    this.#buttons.before.disabled = this.#index === 0;
    this.#buttons.after.disabled = end;
    // a button that goes takes the focus along, and the keys with it
    const held = document.activeElement;
    if (held.disabled || !this.#dialog.contains(held)) this.#dialog.focus({ preventScroll: true });
    this.#counter.textContent = t("viewer.place", { index: this.#index + 1, all: `${this.#items.length}${this.#exhausted ? "" : "+"}` });
  }

  #showAbout() {
    const { run, image } = this.#item;
    const leave = () => this.close();
    refill(this.#actions, [run.id, image.index, run.state, run.mine, run.visibility, isDiscreet()], () => actionsFor(run, image, { where: "viewer", onLeave: leave, more: viewerActions(run, leave) }), this.#dialog);
    this.#marks.show(run, image, this.#dialog);
    refill(this.#details, [run, image], () => detailsOf(run, image), this.#dialog);
  }

  #showPicture(run, image) {
    this.#original = null;
    if (isCovered(run, image) || image.missing || !image.url) {
      fill(this.#frame, pictureElement(run, image, { onReveal: () => this.#showPicture(run, image) }));
      this.#zoom.attach(null);
      this.#percent.textContent = "";
      return;
    }
    const img = el("img", {
      class: "viewer-picture",
      alt: altOf(run),
      src: image.preview_url || image.url,
      width: image.width,
      height: image.height,
      draggable: false,
      style: { "--w": image.width ?? 1024, "--h": image.height ?? 1024 },
    });
    fill(this.#frame, img);
    this.#zoom.attach(img);
    img.addEventListener("load", () => this.#showPercent());
    if (image.preview_url) this.#loadOriginal(img, image.url);
  }

  /** The preview stands until the original can be drawn at once. */
  async #loadOriginal(img, address) {
    const original = new Image();
    this.#original = original;
    original.src = address;
    try {
      await original.decode();
    } catch {
      return; // the preview stays
    }
    if (this.#original === original) img.src = address;
  }

  #showPercent() {
    const img = this.#frame.querySelector(".viewer-picture");
    const width = Number(img?.getAttribute("width")) || img?.naturalWidth;
    if (!width || !img.clientWidth) return;
    this.#percent.textContent = `${Math.round((100 * img.clientWidth * this.#zoom.scale) / width)} %`;
  }

  /** The neighbours' previews, so that the arrows answer at once. */
  #warm() {
    for (const by of [1, -1]) {
      const neighbour = this.#items[this.#index + by];
      if (neighbour?.image.preview_url && !isCovered(neighbour.run, neighbour.image)) new Image().src = neighbour.image.preview_url;
    }
  }

  async #loadMore() {
    if (this.#exhausted || this.#loading || this.#index < this.#items.length - LOAD_MORE_BEFORE_END) return;
    this.#loading = true;
    try {
      const next = await this.#more();
      if (next?.length) this.#items.push(...next);
      else this.#exhausted = true;
    } catch {
      // asked again at the next step
    } finally {
      this.#loading = false;
    }
    if (this.#dialog.open) this.#showPlace();
  }

  #heard(event) {
    if (event.type === "removed") this.#drop(event.id);
    if (event.type !== "run") return;
    const fresh = (item) => ({ run: event.run, image: event.run.images?.find((one) => one.index === item.image.index) ?? item.image });
    this.#items = this.#items.map((item) => (item.run.id === event.run.id ? fresh(item) : item));
    if (this.#item.run.id === event.run.id) this.#showAbout();
  }

  /** A deleted run leaves; its neighbour takes the place. */
  #drop(id) {
    if (!this.#items.some((item) => item.run.id === id)) return;
    const current = this.#item;
    const before = this.#items.slice(0, this.#index).filter((item) => item.run.id !== id).length;
    this.#items = this.#items.filter((item) => item.run.id !== id);
    if (!this.#items.length) {
      this.close();
      return;
    }
    this.#index = Math.min(before, this.#items.length - 1);
    if (current.run.id === id) this.#show();
    else this.#showPlace();
  }

  #key(event) {
    if (event.target.closest('[role="menu"], input, textarea')) return;
    const name = shortcutOf(event, "viewer");
    const scrolls = this.#side.contains(event.target) || event.target.closest("[role=tablist]");
    const pans = { up: [0, PAN_STEP], down: [0, -PAN_STEP] }[name];
    const keys = {
      after: () => this.#step(1),
      before: () => this.#step(-1),
      first: () => this.#goTo(0),
      last: () => this.#goTo(this.#items.length - 1),
      closer: () => this.#zoom.zoomIn(),
      further: () => this.#zoom.zoomOut(),
      whole: () => this.#zoom.reset(),
      star: () => toggleStar(this.#item.run, this.#item.image),
    };
    if (pans && !scrolls) {
      if (this.#zoom.panBy(...pans)) event.preventDefault();
      return;
    }
    if (!Object.hasOwn(keys, name) || (scrolls && /first|last/.test(name))) return;
    event.preventDefault();
    event.stopPropagation();
    keys[name]();
  }
}

/**
 * Opens `items` ([{run, image}]) at `index`. `more()` answers further items (none at the end),
 * `onShow(item, index)` hears of each picture, `onClose()` of the end.
 */
export function openViewer(items, index, { more = null, onClose = null, onShow = null } = {}) {
  if (!items.length) return null;
  const viewer = new Viewer(items, index, { more, onClose, onShow });
  viewer.open();
  return { close: viewer.close };
}
