// A PNG writer for what a canvas can't write: one grey channel of 8 bits, as masks are sent.

const SIGNATURE = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const STRIP_BYTES = 1 << 20;

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

/** The rows with their filter byte (0: none), a strip at a time: never a second copy of it all. */
async function feed(writer, width, height, pixels) {
  const rows = Math.max(1, Math.floor(STRIP_BYTES / (width + 1)));
  for (let top = 0; top < height; top += rows) {
    const count = Math.min(rows, height - top);
    const strip = new Uint8Array(count * (width + 1));
    for (let row = 0; row < count; row += 1) {
      const from = (top + row) * width;
      strip.set(pixels.subarray(from, from + width), row * (width + 1) + 1);
    }
    await writer.write(strip);
  }
  await writer.close();
}

async function deflated(width, height, pixels) {
  const stream = new CompressionStream("deflate");
  const whole = new Response(stream.readable).arrayBuffer();
  await Promise.all([feed(stream.writable.getWriter(), width, height, pixels), whole]);
  return new Uint8Array(await whole);
}

/** `pixels` holds a byte for each pixel, row by row. Answers a Blob of image/png. */
export async function encodeGrey(width, height, pixels) {
  if (pixels.length !== width * height) throw new RangeError("pixels must have width × height bytes");
  const data = await deflated(width, height, pixels);
  const parts = [
    SIGNATURE,
    ...chunk("IHDR", header(width, height)),
    ...chunk("IDAT", data),
    ...chunk("IEND", new Uint8Array(0)),
  ];
  return new Blob(parts, { type: "image/png" });
}
