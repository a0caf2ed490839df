// A mask painted over a picture, at the picture's own resolution. White (255) is painted, black (0)
// is not; between them is nothing but the soft edge that the mask's feather asks for.

import { announce } from "./announce.js";
import { Brush } from "./painter-brush.js";
import { maskFromPicture } from "./painter-file.js";
import { History } from "./painter-history.js";
import { Keys } from "./painter-keys.js";
import { Larger } from "./painter-larger.js";
import { Mask } from "./painter-mask.js";
import { Overlay } from "./painter-overlay.js";
import { buildPainter } from "./painter-parts.js";
import { Pointers } from "./painter-pointers.js";
import { pngOf, Sending } from "./painter-sending.js";
import { View } from "./painter-view.js";
import { t } from "./texts.js";
import { fetchStored, refusalOf, sentenceOf } from "./uploads.js";

/** From here on the picture's own pixels are shown, not a smooth picture between them. */
const SHOWS_PIXELS = 3;

/** What the mask is, in a line. `soft`: it came with soft edges of its own. */
function summary({ data, feather }, painted, soft) {
  if (!painted) return t("paint.hint");
  if (painted === data.length) return t("paint.all");
  const percent = Math.round((100 * painted) / data.length);
  const share = percent < 1 ? t("paint.little") : t("paint.some", { percent: Math.min(percent, 99) });
  if (feather) return t("paint.fades", { share, pixels: feather });
  return soft ? t("paint.soft", { share }) : share;
}

class Painter {
  constructor(host, { label = t("paint.label"), labelledBy = null, onChange = null } = {}) {
    this.onChange = onChange;
    this.mask = null;
    this.history = null;
    this.source = null;
    this.painted = 0;
    this.revision = 0;
    this.featherBefore = null; // while its slider is moved
    this.sending = new Sending();
    this.parts = buildPainter({ label, labelledBy }, {
      tool: (name) => this.choose(name),
      slider: (value) => this.brush.slide(value),
      sliderLeft: () => this.brush.ring(null),
      feather: (value) => this.slideFeather(value),
      featherChosen: () => this.finishFeather(),
      zoom: (direction) => this.zoom(direction),
      undo: () => this.undo(),
      redo: () => this.redo(),
      clear: () => this.change(() => this.mask.fill(0)),
      invert: () => this.change(() => this.mask.invert()),
      fillAll: () => this.change(() => this.mask.fill(255)),
      upload: () => this.parts.file.click(),
      larger: () => this.larger.toggle(),
    });
    this.root = this.parts.root;
    host.append(this.root);
    this.overlay = new Overlay(this.parts.frame.canvas);
    this.view = new View(this.parts.frame.root, this.parts.frame.image, () => this.viewed());
    this.brush = new Brush(this);
    this.larger = new Larger(this.parts, () => this.brush.finish());
    this.pointers = new Pointers(this);
    this.keys = new Keys(this);
    this.listen();
    this.choose("brush");
  }

  listen() {
    const { file, frame } = this.parts;
    file.addEventListener("change", () => {
      const chosen = file.files[0];
      file.value = "";
      if (chosen) this.takeFile(chosen);
    });
    frame.image.addEventListener("error", () => this.source && this.setError(t("paint.unseen")));
  }

  // ── the source ─────────────────────────────────────────────────────────────────────────────

  /** The mask stays where the new picture has the old one's size, and starts anew otherwise. */
  setSource(url, width, height) {
    const { none, work, frame } = this.parts;
    if (url && this.source === url && this.fits(width, height)) return;
    this.brush.drop();
    this.setError(null);
    this.source = url || null;
    none.hidden = Boolean(url);
    work.hidden = !url;
    if (!url) {
      this.larger.close();
      frame.image.removeAttribute("src");
      this.start(null);
      return;
    }
    frame.root.style.setProperty("--pt-ratio", String(width / height));
    frame.image.src = url;
    if (this.fits(width, height)) this.changed();
    else this.start(new Mask(width, height));
  }

  fits(width, height) {
    return this.mask?.width === width && this.mask?.height === height;
  }

  start(mask) {
    this.mask = mask;
    this.history = mask && new History(mask);
    this.featherBefore = null;
    this.sending.forget();
    this.overlay.meet(mask);
    this.view.meet(mask);
    this.brush.meet(mask);
    this.changed();
  }

  // ── changes ────────────────────────────────────────────────────────────────────────────────

  /** One step of undo that may touch every pixel. */
  change(act) {
    if (!this.mask || this.brush.isPainting) return;
    this.history.begin();
    this.history.touch(this.mask.whole);
    act();
    this.overlay.invalidate();
    this.finishStep();
  }

  finishStep() {
    if (this.history.commit()) this.changed();
  }

  undo() {
    this.step(() => this.history.undo());
  }

  redo() {
    this.step(() => this.history.redo());
  }

  step(act) {
    if (!this.mask || this.brush.isPainting) return;
    const rect = act();
    if (!rect) return;
    this.overlay.invalidate(rect);
    this.changed();
  }

  /** The soft edge is shown while its slider is moved, and is a step of undo when it is let go. */
  slideFeather(value) {
    if (!this.mask) return;
    this.featherBefore ??= this.mask.feather;
    this.mask.feather = value;
    this.showFeather();
    this.overlay.invalidate();
  }

