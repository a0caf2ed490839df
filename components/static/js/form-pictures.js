// Picture fields: a drop zone, and for a mask the painter (mask-field.js), which comes with the first
// form that has one.
// Each is mounted by Gradio (components/widgets/picture.py) and keeps the field's value in
// `props.value`, where Gradio's events read it.

import { toast } from "./announce.js";
import { mountDropZone } from "./drop-zone.js";
import { changed } from "./form-bridge.js";
import { placeOfId } from "./form-data.js";
import { t } from "./texts.js";

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

/** What mounts this field; null where it could not be fetched, which is told. */
async function maskField(field) {
  try {
    return (await import("./mask-field.js")).MaskField;
  } catch (error) {
    console.error(error);
    toast(t("main.failed", { name: field.label }), { bad: true });
    return null;
  }
}

/** Called by Gradio for each picture field: its element, its props, and a watch on them. */
export async function mountPicture(element, props, watch) {
  const place = placeOfId(props.field_id);
  if (!place) return;
  const { slug, field } = place;
  const host = document.createElement("div");
  element.append(host);
  const Made = field.kind === "mask" && field.same_size_as ? await maskField(field) : PictureField;
  if (!Made) return;
  const first = props.value ?? "";
  let kept = first;
  const keep = (value) => {
    if (value === kept) return;
    kept = value;
    props.value = value;
    changed(slug);
  };
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
