// The soft edge of a mask: a blur with two boxes along each axis. It ends where it should (a Gaussian
// never does): half the feather's width away from an edge, 0 is 0 and 255 is 255. Sums are whole
// numbers, so a part that is softened alone has the very pixels that the whole would have there.

/** The widest soft edge, in pixels of the source. */
export const MAX_FEATHER = 64;

/** Widths are even: both boxes then have a middle, and the edge stays where it is. */
export const FEATHER_STEP = 2;

/** The two boxes, of odd widths, that turn a hard edge into a ramp of `feather` pixels. */
function boxesFor(feather) {
  const wider = 2 * Math.ceil(feather / 4) + 1;
  return [wider, feather + 2 - wider];
}

const clamp = (value, low, high) => Math.min(Math.max(value, low), high);

/** Sums of `box` neighbours; `to` has box - 1 values fewer than `from`. */
function slide(from, count, box, to) {
  let sum = 0;
  for (let i = 0; i < box - 1; i += 1) sum += from[i];
  for (let i = 0; i < count; i += 1) {
    sum += from[i + box - 1];
    to[i] = sum;
    sum -= from[i];
  }
}

/** One row of `rect`, its pixels summed across; beyond the picture its edge goes on. */
function acrossRow(mask, y, rect, [first, second], reach, line, between, to) {
  const start = y * mask.width;
  const count = rect.right - rect.left;
  const total = count + 2 * reach;
  const left = Math.max(0, rect.left - reach);
  const right = Math.min(mask.width, rect.right + reach);
  const before = left - (rect.left - reach);
  line.fill(mask.data[start], 0, before);
  line.set(mask.data.subarray(start + left, start + right), before);
  line.fill(mask.data[start + mask.width - 1], before + right - left, total);
  slide(line, total - first + 1, first, between);
  slide(between, count, second, to);
}

/** Sums of `box` rows below each other; the i-th of them begins at `from[startOf(i)]`. */
function slideDown(from, startOf, count, width, box) {
  const sums = new Int32Array(width);
  const to = new Int32Array(count * width);
  for (let i = 0; i < box - 1; i += 1) {
    for (let x = 0, at = startOf(i); x < width; x += 1, at += 1) sums[x] += from[at];
  }
  for (let i = 0, out = 0; i < count; i += 1) {
    const [old, young] = [startOf(i), startOf(i + box - 1)];
    for (let x = 0; x < width; x += 1, out += 1) {
      const sum = sums[x] + from[young + x];
      to[out] = sum;
      sums[x] = sum - from[old + x];
    }
  }
  return to;
}

/**
 * The pixels of `rect` with a ramp of `feather` pixels (an even number, 0 for none) over each edge,
 * a byte each. `mask` is {width, height, data}; pixels beyond the rectangle count as they are.
 */
export function feathered(mask, feather, rect) {
  const width = rect.right - rect.left;
  const height = rect.bottom - rect.top;
  const reach = feather / 2;
  const [first, second] = boxesFor(feather);
  const top = Math.max(0, rect.top - reach);
  const bottom = Math.min(mask.height, rect.bottom + reach);
  const rows = new Int32Array((bottom - top) * width);
  const line = new Int32Array(width + 2 * reach);
  const between = new Int32Array(width + 2 * reach);
  for (let y = top; y < bottom; y += 1) {
    acrossRow(mask, y, rect, [first, second], reach, line, between, rows.subarray((y - top) * width, (y - top + 1) * width));
  }
  const within = (i) => (clamp(rect.top - reach + i, 0, mask.height - 1) - top) * width;
  const once = slideDown(rows, within, height + second - 1, width, first);
  const twice = slideDown(once, (i) => i * width, height, width, second);
  const all = (first * second) ** 2;
  const soft = new Uint8Array(twice.length);
  for (let i = 0; i < soft.length; i += 1) soft[i] = Math.floor(twice[i] / all + 0.5);
  return soft;
}

/** `rect` of the mask, and `reach` around it, with one pixel for each `pitch` by `pitch` of them. */
function coarse(mask, rect, pitch) {
  const width = rect.right - rect.left;
  const data = new Uint8Array(width * (rect.bottom - rect.top));
  const columns = Int32Array.from({ length: width }, (_, i) => Math.min(mask.width - 1, (rect.left + i) * pitch + (pitch >> 1)));
  for (let y = rect.top, at = 0; y < rect.bottom; y += 1) {
    const row = Math.min(mask.height - 1, y * pitch + (pitch >> 1)) * mask.width;
    for (let i = 0; i < width; i += 1, at += 1) data[at] = mask.data[row + columns[i]];
  }
  return { width, height: rect.bottom - rect.top, data };
}

const grown = ({ left, top, right, bottom }, by, across, down) => ({
  left: Math.max(0, left - by),
  top: Math.max(0, top - by),
  right: Math.min(across, right + by),
  bottom: Math.min(down, bottom + by),
});

/**
 * How `rect` of a feathered mask looks where one pixel of the screen stands for `perPixel` of the
 * source: as exact as is seen, and never more work than there are pixels on the screen. Answers
 * {data, width, left, top, pitch}: a byte for each `pitch` by `pitch` pixels of the source; null
 * where the soft edge is too narrow to be seen.
 */
export function featherPreview(mask, rect, perPixel) {
  const pitch = Math.max(1, Math.round(perPixel));
  const feather = FEATHER_STEP * Math.round(mask.feather / pitch / FEATHER_STEP);
  if (!feather) return null;
  const across = Math.ceil(mask.width / pitch);
  const down = Math.ceil(mask.height / pitch);
  const cells = {
    left: Math.floor(rect.left / pitch),
    top: Math.floor(rect.top / pitch),
    right: Math.min(across, Math.ceil(rect.right / pitch)),
    bottom: Math.min(down, Math.ceil(rect.bottom / pitch)),
  };
  const found = { width: cells.right - cells.left, left: cells.left, top: cells.top, pitch };
  if (pitch === 1) return { ...found, data: feathered(mask, feather, cells) };
  const around = grown(cells, feather / 2, across, down);
  const inner = {
    left: cells.left - around.left,
    top: cells.top - around.top,
    right: cells.right - around.left,
    bottom: cells.bottom - around.top,
  };
  return { ...found, data: feathered(coarse(mask, around, pitch), feather, inner) };
}
