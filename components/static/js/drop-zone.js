// A field that holds one picture: by file, drop, paste, link, or from our own runs. Whatever comes
// is uploaded first; the field's value is "" or "upload:ID".

import { el } from "./dom.js";
import { joinPage } from "./drop-page.js";
import { buildZone } from "./drop-zone-parts.js";
import { bytes, elapsed, mediaType, shorten, size } from "./format.js";
import { contentOf, linkOf, mayHoldPicture } from "./picture-transfer.js";
import { t } from "./texts.js";
import {
  fetchStored, mediaAddress, refusalOf, sentenceOf, uploadFile, uploadLink, uploadRunPicture, valueOf,
} from "./uploads.js";


const isPictureData = (value) => /^data:image\/[a-z+.-]+[;,]/i.test(value);

class DropZone {
  constructor(host, { label = t("drop.label"), name = "", value = "", kind = "image", onChange = null, labelledBy = null }) {
    this.onChange = onChange;
    this.label = label;
    this.value = "";
    this.details = null;
    this.job = null;
    this.pending = null;
    this.parts = buildZone({ kind, label, labelledBy, name }, {
      choose: () => this.parts.file.click(),
      link: () => this.takeLinkBox(),
      stop: () => this.stop(),
      remove: () => this.clear(),
    });
    this.root = this.parts.root;
    this.takesPastes = kind === "image";
    this.listen();
    host.append(this.root);
    this.leavePage = joinPage(this);
    if (value) this.set(value);
  }

  // ── what comes in ──────────────────────────────────────────────────────────────────────────

