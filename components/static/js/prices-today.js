// fal's prices of today where they are not our files': the shell hears of them, the forms show them.

let changed = new Map();
const listeners = new Set();

/** [{slug, usd, file_usd, unit}] as /api/v1/me says. */
export function tellPrices(list) {
  changed = new Map(list.map((price) => [price.slug, price]));
  for (const listener of listeners) listener(changed);
}

/** Calls `fn(changed)`, a Map by slug, now and whenever they were told. */
export function onPrices(fn) {
  listeners.add(fn);
  fn(changed);
}
