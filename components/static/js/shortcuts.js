// Every key of the page. The modules ask here what a key means in their place, the dialog of `?`
// lists them, and README's table is compared with this one.

import { recall, remember } from "./remembered.js";

const STORED = "keys";
const ARROWS = ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"];

/** `where` and `does` name texts; `keys`: what a key is called here, to how it is spelt. */
export const SHORTCUTS = [
  { places: ["form"], where: "form", does: "run", keys: { run: ["Ctrl+Enter"] } },
  { places: ["form"], where: "form", does: "prompts", keys: { prompts: ["Ctrl+k"] } },
  { places: ["prompt"], where: "prompt", does: "recall", keys: { earlier: ["ArrowUp"], later: ["ArrowDown"], empty: ["Escape"] } },
  { places: ["page"], where: "page", does: "views", keys: { create: ["c"], gallery: ["g"], presets: ["p"], usage: ["u"], admin: ["a"] } },
  { places: ["page"], where: "page", does: "help", keys: { help: ["?"] } },
  { places: ["gallery"], where: "gallery", does: "search", keys: { search: ["/"] } },
  { places: ["tiles"], where: "tiles", does: "choose", keys: { choose: ["Space"], everything: ["Ctrl+a"], nothing: ["Escape"] } },
  { places: ["tiles"], where: "tiles", does: "range", keys: { choose_before: ["Shift+ArrowLeft"], choose_after: ["Shift+ArrowRight"], choose_above: ["Shift+ArrowUp"], choose_below: ["Shift+ArrowDown"] } },
  { places: ["viewer", "strip"], where: "viewer_and_strip", does: "go", keys: { before: ["ArrowLeft"], after: ["ArrowRight"], first: ["Home"], last: ["End"] } },
  { places: ["viewer", "compare"], where: "viewer_and_compare", does: "zoom", keys: { closer: ["+", "="], further: ["-"], whole: ["0"] } },
  { places: ["viewer"], where: "viewer", does: "star", keys: { star: ["s"] } },
  { places: ["viewer"], where: "zoomed", does: "pan", keys: { up: ["ArrowUp"], down: ["ArrowDown"] } },
  { places: ["compare"], where: "compare_zoomed", does: "pan", keys: { up: ["ArrowUp"], down: ["ArrowDown"], panLeft: ["ArrowLeft"], panRight: ["ArrowRight"] } },
  { places: ["compare"], where: "compare", does: "over", keys: { over: ["o"] } },
  { places: ["browser"], where: "opened", does: "close", keys: { close: ["Escape"] } },
  { places: ["painter"], where: "painter", does: "tool", keys: { brush: ["b"], eraser: ["e"], hand: ["h"] } },
  { places: ["painter"], where: "painter", does: "size", keys: { smaller: ["["], larger: ["]"] } },
  { places: ["painter"], where: "painter", does: "undo", keys: { undo: ["Ctrl+z"], redo: ["Ctrl+Shift+z", "Ctrl+y"] } },
  { places: ["painter"], where: "painter", does: "zoom", keys: { closer: ["+", "="], further: ["-"], whole: ["0"] } },
  { places: ["canvas"], where: "painter", does: "move", keys: { move: ["Arrows"], paintOnTheWay: ["Shift+Arrows"], paint: ["Space"] } },
];

/** "Ctrl+Shift+z" -> ["Ctrl", "Shift", "z"] */
export const partsOf = (spelt) => (spelt === "+" ? ["+"] : spelt.split("+"));

const isLetter = (key) => /^[a-z]$/.test(key);

function isPressed(event, spelt) {
  const parts = partsOf(spelt);
  const wanted = parts.at(-1);
  if (event.altKey || (event.ctrlKey || event.metaKey) !== parts.includes("Ctrl")) return false;
  const isSign = wanted.length === 1 && !isLetter(wanted); // where a sign is on the keyboard, Shift may be part of it
  if (!isSign && event.shiftKey !== parts.includes("Shift")) return false;
  if (wanted === "Arrows") return ARROWS.includes(event.key);
  if (wanted === "Space") return event.key === " ";
  return (isLetter(wanted) ? event.key.toLowerCase() : event.key) === wanted;
}

/** True for keys that somebody who dictates, or rests a hand on the keyboard, presses unawares. */
const isSingle = (spelt) => spelt.length === 1;

/** Whether keys without Ctrl mean anything (WCAG 2.1.4: they can be switched off). */
export const singleKeys = () => recall(STORED) !== "off";

/** How the first key of that name is spelt, or null where it means nothing now. */
export function keyOf(name) {
  const [spelt] = SHORTCUTS.map(({ keys }) => keys[name]).find(Boolean) ?? [];
  return spelt && (singleKeys() || !isSingle(spelt)) ? spelt : null;
}

/** Switches them on or off for this browser. */
export function setSingleKeys(on) {
  remember(STORED, on ? "on" : "off");
  window.dispatchEvent(new CustomEvent("playground:single-keys"));
}

/** What the key of this event is called in that place, or null. */
export function shortcutOf(event, place) {
  if (event.isComposing) return null;
  for (const { places, keys } of SHORTCUTS) {
    if (!places.includes(place)) continue;
    for (const [name, spellings] of Object.entries(keys)) {
      const spelt = spellings.find((one) => isPressed(event, one));
      if (spelt) return isSingle(spelt) && !singleKeys() ? null : name;
    }
  }
  return null;
}
