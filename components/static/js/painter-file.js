// A mask from a picture: white (128 and up) is painted, black and transparent is not.

import { size } from "./format.js";

const STRIP_PIXELS = 1 << 22;

async function decode(blob) {
  try {
    return await createImageBitmap(blob, { colorSpaceConversion: "none" });
  } catch {
    throw new Error("The mask can't be read as a picture. Use a black and white PNG.");
  }
}

/** Strip by strip: a canvas as large as the picture is more than some phones allow. */
function threshold(bitmap) {
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
      const grey = (299 * pixels[i] + 587 * pixels[i + 1] + 114 * pixels[i + 2]) / 1000;
      data[at] = grey >= 128 ? 255 : 0;
    }
  }
  return data;
}

/** A byte for each pixel, 0 or 255. Throws an Error with a sentence for a person. */
export async function maskFromPicture(blob, width, height) {
  const bitmap = await decode(blob);
  try {
    if (bitmap.width !== width || bitmap.height !== height) {
      const sizes = [size(bitmap.width, bitmap.height), size(width, height)];
      throw new Error(`The mask is ${sizes[0]}, the picture is ${sizes[1]}. Both must have the same size.`);
    }
    return threshold(bitmap);
  } finally {
    bitmap.close();
  }
}