  finishFeather() {
    const before = this.featherBefore;
    this.featherBefore = null;
    if (before === null || this.brush.isPainting) return;
    const { feather } = this.mask;
    this.mask.feather = before;
    this.history.begin();
    this.mask.feather = feather;
    this.finishStep();
  }

  showFeather() {
    const { slider, number } = this.parts.feather;
    const feather = this.mask?.feather ?? 0;
    slider.value = String(feather);
    slider.setAttribute("aria-valuetext", feather ? t("paint.pixels", { count: feather }) : t("paint.hard"));
    number.textContent = feather ? `${feather} px` : t("paint.hard");
  }

  get empty() {
    return this.painted === 0;
  }

  changed() {
    const { mask, history } = this;
    const { state, actions } = this.parts;
    this.revision += 1;
    const { painted, soft } = mask ? mask.measure() : { painted: 0, soft: false };
    this.painted = painted;
    state.textContent = mask ? summary(mask, painted, soft) : t("paint.hint");
    this.showFeather();
    actions.undo.setAttribute("aria-disabled", String(!history?.canUndo));
    actions.redo.setAttribute("aria-disabled", String(!history?.canRedo));
    if (!this.empty) this.setError(null);
    this.onChange?.({ empty: this.empty, width: mask?.width ?? 0, height: mask?.height ?? 0 });
  }

  choose(name) {
    this.brush.tool = name;
    for (const tool of ["brush", "eraser", "hand"]) {
      this.parts.tools[tool].setAttribute("aria-pressed", String(tool === name));
    }
    this.showTool();
  }

  /** The hand may be held for a moment only. */
  showTool() {
    const { hasHand } = this.pointers;
    this.parts.frame.root.dataset.hand = String(hasHand);
    if (hasHand) this.brush.ring(null);
  }

  setError(text) {
    this.parts.error.textContent = text ?? "";
  }

  // ── view ───────────────────────────────────────────────────────────────────────────────────

  /** Closer (1), further away (-1), or the whole picture (0), by key or button. */
  zoom(direction) {
    if (!this.mask) return;
    const { ring } = this.parts.frame;
    if (direction) this.view.step(direction, ring.hidden ? null : this.brush.at);
    else this.view.reset();
    announce(t("paint.zoomed", { percent: this.parts.view.percent.textContent }));
  }

  viewed() {
    const { view, frame } = this.parts;
    const { seen, magnification } = this.view;
    view.percent.textContent = `${Math.round(100 * magnification)} %`;
    frame.image.dataset.pixels = String(magnification >= SHOWS_PIXELS);
    this.overlay.look(seen);
    this.brush.refreshRing();
  }

  // ── in and out ─────────────────────────────────────────────────────────────────────────────

  async takeFile(file) {
    const { mask } = this;
    this.setError(null);
    try {
      const refusal = refusalOf(file);
      if (refusal) throw new Error(refusal);
      const data = await maskFromPicture(file, mask.width, mask.height);
      if (this.mask === mask) {
        this.change(() => {
          mask.replace(data);
          mask.feather = 0; // its edges are as soft as they are
        });
      }
    } catch (reason) {
      this.setError(reason.message);
    }
  }

  /** Puts a stored mask in place of this one. Throws an Error with a sentence where it can't. */
  async load(url) {
    const { mask } = this;
    if (!mask) throw new Error(t("paint.picture_first"));
    let blob;
    try {
      blob = await fetchStored(url);
    } catch (reason) {
      throw new Error([404, 410].includes(reason.status) ? t("paint.gone") : sentenceOf(reason));
    }
    const data = await maskFromPicture(blob, mask.width, mask.height);
    if (this.mask !== mask) return;
    this.brush.drop();
    mask.replace(data);
    mask.feather = 0; // its edges are as soft as they are
    this.start(mask);
  }

  /** Empties it, and its edge is hard again. */
  clear() {
    this.change(() => {
      this.mask.fill(0);
      this.mask.feather = 0;
    });
  }

  async toBlob() {
    return this.empty ? null : pngOf(this.mask);
  }

  async commit() {
    this.brush.finish();
    this.finishFeather();
    if (this.empty) return "";
    try {
      return await this.sending.send(this.mask, this.revision);
    } catch (reason) {
      this.setError(reason.message);
      throw reason;
    }
  }

  destroy() {
    this.pointers.destroy();
    this.view.destroy();
    this.overlay.destroy();
    this.larger.close();
    this.root.remove();
  }
}

/**
 * Puts a mask painter into `host`. `setSource(url, width, height)` gives it the picture (null takes
 * it away); `commit()` uploads the mask where it changed and answers "upload:ID", or "" for an empty
 * one; `toBlob()` answers the PNG or null; `load(url)` takes a stored mask of the picture's size.
 * `onChange({empty, width, height})` tells every change. What can't be done throws an Error whose
 * message is a sentence for a person.
 */
export function mountPainter(host, options = {}) {
  const painter = new Painter(host, options);
  return {
    element: painter.root,
    setSource: (url, width, height) => painter.setSource(url, width, height),
    toBlob: () => painter.toBlob(),
    commit: () => painter.commit(),
    load: (url) => painter.load(url),
    clear: () => painter.clear(),
    setError: (text) => painter.setError(text),
    get empty() {
      return painter.empty;
    },
    destroy: () => painter.destroy(),
  };
}
