// A mask's field: the painter over the picture that the mask belongs to.

import { pictureOf } from "./form-pictures.js";
import { mountPainter } from "./painter.js";
import { t } from "./texts.js";
import { mediaAddress } from "./uploads.js";

/** Mounted by form-pictures.js, which says what a field has to offer. */
export class MaskField {
  isMask = true;
  #given = ""; // a stored mask that waits for its picture
  #loading = null;
  #sent = ""; // the upload that the field stands for until something is painted

  constructor(slug, field, host, keep) {
    this.slug = slug;
    this.field = field;
    this.keep = keep;
    this.painter = mountPainter(host, { label: field.label, onChange: () => this.#painted() });
    const source = pictureOf(slug, field.same_size_as);
    if (source) this.meet(source.value, source.info());
  }

  /** The picture to paint on. */
  meet(value, info) {
    const url = value && mediaAddress(value);
    if (!url || !info) {
      this.painter.setSource(null);
      return;
    }
    this.painter.setSource(info.url ?? url, info.width, info.height);
    this.#load();
  }

  get value() {
    return this.#sent;
  }

  /** A value from outside: "" or "upload:ID". */
  take(value) {
    const url = value && mediaAddress(value);
    this.#given = url ? value : "";
    if (!value) {
      this.painter.clear();
      this.#sent = "";
      return;
    }
    if (!url) {
      this.painter.setError(t("form.mask_elsewhere"));
      return;
    }
    this.#load();
  }

  #load() {
    const source = pictureOf(this.slug, this.field.same_size_as);
    if (!this.#given || !source?.info()) return;
    const value = this.#given;
    this.#given = "";
    this.#loading = this.painter
      .load(mediaAddress(value))
      .catch((reason) => this.painter.setError(reason.message))
      .finally(() => (this.#loading = null));
  }

  /** What was sent or given is not what is painted any more; the same may be given again. */
  #painted() {
    this.#sent = "";
    if (!this.#given) this.keep("");
  }

  async settle() {
    while (this.#loading) await this.#loading;
    if (this.#given) return; // without its picture it is what it was given as
    this.#sent = await this.painter.commit();
    this.keep(this.#sent);
  }

  info() {
    return null;
  }

  setError(text) {
    this.painter.setError(text);
  }

  focusTarget() {
    return this.painter.element.querySelector("canvas:not([hidden]), button");
  }
}
