// Where each picture of the gallery stands: days, in them rows that are filled from edge to edge,
// in them tiles of one height. Pure: no DOM, so the place of picture 100,000 costs no element.

const TALLEST = 0.4;
const WIDEST = 3;

export const keyOf = ({ run, image }) => `${run.id}/${image.index}`;

/** Width to height of a tile; what is extreme is cropped. */
export function ratioOf({ width, height } = {}) {
  if (!width || !height) return 4 / 3;
  return Math.min(WIDEST, Math.max(TALLEST, width / height));
}

/** Rows of one day: [{top, height, tiles: [{item, left, width}]}], and how high they are together. */
function rowsOf(items, { width, row, gap }) {
  const rows = [];
  let top = 0;
  let from = 0;
  while (from < items.length) {
    const ratios = [];
    let sum = 0;
    while (from + ratios.length < items.length) {
      const next = ratioOf(items[from + ratios.length].image);
      if (ratios.length > 0 && (sum + next) * row + ratios.length * gap > width) break;
      ratios.push(next);
      sum += next;
    }
    const full = from + ratios.length < items.length;
    const room = width - (ratios.length - 1) * gap;
    const height = full || sum * row > room ? room / sum : row;
    let left = 0;
    const tiles = ratios.map((ratio, index) => {
      const tile = { item: items[from + index], place: from + index, left, width: ratio * height };
      left += tile.width + gap;
      return tile;
    });
    rows.push({ top, height, tiles });
    top += height + gap;
    from += ratios.length;
  }
  return { rows, height: Math.max(0, top - gap) };
}

/**
 * Days (album.js) as blocks one below the other. `measures`: {width, row, gap, heading} in CSS
 * pixels. Answers {days: [{...day, top, height, rows}], height}; rows count from their day's grid.
 */
export function layout(days, measures) {
  let top = 0;
  const placed = days.map((day) => {
    const { rows, height } = rowsOf(day.items, measures);
    const block = { ...day, top, rows, height: measures.heading + height };
    top += block.height;
    return block;
  });
  return { days: placed, height: top };
}

/** The first of `list` whose lower edge is below `y`; the list is in order. */
export function firstBelow(list, y) {
  let [low, high] = [0, list.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (list[middle].top + list[middle].height > y) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** What lies between two heights: [{day, rows}]. */
export function between({ days }, from, to, heading) {
  const found = [];
  for (let at = firstBelow(days, from); at < days.length && days[at].top < to; at += 1) {
    const day = days[at];
    const inside = day.top + heading;
    const rows = [];
    for (let row = firstBelow(day.rows, from - inside); row < day.rows.length && day.rows[row].top + inside < to; row += 1) {
      rows.push(day.rows[row]);
    }
    found.push({ day, rows });
  }
  return found;
}

/** Where a picture stands: {top, height} from the grid's upper edge, or null. */
export function placeOf({ days }, key, heading) {
  for (const day of days) {
    for (const { top, height, tiles } of day.rows) {
      if (tiles.some(({ item }) => keyOf(item) === key)) return { top: day.top + heading + top, height };
    }
  }
  return null;
}
