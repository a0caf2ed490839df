// Two to four pictures beside each other, zoomed and moved together; two also one over the other.
// The address says which ones, and can be sent to anybody who may see them.

import { toast } from "./announce.js";
import { api, endpoints } from "./api.js";
import { copyText } from "./clipboard.js";
import { Curtain } from "./compare-curtain.js";
import { rowsOf } from "./compare-facts.js";
import { rememberFocus } from "./dialog.js";
import { el, fill } from "./dom.js";
import { clock, isolated } from "./format.js";
import { icon } from "./icons.js";
import { galleryAddress, isCovered, pictureElement } from "./picture.js";
import { navigate, replaceQuery } from "./router.js";
import { altOf, endpointName } from "./run-words.js";
import { shortcutOf } from "./shortcuts.js";
import { emptyNote, errorNote, waitLine } from "./state-notes.js";
import { t } from "./texts.js";
import { wordDiff } from "./word-diff.js";
import { pieces } from "./word-pieces.js";
import { Zoom } from "./zoom.js";

export const MOST = 4;
const PATH = "/compare";
const PAN_STEP = 80;
const LETTERS = "ABCD";

let cameFrom = null; // where in this page somebody chose the pictures
let open = null;

const keyOf = ({ run, image }) => `${run.id}.${image.index}`;

/** The address of a comparison of these pictures: [{run, image}]. */
export const compareAddress = (items) => `${PATH}?pictures=${items.map(keyOf).map(encodeURIComponent).join(",")}`;

/** Goes to the comparison of these pictures. */
export function compare(items) {
  cameFrom = window.location.pathname + window.location.search;
  navigate(compareAddress(items));
}

/** [{id, index}] of an address, each once. */
function wantedBy(url) {
  const named = new Set((url.searchParams.get("pictures") ?? "").split(",").filter(Boolean));
  return [...named].slice(0, MOST).map((one) => {
    const at = one.lastIndexOf(".");
    return { id: at < 0 ? one : one.slice(0, at), index: at < 0 ? 0 : Number(one.slice(at + 1)) || 0 };
  });
}

async function load({ id, index }) {
  try {
    const run = await api.get(`/api/v1/runs/${encodeURIComponent(id)}`);
    const image = run.images.find((one) => one.index === index);
    return image && !run.deleted_at ? { run, image } : null;
  } catch (reason) {
    if (reason.status === 404) return null;
    throw reason;
  }
}

function control(name, label, press, glyph, more = {}) {
  return el("button", { type: "button", class: "viewer-button", "aria-label": label, title: label, dataset: { compare: name }, on: { click: press }, ...more }, icon(glyph));
}

/** One picture in a frame, large as it fits. */
function large({ run, image }) {
  return el("img", {
    class: "viewer-picture",
    alt: altOf(run),
    src: image.url,
    width: image.width,
    height: image.height,
    draggable: false,
    dataset: { runId: run.id, index: image.index },
    style: { "--w": image.width ?? 1024, "--h": image.height ?? 1024 },
  });
}

const isShown = ({ run, image }) => image.url && !image.missing && !isCovered(run, image);

class Compare {
  #items = [];
  #labels = new Map();
  #zooms = [];
  #over = false; // two, one over the other
  #onlyDifferent = false;
  #giveBack = rememberFocus();
  #percent = el("output", { class: "viewer-percent", "aria-label": t("viewer.zoom") });
  #tools = el("span", { class: "compare-tools" });
  #panes = el("div", { class: "compare-panes" });
  #facts = el("section", { class: "compare-facts", "aria-label": t("compare.facts") });
  #dialog = el("dialog", { class: "compare pg", "aria-label": t("compare.title"), tabindex: "-1", on: { keydown: (event) => this.#key(event) } });

