// What the drop zones of one page share: a file dropped beside them must not replace the page, and
// a picture pasted anywhere goes to the first empty one. Where somebody wants them (`catchStray`),
// files that are dropped beside all zones are theirs.

import { topLayerHost } from "./dom.js";
import { contentOf, holdsFiles, mayHoldPicture } from "./picture-transfer.js";

const zones = new Set();
let listening = null;
let stray = null;

const zoneAround = (node) => [...zones].find((zone) => zone.root.contains(node)) ?? null;

function isTextField(node) {
  if (!(node instanceof HTMLElement)) return false;
  if (node.isContentEditable || node instanceof HTMLTextAreaElement) return true;
  return node instanceof HTMLInputElement && !["button", "checkbox", "file", "radio", "range"].includes(node.type);
}

/** In the order of the page; the forms of other tabs are hidden and get nothing. */
function firstEmptyZone() {
  const host = topLayerHost();
  const usable = [...zones].filter(
    (zone) => zone.takesPastes && zone.isEmpty() && host.contains(zone.root) && zone.root.getClientRects().length > 0,
  );
  const before = (a, b) => (a.root.compareDocumentPosition(b.root) & Node.DOCUMENT_POSITION_FOLLOWING ? -1 : 1);
  return usable.sort(before)[0] ?? null;
}

/** Text stays the text field's own, also where the clipboard holds a drawing of it. */
function pasteZone(event, content) {
  const inside = zoneAround(event.target);
  if (isTextField(event.target)) {
    if (event.clipboardData.types.includes("text/plain") || !content.file) return null;
  } else if (inside) return inside;
  return content.file ? (inside ?? firstEmptyZone()) : null;
}

function onPaste(event) {
  if (event.defaultPrevented) return;
  const content = contentOf(event.clipboardData);
  const zone = content && pasteZone(event, content);
  if (!zone) return;
  event.preventDefault();
  zone.take(content);
}

const showNear = (near) => zones.forEach((zone) => zone.near(near));

/** Not while a dialog asks for something else. */
const wantsStray = () => stray !== null && topLayerHost() === document.body;

function onDragOver(event) {
  if (mayHoldPicture(event.dataTransfer)) showNear(true);
  if (event.defaultPrevented || !holdsFiles(event.dataTransfer)) return;
  event.preventDefault();
  event.dataTransfer.dropEffect = wantsStray() ? "copy" : "none";
}

function onDrop(event) {
  showNear(false);
  if (event.defaultPrevented || !holdsFiles(event.dataTransfer)) return;
  event.preventDefault();
  const file = wantsStray() && contentOf(event.dataTransfer)?.file;
  if (file) stray(file);
}

/** A drag that leaves the window leaves for nothing. */
function onDragLeave(event) {
  if (!event.relatedTarget) showNear(false);
}

function listen() {
  const control = new AbortController();
  const { signal } = control;
  document.addEventListener("paste", onPaste, { signal });
  document.addEventListener("dragover", onDragOver, { signal });
  document.addEventListener("drop", onDrop, { signal });
  document.addEventListener("dragleave", onDragLeave, { signal });
  document.addEventListener("dragend", () => showNear(false), { signal });
  return control;
}

/**
 * Takes part until the answered function is called. A zone: {root, takesPastes, isEmpty(),
 * take(content), near(flag)}.
 */
export function joinPage(zone) {
  zones.add(zone);
  listening ??= listen();
  return () => {
    zones.delete(zone);
    if (zones.size || stray) return;
    listening?.abort();
    listening = null;
  };
}

/** `fn(file)` gets what is dropped beside all zones, from now on. */
export function catchStray(fn) {
  stray = fn;
  listening ??= listen();
}
