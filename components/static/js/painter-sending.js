// A mask on its way to the server: softened, written as a PNG, uploaded once for each change.

import { feathered } from "./painter-feather.js";
import { encodeGrey } from "./png.js";
import { t } from "./texts.js";
import { sentenceOf, uploadFile, valueOf } from "./uploads.js";

const HALF = 128;

/** The mask as a PNG with its soft edge. A copy is written: painting may go on meanwhile. */
export async function pngOf({ width, height, data, feather }) {
  const copy = { width, height, data: data.slice() };
  let most = feather ? 0 : HALF;
  const pixelsOf = (top, count) => {
    const rect = { left: 0, top, right: width, bottom: top + count };
    const rows = feather ? feathered(copy, feather, rect) : copy.data.subarray(top * width, (top + count) * width);
    for (let i = 0; most < HALF && i < rows.length; i += 1) most = Math.max(most, rows[i]);
    return rows;
  };
  const png = await encodeGrey(width, height, pixelsOf);
  if (most < HALF) throw new Error(t("paint.too_soft"));
  return png;
}

export class Sending {
  #sent = null;

  /** "upload:ID" of the mask; `revision` is another one after every change. Throws a sentence. */
  send(mask, revision) {
    if (this.#sent?.revision !== revision) {
      const sent = { revision, value: this.#upload(mask) };
      this.#sent = sent;
      sent.value.catch(() => {
        if (this.#sent === sent) this.#sent = null;
      });
    }
    return this.#sent.value;
  }

  /** Another mask: what was sent was not it. */
  forget() {
    this.#sent = null;
  }

  async #upload(mask) {
    try {
      return valueOf(await uploadFile(await pngOf(mask), { name: "mask.png" }));
    } catch (reason) {
      throw new Error(t("paint.not_uploaded", { why: sentenceOf(reason) }), { cause: reason });
    }
  }
}