  constructor() {
    this.#dialog.append(
      el("div", { class: "viewer-bar" },
        el("h2", { text: t("compare.title") }),
        el("span", { class: "spacer" }),
        this.#tools,
        control("close", t("action.close"), () => this.#dialog.close(), "x")),
      this.#panes, this.#facts);
    this.#dialog.addEventListener("close", () => this.#closed());
    document.body.append(this.#dialog);
    this.#dialog.showModal();
    window.addEventListener("resize", this.#resized);
    this.#dialog.querySelector('[data-compare="close"]').focus();
  }

  async load(url) {
    fill(this.#panes, waitLine(t("compare.loading")));
    fill(this.#facts);
    const wanted = wantedBy(url);
    try {
      const [found, list] = await Promise.all([Promise.all(wanted.map(load)), endpoints()]);
      if (!this.#dialog.open) return;
      this.#items = found.filter(Boolean);
      this.#labels = new Map(list.flatMap(({ fields = [] }) => fields.map(({ name, label }) => [name, label])));
      this.#over = false;
      this.#draw();
      if (this.#items.length < wanted.length && this.#items.length > 1) toast(t("compare.some_gone"));
    } catch (error) {
      console.error(error);
      fill(this.#panes, errorNote(t("compare.not_loaded"), error, () => this.load(url)));
    }
  }

  #closed() {
    window.removeEventListener("resize", this.#resized);
    this.#dialog.remove();
    open = null;
    this.#giveBack();
    if (window.location.pathname !== PATH) return; // a step in the history has closed it
    const back = cameFrom;
    cameFrom = null;
    if (back) window.history.back();
    else navigate("/gallery");
  }

  #resized = () => {
    for (const zoom of this.#zooms) zoom.reset();
  };

  // ── drawing ──────────────────────────────────────────────────────────────────────────────

  #draw() {
    this.#zooms = [];
    this.#percent.textContent = "";
    if (this.#items.length < 2) {
      const gallery = el("a", { class: "btn", href: "/gallery", text: t("compare.to_gallery") });
      fill(this.#tools);
      fill(this.#facts);
      delete this.#panes.dataset.count;
      fill(this.#panes, emptyNote("image-off", this.#items.length ? t("compare.one_left") : t("compare.none"), t("compare.how"), gallery));
      return;
    }
    this.#drawTools();
    this.#panes.dataset.count = this.#over ? "over" : this.#items.length;
    if (this.#over) this.#drawOver();
    else fill(this.#panes, this.#items.map((item, index) => this.#pane(item, index)));
    this.#drawFacts();
    this.#showPercent();
  }

  #drawTools() {
    const mayLie = this.#items.length === 2 && this.#items.every(isShown);
    fill(this.#tools,
      mayLie && el("button", { type: "button", class: "btn", "aria-pressed": String(this.#over), text: t("compare.over"), dataset: { compare: "over" }, on: { click: () => this.#turn() } }),
      control("out", t("viewer.out"), () => this.#zooms[0]?.zoomOut(), "minus"),
      this.#percent,
      control("in", t("viewer.in"), () => this.#zooms[0]?.zoomIn(), "plus"),
      control("fit", t("viewer.fit"), () => this.#zooms[0]?.reset(), "minimize"),
      control("link", t("action.link"), () => copyText(window.location.href, t("copy.link")), "link"));
  }

  /** Beside each other, or one over the other. */
  #turn() {
    const held = this.#dialog.querySelector('[data-compare="over"]');
    if (!held) return;
    this.#over = !this.#over;
    this.#draw();
    this.#dialog.querySelector('[data-compare="over"]').focus();
  }

  #caption({ run, image }, index) {
    const who = [endpointName(run), isolated(run.person_name), clock(run.created_at)].filter(Boolean).join(" · ");
    return el("figcaption", { class: "compare-caption" },
      el("b", { text: LETTERS[index] }),
      el("a", { href: galleryAddress(run, image), dir: "auto", text: who }),
      this.#items.length > 2 && control(`without-${index}`, t("compare.without", { letter: LETTERS[index] }), () => this.#without(index), "x"));
  }

  #pane(item, index) {
    const frame = el("div", { class: "viewer-frame" });
    if (!isShown(item)) {
      frame.append(pictureElement(item.run, item.image, { onReveal: () => this.#draw() }));
      return el("figure", { class: "compare-pane" }, frame, this.#caption(item, index));
    }
    const img = large(item);
    frame.append(img);
    const zoom = new Zoom(frame, { onChange: () => this.#moved(zoom), onSwipe: () => {} });
    this.#zooms.push(zoom);
    zoom.attach(img);
    img.addEventListener("load", () => this.#showPercent());
    return el("figure", { class: "compare-pane" }, frame, this.#caption(item, index));
  }

  #drawOver() {
    const curtain = new Curtain(...this.#items.map(large), () => this.#showPercent());
    this.#zooms = [curtain.zoom];
    fill(this.#panes, el("figure", { class: "compare-pane" }, curtain.node,
      el("div", { class: "compare-captions" }, this.#items.map((item, index) => this.#caption(item, index)))));
    curtain.settle();
  }

  #without(index) {
    this.#items.splice(index, 1);
    replaceQuery({ pictures: this.#items.map(keyOf).join(",") });
    this.#draw();
    this.#dialog.focus({ preventScroll: true });
  }

  /** All others go where this one is. */
  #moved(zoom) {
    for (const other of this.#zooms) if (other !== zoom) other.follow(zoom.place);
    this.#showPercent();
  }

  #showPercent() {
    const img = this.#panes.querySelector(".viewer-picture");
    const width = Number(img?.getAttribute("width")) || img?.naturalWidth;
    if (!width || !img.clientWidth || !this.#zooms.length) return;
    this.#percent.textContent = `${Math.round((100 * img.clientWidth * this.#zooms[0].scale) / width)} %`;
  }

  // ── what differs ─────────────────────────────────────────────────────────────────────────

  #drawFacts() {
    const rows = rowsOf(this.#items, this.#labels);
    const shown = this.#onlyDifferent ? rows.filter(({ differs }) => differs) : rows;
    const box = el("input", { type: "checkbox", on: { change: () => this.#show(box.checked) } });
    box.checked = this.#onlyDifferent;
    const letters = this.#items.map((_, index) => el("th", { scope: "col", text: LETTERS[index] }));
    fill(this.#facts,
      el("label", { class: "check" }, box, el("span", { text: t("compare.only_different") })),
      el("div", { class: "compare-scroll", tabindex: "0", role: "region", "aria-label": t("compare.facts") },
        el("table", null,
          el("thead", null, el("tr", null, el("td"), letters)),
          el("tbody", null, shown.map((row) => this.#row(row))))));
  }

  #show(onlyDifferent) {
    this.#onlyDifferent = onlyDifferent;
    this.#drawFacts();
    this.#facts.querySelector("input").focus();
  }

  #row({ label, values, differs, hidden, words }) {
    const found = words && differs && values.length === 2 && values.every(Boolean) ? wordDiff(...values) : null;
    const cell = (value, index) => el("td", null, el("span", { dir: "auto" }, found && index === 1 ? pieces(found) : value || "–"));
    return el("tr", { class: differs ? "differs" : "", dataset: hidden ? { private: "" } : {} },
      el("th", { scope: "row" }, label, differs && el("span", { class: "sr-only", text: t("compare.differs") })),
      values.map(cell));
  }

  // ── keys ─────────────────────────────────────────────────────────────────────────────────

  #key(event) {
    if (event.target.closest("textarea, input:not([type=checkbox])") || this.#facts.contains(event.target)) return;
    const [zoom] = this.#zooms;
    const name = shortcutOf(event, "compare");
    const keys = {
      closer: () => zoom?.zoomIn(),
      further: () => zoom?.zoomOut(),
      whole: () => zoom?.reset(),
      over: () => this.#turn(),
      up: () => zoom?.panBy(0, PAN_STEP),
      down: () => zoom?.panBy(0, -PAN_STEP),
      panLeft: () => zoom?.panBy(PAN_STEP, 0),
      panRight: () => zoom?.panBy(-PAN_STEP, 0),
    };
    if (!Object.hasOwn(keys, name)) return;
    event.preventDefault();
    event.stopPropagation();
    keys[name]();
  }
}

/** Shows the comparison that this address names. */
export function openCompare(url) {
  open ??= new Compare();
  return open.load(url);
}
