// Picture fields: a drop zone, and for a mask the painter over the picture that it belongs to.
// Each is mounted by Gradio (components/widgets/picture.py) and keeps the field's value in
// `props.value`, where Gradio's events read it.

import { mountDropZone } from "./drop-zone.js";
import { changed } from "./form-bridge.js";
import { placeOfId } from "./form-data.js";
import { mountPainter } from "./painter.js";
import { t } from "./texts.js";
import { mediaAddress } from "./uploads.js";

const fields = new Map(); // "slug name" to what is mounted there
const keyOf = (slug, name) => `${slug} ${name}`;

/** The mounted picture field, or undefined: {value, info(), setError(t), settle(), focusTarget()}. */
export const pictureOf = (slug, name) => fields.get(keyOf(slug, name));

/** Waits for the uploads of a form and sends its masks. Throws an Error with a sentence. */
export async function settlePictures(slug) {
  const own = [...fields.values()].filter((field) => field.slug === slug);
  // pictures first: a mask is loaded when its picture is there
  for (const field of own) if (!field.isMask) await field.settle();
  for (const field of own) if (field.isMask) await field.settle();
}

class PictureField {
  isMask = false;

  constructor(slug, field, host, keep) {
    this.slug = slug;
    this.field = field;
    this.keep = keep;
    this.zone = mountDropZone(host, {
      label: field.label,
      name: field.name,
      kind: field.kind,
      onChange: (value, info) => this.changed(value, info),
    });
  }

  changed(value, info) {
    this.keep(value);
    for (const other of fields.values()) {
      if (other.slug === this.slug && other.field.same_size_as === this.field.name) other.meet(value, info);
    }
  }

  get value() {
    return this.zone.value;
  }

  take(value) {
    this.zone.set(value);
  }

  info() {
    return this.zone.info();
  }

  async settle() {
    while (this.zone.busy()) await this.zone.busy();
  }

  setError(text) {
    this.zone.setError(text);
  }

  focusTarget() {
    return this.zone.element.querySelector("button:not([hidden])");
  }
}

class MaskField {
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

/** Called by Gradio for each picture field: its element, its props, and a watch on them. */
export function mountPicture(element, props, watch) {
  const place = placeOfId(props.field_id);
  if (!place) return;
  const { slug, field } = place;
  const host = document.createElement("div");
  element.append(host);
  const first = props.value ?? "";
  let kept = first;
  const keep = (value) => {
    if (value === kept) return;
    kept = value;
    props.value = value;
    changed(slug);
  };
  const Made = field.kind === "mask" && field.same_size_as ? MaskField : PictureField;
  const made = new Made(slug, field, host, keep);
  fields.set(keyOf(slug, field.name), made);
  if (first) made.take(first);
  watch("value", () => {
    const value = props.value ?? "";
    if (value === kept) return;
    kept = value;
    made.take(value);
  });
}
