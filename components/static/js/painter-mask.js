// A mask as numbers: a byte for each pixel of the source, and how wide its edge fades. What is
// painted is 0 or 255, greys come only with a mask that was stored or made so. No canvas is involved:
// the edges are exact, nothing is as large as four channels, and no browser's canvas limit applies.

/** A rectangle {left, top, right, bottom} in pixels, right and bottom excluded; null is empty. */
export function union(a, b) {
  if (!a || !b) return a ?? b;
  return {
    left: Math.min(a.left, b.left),
    top: Math.min(a.top, b.top),
    right: Math.max(a.right, b.right),
    bottom: Math.max(a.bottom, b.bottom),
  };
}

const clamp = (value, low, high) => Math.min(Math.max(value, low), high);

/** Where the disc around (x, y) is cut by the line at `row`, as [left, right], or null. */
function discSpan(x, y, radius, row) {
  const away = row - y;
  if (Math.abs(away) > radius) return null;
  const half = Math.sqrt(radius * radius - away * away);
  return [x - half, x + half];
}

/** The same for the rectangle between two discs, given by its four corners in order. */
function bandSpan(corners, row) {
  let left = Infinity;
  let right = -Infinity;
  for (let i = 0; i < 4; i += 1) {
    const [ax, ay] = corners[i];
    const [bx, by] = corners[(i + 1) % 4];
    if (ay === by || row < Math.min(ay, by) || row > Math.max(ay, by)) continue;
    const x = ax + ((row - ay) / (by - ay)) * (bx - ax);
    left = Math.min(left, x);
    right = Math.max(right, x);
  }
  return left <= right ? [left, right] : null;
}

function bandCorners(from, to, radius) {
  const length = Math.hypot(to.x - from.x, to.y - from.y);
  if (!length) return null;
  const nx = (-(to.y - from.y) / length) * radius;
  const ny = ((to.x - from.x) / length) * radius;
  return [
    [from.x + nx, from.y + ny],
    [to.x + nx, to.y + ny],
    [to.x - nx, to.y - ny],
    [from.x - nx, from.y - ny],
  ];
}

export class Mask {
  constructor(width, height) {
    this.width = width;
    this.height = height;
    this.data = new Uint8Array(width * height);
    /** In pixels, even; put into the pixels only where the mask is shown or sent. */
    this.feather = 0;
  }

  get whole() {
    return { left: 0, top: 0, right: this.width, bottom: this.height };
  }

  /** The pixels that a stroke from one point to another may reach, or null outside the picture. */
  reach(from, to, radius) {
    const rect = {
      left: clamp(Math.floor(Math.min(from.x, to.x) - radius), 0, this.width),
      top: clamp(Math.floor(Math.min(from.y, to.y) - radius), 0, this.height),
      right: clamp(Math.ceil(Math.max(from.x, to.x) + radius) + 1, 0, this.width),
      bottom: clamp(Math.ceil(Math.max(from.y, to.y) + radius) + 1, 0, this.height),
    };
    return rect.left < rect.right && rect.top < rect.bottom ? rect : null;
  }

  /**
   * Sets every pixel whose centre is within `radius` of the line between two points. The shape is
   * convex, so each row of it is one run of pixels.
   */
  stroke(from, to, radius, value) {
    const rect = this.reach(from, to, radius);
    if (!rect) return;
    const corners = bandCorners(from, to, radius);
    for (let y = rect.top; y < rect.bottom; y += 1) {
      const row = y + 0.5;
      const spans = [discSpan(from.x, from.y, radius, row), discSpan(to.x, to.y, radius, row)];
      if (corners) spans.push(bandSpan(corners, row));
      let left = Infinity;
      let right = -Infinity;
      for (const span of spans) {
        if (!span) continue;
        left = Math.min(left, span[0]);
        right = Math.max(right, span[1]);
      }
      const first = Math.max(0, Math.ceil(left - 0.5));
      const last = Math.min(this.width - 1, Math.floor(right - 0.5));
      if (first <= last) this.data.fill(value, y * this.width + first, y * this.width + last + 1);
    }
  }

  fill(value) {
    this.data.fill(value);
  }

  invert() {
    const { data } = this;
    for (let i = 0; i < data.length; i += 1) data[i] = 255 - data[i];
  }

  replace(data) {
    this.data.set(data);
  }

  /** How many pixels are painted, greys by their share; and whether there are greys. */
  measure() {
    const { data } = this;
    let sum = 0;
    let greys = 0;
    for (let i = 0; i < data.length; i += 1) {
      sum += data[i];
      greys |= (data[i] + 1) & 254;
    }
    return { painted: sum / 255, soft: greys !== 0 };
  }
}
