// A mask from a picture, by the server's rule: a grey PNG of one channel is a mask already and keeps
// every value; of any other picture white (128 and up) is painted, black and transparent is not.

import { size } from "./format.js";
import { t } from "./texts.js";

const STRIP_PIXELS = 1 << 22;
const PNG = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

async function decode(blob) {
  try {
    return await createImageBitmap(blob, { colorSpaceConversion: "none" });
  } catch {
    throw new Error(t("mask.unreadable"));
  }
}

/** True for a PNG of grey alone, of at most 8 bits. Its header says so, always at the same place. */
async function isGreyPng(blob) {
  const head = new Uint8Array(await blob.slice(0, 26).arrayBuffer());
  const [bits, colours] = [head[24], head[25]];
  return head.length === 26 && PNG.every((byte, i) => head[i] === byte) && bits <= 8 && colours === 0;
}

/** Strip by strip: a canvas as large as the picture is more than some phones allow. */
function greysOf(bitmap) {
  const { width, height } = bitmap;
  const data = new Uint8Array(width * height);
  const rows = Math.min(height, Math.max(1, Math.floor(STRIP_PIXELS / width)));
  const canvas = new OffscreenCanvas(width, rows);
  const context = canvas.getContext("2d", { willReadFrequently: true });
  for (let top = 0; top < height; top += rows) {
    const count = Math.min(rows, height - top);
    context.fillStyle = "black";
    context.fillRect(0, 0, width, rows);
    context.drawImage(bitmap, 0, -top);
    const pixels = context.getImageData(0, 0, width, count).data;
    for (let i = 0, at = top * width; i < pixels.length; i += 4, at += 1) {
      data[at] = (299 * pixels[i] + 587 * pixels[i + 1] + 114 * pixels[i + 2]) / 1000;
    }
  }
  return data;
}

/** A byte for each pixel. Throws an Error with a sentence for a person. */
export async function maskFromPicture(blob, width, height) {
  const [bitmap, isMask] = await Promise.all([decode(blob), isGreyPng(blob)]);
  try {
    if (bitmap.width !== width || bitmap.height !== height) {
      const sizes = [size(bitmap.width, bitmap.height), size(width, height)];
      throw new Error(t("mask.other_size", { mask: sizes[0], picture: sizes[1] }));
    }
    const greys = greysOf(bitmap);
    return isMask ? greys : greys.map((grey) => (grey >= 128 ? 255 : 0));
  } finally {
    bitmap.close();
  }
}