  listen() {
    const { file, empty, well } = this.parts;
    file.addEventListener("change", () => {
      const chosen = file.files[0];
      if (chosen) this.take({ file: chosen, more: 0 });
      file.value = "";
    });
    empty.link.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.ctrlKey || event.metaKey || event.isComposing) return;
      event.preventDefault();
      this.takeLinkBox();
    });
    empty.link.addEventListener("paste", (event) => {
      const address = empty.link.value ? null : linkOf(event.clipboardData.getData("text/plain"));
      if (!address) return;
      event.preventDefault();
      this.take({ link: address });
    });
    well.addEventListener("click", (event) => {
      const free = this.root.dataset.state === "empty" && !event.target.closest("button, input");
      if (free && !String(getSelection())) file.click();
    });
    this.root.addEventListener("dragover", (event) => this.dragOver(event));
    this.root.addEventListener("dragleave", (event) => this.root.contains(event.relatedTarget) || this.over(false));
    this.root.addEventListener("drop", (event) => this.drop(event));
  }

  dragOver(event) {
    if (!mayHoldPicture(event.dataTransfer)) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = "copy";
    this.over(true);
  }

  drop(event) {
    this.over(false);
    if (!mayHoldPicture(event.dataTransfer)) return;
    event.preventDefault();
    this.take(contentOf(event.dataTransfer) ?? { problem: t("drop.nothing") });
  }

  over(flag) {
    this.root.toggleAttribute("data-over", flag);
  }

  near(flag) {
    this.root.toggleAttribute("data-near", flag);
    if (!flag) this.over(false);
  }

  isEmpty() {
    return !this.value && !this.job;
  }

  takeLinkBox() {
    const { link } = this.parts.empty;
    const address = linkOf(link.value);
    if (address) this.take({ link: address });
    else {
      this.setError(link.value.trim() ? t("drop.no_link") : t("drop.link_first"));
      link.focus();
    }
  }

  /** Takes {file}, {link}, {picture} or {problem}, in place of whatever was there. */
  take(content) {
    const refusal = content.problem ?? (content.file ? refusalOf(content.file) : null);
    if (refusal) {
      this.setError(refusal);
      return;
    }
    if (content.file) this.takeFile(content.file, content.more);
    else if (content.link) this.takeLink(content.link);
    else this.begin(t("drop.taking"), (signal) => uploadRunPicture(content.picture, { signal }));
  }

  /** The link stays in its box until it has worked: it may need mending. */
  takeLink(address) {
    this.parts.empty.link.value = address;
    this.begin(t("drop.fetching"), (signal) => uploadLink(address, { signal }));
  }

  takeFile(file, more) {
    const rest = more > 0 ? t("drop.only_first") : "";
    const words = t("drop.uploading", { size: bytes(file.size) });
    const send = (signal) => uploadFile(file, { signal, onProgress: (sent, total) => this.progress(sent / total) });
    this.begin(words, send, { name: file.name, after: rest });
  }

  // ── uploading ──────────────────────────────────────────────────────────────────────────────

  /** `send(signal)` answers an upload. A newer one, stop, clear and set end the one under way. */
  begin(words, send, { name = "", after = "" } = {}) {
    this.job?.abort();
    const job = new AbortController();
    this.job = job;
    this.setError(null);
    this.progress(null);
    this.parts.busy.text.textContent = words;
    this.countSeconds(job);
    this.show();
    this.say(words);
    const pending = this.finish(job, send, { name, after }).finally(() => {
      if (this.pending === pending) this.pending = null;
    });
    this.pending = pending;
  }

  async finish(job, send, { name, after }) {
    try {
      const upload = await send(job.signal);
      if (this.job !== job) return;
      this.job = null;
      this.hold(valueOf(upload), upload, name);
      this.preview(upload);
      this.say([`${this.label}: ${size(upload.width, upload.height)}.`, after].join(" "));
      if (after) this.parts.filled.facts.append(` · ${after}`);
    } catch (reason) {
      if (this.job !== job) return;
      this.job = null;
      this.show();
      if (reason?.name !== "AbortError") this.setError(sentenceOf(reason));
    }
  }

  /** How long it has taken, from the first full second on. */
  countSeconds(job) {
    const part = this.parts.busy.elapsed;
    const since = performance.now();
    part.textContent = "";
    const timer = setInterval(() => {
      if (this.job === job) part.textContent = elapsed(performance.now() - since);
      else clearInterval(timer);
    }, 1000);
  }

  progress(part) {
    const { bar } = this.parts.busy;
    if (part === null || !Number.isFinite(part)) bar.removeAttribute("value");
    else if (part < 1) bar.value = part;
    else {
      bar.removeAttribute("value");
      this.parts.busy.text.textContent = t("drop.checking");
    }
  }

  stop() {
    this.job?.abort();
    this.job = null;
    this.show();
  }

  // ── what is held ───────────────────────────────────────────────────────────────────────────

  hold(value, { width, height, content_type: type }, name = "") {
    this.value = value;
    this.details = { width, height, content_type: type, url: mediaAddress(value) };
    this.parts.filled.name.textContent = name;
    this.parts.filled.name.title = name;
    this.parts.filled.facts.textContent = [size(width, height), mediaType(type)].filter(Boolean).join(" · ");
    this.parts.empty.link.value = "";
    this.show();
    this.changed();
  }

  changed() {
    this.onChange?.(this.value, this.info());
  }

  preview({ width, height }) {
    const { picture } = this.parts.filled;
    const image = el("img", { src: this.details.url, alt: `${this.label}, ${size(width, height)}`, decoding: "async", draggable: "false" });
    image.addEventListener("error", () => {
      picture.replaceChildren(el("span", { class: "dz-unseen", text: t("drop.no_preview") }));
    });
    picture.replaceChildren(image);
  }

  /** A value from outside: "", "upload:ID", or a link or data: URL, which is uploaded first. */
  set(value) {
    const wanted = value ?? "";
    if (wanted === this.value) {
      if (this.details || !wanted) this.stop();
      return;
    }
    this.clear();
    if (!wanted) return;
    if (mediaAddress(wanted)) this.open(wanted);
    else if (linkOf(wanted)) this.takeLink(wanted);
    else if (isPictureData(wanted)) this.begin(t("drop.reading"), (signal) => uploadData(wanted, signal));
    else this.setError(t("drop.wrong", { what: shorten(wanted, 40) }));
  }

  /** Shows an upload that is there already; its size is known once it has been read. */
  open(value) {
    this.value = value;
    this.begin(t("drop.opening"), async (signal) => {
      try {
        return await describeStored(value, signal);
      } catch (reason) {
        if (this.value === value && [404, 410].includes(reason?.status)) throw this.forget();
        throw reason;
      }
    });
  }

  forget() {
    this.value = "";
    this.details = null;
    this.changed();
    return new Error(t("drop.gone"));
  }

  clear() {
    const had = Boolean(this.value || this.job);
    this.job?.abort();
    this.job = null;
    this.value = "";
    this.details = null;
    const { name, facts, picture } = this.parts.filled;
    for (const part of [name, facts, picture]) part.replaceChildren();
    this.setError(null);
    this.show();
    if (had) this.changed();
  }

  info() {
    return this.details ? { ...this.details } : null;
  }

  // ── what is shown ──────────────────────────────────────────────────────────────────────────

  /** The part for the state; the focus stays in the zone when its control goes. */
  show() {
    const { empty, busy, filled } = this.parts;
    const state = this.job ? "busy" : this.value ? "filled" : "empty";
    if (state === this.root.dataset.state) return;
    const focused = this.root.contains(document.activeElement) && document.activeElement !== this.root;
    this.root.dataset.state = state;
    this.root.setAttribute("aria-busy", String(state === "busy"));
    empty.root.hidden = state !== "empty";
    busy.root.hidden = state !== "busy";
    filled.root.hidden = state !== "filled";
    const control = { empty: empty.choose, busy: busy.stop, filled: filled.replace }[state];
    if (focused) control.focus({ preventScroll: true });
  }

  say(text) {
    this.parts.said.textContent = text;
  }

  setError(text) {
    this.parts.error.textContent = text ?? "";
    this.root.toggleAttribute("data-error", Boolean(text));
  }

  destroy() {
    this.job?.abort();
    this.job = null;
    this.leavePage();
    this.root.remove();
  }
}

