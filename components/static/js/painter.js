// A mask painted over a picture, at the picture's own resolution. White (255) is painted, black (0)
// is not, and nothing lies between.

import { maskFromPicture } from "./painter-file.js";
import { History } from "./painter-history.js";
import { Brush } from "./painter-brush.js";
import { Mask } from "./painter-mask.js";
import { Overlay } from "./painter-overlay.js";
import { buildPainter } from "./painter-parts.js";
import { encodeGrey } from "./png.js";
import { shortcutOf } from "./shortcuts.js";
import { fetchStored, refusalOf, sentenceOf, uploadFile, valueOf } from "./uploads.js";

const EMPTY_HINT = "Paint over what should change.";
const GONE = "The mask of these settings is no longer kept. Paint it again.";

function share(painted, pixels) {
  if (painted === pixels) return "All of the picture is painted.";
  const percent = Math.round((100 * painted) / pixels);
  return `${percent < 1 ? "Less than 1" : Math.min(percent, 99)} % painted`;
}

class Painter {
  constructor(host, { label = "Mask", labelledBy = null, onChange = null } = {}) {
    this.onChange = onChange;
    this.mask = null;
    this.history = null;
    this.source = null;
    this.painted = 0;
    this.revision = 0;
    this.sent = null;
    this.parts = buildPainter({ label, labelledBy }, {
      tool: (name) => this.choose(name),
      slider: (value) => this.brush.slide(value),
      sliderLeft: () => this.brush.rest(),
      undo: () => this.undo(),
      redo: () => this.redo(),
      clear: () => this.change(() => this.mask.fill(0)),
      invert: () => this.change(() => this.mask.invert()),
      fillAll: () => this.change(() => this.mask.fill(255)),
      upload: () => this.parts.file.click(),
      larger: () => this.toggleLarger(),
    });
    this.root = this.parts.root;
    host.append(this.root);
    this.overlay = new Overlay(this.parts.frame.canvas);
    this.brush = new Brush(this);
    this.listen();
  }

  listen() {
    const { root, file, dialog, frame } = this.parts;
    root.addEventListener("keydown", (event) => this.key(event));
    file.addEventListener("change", () => {
      const chosen = file.files[0];
      file.value = "";
      if (chosen) this.takeFile(chosen);
    });
    dialog.addEventListener("close", () => this.comeHome());
    frame.image.addEventListener("error", () => this.source && this.setError("The picture can't be shown. Choose it again."));
  }

  // ── the source ─────────────────────────────────────────────────────────────────────────────

  /** The mask stays where the new picture has the old one's size, and starts anew otherwise. */
  setSource(url, width, height) {
    const { none, work, frame, dialog } = this.parts;
    if (url && this.source === url && this.fits(width, height)) return;
    this.brush.drop();
    this.setError(null);
    this.source = url || null;
    none.hidden = Boolean(url);
    work.hidden = !url;
    if (!url) {
      if (dialog.open) dialog.close();
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
    this.sent = null;
    this.overlay.show(mask);
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

  get empty() {
    return this.painted === 0;
  }

  changed() {
    const { mask, history } = this;
    const { state, actions } = this.parts;
    this.revision += 1;
    this.painted = mask ? mask.count() : 0;
    state.textContent = this.empty ? EMPTY_HINT : share(this.painted, mask.data.length);
    actions.undo.setAttribute("aria-disabled", String(!history?.canUndo));
    actions.redo.setAttribute("aria-disabled", String(!history?.canRedo));
    if (!this.empty) this.setError(null);
    this.onChange?.({ empty: this.empty, width: mask?.width ?? 0, height: mask?.height ?? 0 });
  }

  choose(name) {
    const { brush, eraser } = this.parts.tools;
    this.brush.tool = name;
    brush.setAttribute("aria-pressed", String(name === "brush"));
    eraser.setAttribute("aria-pressed", String(name === "eraser"));
  }

  setError(text) {
    this.parts.error.textContent = text ?? "";
  }

  // ── keys ───────────────────────────────────────────────────────────────────────────────────

  key(event) {
    if (!this.mask || event.defaultPrevented) return;
    const onCanvas = event.target === this.parts.frame.canvas;
    if (!this.act(shortcutOf(event, "painter")) && !(onCanvas && this.brush.key(event))) return;
    event.preventDefault();
    event.stopPropagation();
  }

  act(name) {
    if (name === "undo") this.undo();
    else if (name === "redo") this.redo();
    else if (name === "smaller") this.brush.resize(-1);
    else if (name === "larger") this.brush.resize(1);
    else if (name === "brush" || name === "eraser") this.choose(name);
    else return false;
    return true;
  }

  // ── in and out ─────────────────────────────────────────────────────────────────────────────

  async takeFile(file) {
    const { mask } = this;
    this.setError(null);
    try {
      const refusal = refusalOf(file);
      if (refusal) throw new Error(refusal);
      const data = await maskFromPicture(file, mask.width, mask.height);
      if (this.mask === mask) this.change(() => mask.replace(data));
    } catch (reason) {
      this.setError(reason.message);
    }
  }

  /** Puts a stored mask in place of this one. Throws an Error with a sentence where it can't. */
  async load(url) {
    const { mask } = this;
    if (!mask) throw new Error("Add a picture before its mask.");
    let blob;
    try {
      blob = await fetchStored(url);
    } catch (reason) {
      throw new Error([404, 410].includes(reason.status) ? GONE : sentenceOf(reason));
    }
    const data = await maskFromPicture(blob, mask.width, mask.height);
    if (this.mask !== mask) return;
    this.brush.drop();
    mask.replace(data);
    this.start(mask);
  }

  /** A copy is encoded: painting may go on meanwhile. */
  async toBlob() {
    if (!this.mask || this.empty) return null;
    const { width, height, data } = this.mask;
    return encodeGrey(width, height, data.slice());
  }

  async commit() {
    this.brush.finish();
    if (this.empty) return "";
    if (this.sent?.revision !== this.revision) {
      const sent = { revision: this.revision, value: this.upload() };
      this.sent = sent;
      sent.value.catch(() => {
        if (this.sent === sent) this.sent = null;
      });
    }
    return this.sent.value;
  }

  async upload() {
    try {
      return valueOf(await uploadFile(await this.toBlob(), { name: "mask.png" }));
    } catch (reason) {
      const sentence = `The mask was not uploaded. ${sentenceOf(reason)}`;
      this.setError(sentence);
      throw new Error(sentence, { cause: reason });
    }
  }

  // ── larger ─────────────────────────────────────────────────────────────────────────────────

  toggleLarger() {
    const { dialog, work, actions, frame, root } = this.parts;
    if (dialog.open) {
      dialog.close();
      return;
    }
    // the page must not jump while its painter is away
    root.style.minHeight = `${root.offsetHeight}px`;
    dialog.append(work);
    dialog.showModal();
    actions.larger.textContent = "Done";
    frame.canvas.focus({ preventScroll: true });
  }

  comeHome() {
    const { work, actions, root, none } = this.parts;
    this.brush.finish();
    none.after(work);
    root.style.minHeight = "";
    actions.larger.textContent = "Larger";
    actions.larger.focus({ preventScroll: true });
  }

  destroy() {
    this.brush.destroy();
    this.overlay.destroy();
    if (this.parts.dialog.open) this.parts.dialog.close();
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
    clear: () => painter.change(() => painter.mask.fill(0)),
    setError: (text) => painter.setError(text),
    get empty() {
      return painter.empty;
    },
    destroy: () => painter.destroy(),
  };
}
