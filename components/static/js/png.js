// A PNG writer for what a canvas can't write: one grey channel of 8 bits, as masks are sent.

const SIGNATURE = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const STRIP_BYTES = 1 << 19;
const UP = 2;

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

/** CRC-32 of all `parts` one after another, as PNG and zip have it. */
export function crc32(...parts) {
  let value = 0xffffffff;
  for (const part of parts) {
    for (let i = 0; i < part.length; i += 1) value = (value >>> 8) ^ CRC_TABLE[(value ^ part[i]) & 255];
  }
  return (value ^ 0xffffffff) >>> 0;
}

function bigEndian(...numbers) {
  const view = new DataView(new ArrayBuffer(4 * numbers.length));
  numbers.forEach((number, i) => view.setUint32(4 * i, number));
  return new Uint8Array(view.buffer);
}

function chunk(name, data) {
  const type = new TextEncoder().encode(name);
  return [bigEndian(data.length), type, data, bigEndian(crc32(type, data))];
}

/** 8 bits, grey, deflate, standard filters, not interlaced. */
const header = (width, height) => new Uint8Array([...bigEndian(width, height), 8, 0, 0, 0, 0]);

/** Each row as its difference to the one above: the ramps of a soft edge shrink to a third. */
function filtered(pixels, width, count, above) {
  const strip = new Uint8Array(count * (width + 1));
  for (let row = 0, at = 0; row < count; row += 1) {
    const from = row * width;
    strip[at] = UP;
    at += 1;
    for (let x = 0; x < width; x += 1, at += 1) {
      strip[at] = pixels[from + x] - (row ? pixels[from + x - width] : above[x]);
    }
  }
  return strip;
}

/** A strip at a time: never a second copy of it all, and the page draws between them. */
async function feed(writer, width, height, pixelsOf) {
  const rows = Math.max(1, Math.floor(STRIP_BYTES / (width + 1)));
  let above = new Uint8Array(width);
  for (let top = 0; top < height; top += rows) {
    const count = Math.min(rows, height - top);
    const pixels = pixelsOf(top, count);
    await writer.write(filtered(pixels, width, count, above));
    above = pixels.subarray((count - 1) * width);
    await new Promise((goOn) => setTimeout(goOn));
  }
  await writer.close();
}

async function deflated(width, height, pixelsOf) {
  const stream = new CompressionStream("deflate");
  const whole = new Response(stream.readable).arrayBuffer();
  await Promise.all([feed(stream.writable.getWriter(), width, height, pixelsOf), whole]);
  return new Uint8Array(await whole);
}

/**
 * `pixelsOf(top, count)` answers that many rows, a byte for each pixel, and is asked for one strip
 * after another. Answers a Blob of image/png.
 */
export async function encodeGrey(width, height, pixelsOf) {
  const data = await deflated(width, height, pixelsOf);
  const parts = [
    SIGNATURE,
    ...chunk("IHDR", header(width, height)),
    ...chunk("IDAT", data),
    ...chunk("IEND", new Uint8Array(0)),
  ];
  return new Blob(parts, { type: "image/png" });
}
