// Two texts word by word: what both have, what only the one has, what only the other. Pure.

/** A table of more cells takes longer than a blink; texts of 10,000 characters stay below. */
const MOST_CELLS = 6_000_000;
/** With less than that in common, one reads the other text itself more easily. */
const LEAST_SHARED = 0.3;

const isWord = (token) => /\S/.test(token);

/**
 * Words, signs and spaces, which together are the text; scripts without spaces by their letters.
 * (Intl.Segmenter keeps a copy of the whole text with each word: a long prompt takes gigabytes.)
 */
const TOKENS = /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}]|[[\p{L}\p{M}\p{N}_]--[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}]]+|\s+|\S/gv;
const tokensOf = (text) => text.match(TOKENS) ?? [];

function commonStart(a, b) {
  const most = Math.min(a.length, b.length);
  let length = 0;
  while (length < most && a[length] === b[length]) length += 1;
  return length;
}

/** How many tokens the ends of both have in common, from each place on, as one table. */
function tableOf(a, b) {
  const width = b.length + 1;
  const table = new Uint16Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i -= 1) {
    for (let j = b.length - 1; j >= 0; j -= 1) {
      const at = i * width + j;
      table[at] = a[i] === b[j] ? table[at + width + 1] + 1 : Math.max(table[at + width], table[at + 1]);
    }
  }
  return table;
}

function walk(a, b, take) {
  const width = b.length + 1;
  const table = tableOf(a, b);
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      take("same", a[i]);
      i += 1;
      j += 1;
    } else if (j === b.length || (i < a.length && table[(i + 1) * width + j] >= table[i * width + j + 1])) take("gone", a[i++]);
    else take("new", b[j++]);
  }
}

/**
 * [{kind: "same" | "gone" | "new", text}]: `before` made into `after`. Null where they are too long,
 * or have too little in common for anybody to follow.
 */
export function wordDiff(before, after) {
  const [a, b] = [tokensOf(before), tokensOf(after)];
  const start = commonStart(a, b);
  const end = commonStart(a.slice(start).reverse(), b.slice(start).reverse());
  const middle = [a.slice(start, a.length - end), b.slice(start, b.length - end)];
  if ((middle[0].length + 1) * (middle[1].length + 1) > MOST_CELLS) return null;
  const pieces = [];
  let shared = 0;
  const take = (kind, text) => {
    if (kind === "same" && isWord(text)) shared += 1;
    if (pieces.at(-1)?.kind === kind) pieces.at(-1).text += text;
    else pieces.push({ kind, text });
  };
  for (const token of a.slice(0, start)) take("same", token);
  walk(...middle, take);
  for (const token of end ? a.slice(-end) : []) take("same", token);
  const longer = Math.max(a.filter(isWord).length, b.filter(isWord).length);
  return shared >= LEAST_SHARED * longer ? pieces : null;
}