async function uploadData(value, signal) {
  const blob = await (await fetch(value)).blob();
  return uploadFile(blob, { name: "picture", signal });
}

/** A picture's size in pixels, without decoding it whole. */
async function sizeOf(blob) {
  const address = URL.createObjectURL(blob);
  try {
    return await new Promise((resolve, reject) => {
      const image = new Image();
      image.addEventListener("load", () => resolve({ width: image.naturalWidth, height: image.naturalHeight }));
      image.addEventListener("error", () => reject(new Error(t("drop.unseen"))));
      image.src = address;
    });
  } finally {
    URL.revokeObjectURL(address);
  }
}

/** An upload as the server answered it once, from its stored picture. */
async function describeStored(value, signal) {
  const blob = await fetchStored(mediaAddress(value), { signal });
  const { width, height } = await sizeOf(blob);
  return { id: value.slice("upload:".length), width, height, content_type: blob.type };
}

/**
 * Puts a drop zone into `host`. `kind` is "image" or "mask"; `labelledBy` is the id of a label that
 * is there already. `onChange(value, info)` tells every change, also one by `set`: value is "" or
 * "upload:ID", info {width, height, content_type, url} or null. `busy()` is a promise while a
 * picture is on its way (it never rejects), else null.
 */
export function mountDropZone(host, options = {}) {
  const zone = new DropZone(host, options);
  return {
    element: zone.root,
    get value() {
      return zone.value;
    },
    set: (value) => zone.set(value),
    clear: () => zone.clear(),
    info: () => zone.info(),
    busy: () => zone.pending,
    setError: (text) => zone.setError(text),
    destroy: () => zone.destroy(),
  };
}
