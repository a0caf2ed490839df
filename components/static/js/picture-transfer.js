// What a drop or a paste carries: one picture of ours, a file, or a link, in this order (a picture
// dragged from this page carries all three).

import { DRAG_TYPE } from "./picture.js";
import { t } from "./texts.js";

const LINKS = "text/uri-list";

/** True for a drag that may hold a picture. While dragging, browsers show the types only. */
export function mayHoldPicture(transfer) {
  const types = transfer?.types ?? [];
  return [DRAG_TYPE, "Files", LINKS].some((type) => types.includes(type));
}

/** True for a drag of files from outside, which a browser would open in place of the page. */
export const holdsFiles = (transfer) => Boolean(transfer?.types?.includes("Files"));

/** The text as an http(s) address, or null. */
export function linkOf(text) {
  const trimmed = String(text ?? "").trim();
  return /^https?:\/\/\S+$/i.test(trimmed) ? trimmed : null;
}

function ownPicture(transfer) {
  const text = transfer.getData(DRAG_TYPE);
  if (!text) return null;
  try {
    const { run_id, index } = JSON.parse(text);
    if (typeof run_id === "string" && Number.isInteger(index)) return { picture: { run_id, index } };
  } catch {
    // somebody else's data under our name: not a picture of ours
  }
  return null;
}

function isFolder(transfer) {
  const item = [...(transfer.items ?? [])].find((each) => each.kind === "file");
  return Boolean(item?.webkitGetAsEntry?.()?.isDirectory);
}

function firstFile(transfer) {
  const files = [...(transfer.files ?? [])];
  if (!files.length) return null;
  if (isFolder(transfer)) return { problem: t("drop.folder") };
  const file = files.find((each) => each.type.startsWith("image/")) ?? files[0];
  return { file, more: files.length - 1 };
}

function firstLink(transfer) {
  const lines = transfer.getData(LINKS).split(/\r?\n/);
  const link = linkOf(lines.find((line) => line && !line.startsWith("#"))) ?? linkOf(transfer.getData("text/plain"));
  return link ? { link } : null;
}

/** {picture} | {file, more} | {link} | {problem}, or null where there is nothing of use. */
export const contentOf = (transfer) =>
  transfer ? (ownPicture(transfer) ?? firstFile(transfer) ?? firstLink(transfer)) : null;
