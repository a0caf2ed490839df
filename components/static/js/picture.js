// One picture of a run, wherever it is shown: link, alt text, dragging, cover, and what stands in
// its place while it is not there.

import { copyButton } from "./clipboard.js";
import { el } from "./dom.js";
import { altOf } from "./run-words.js";
import { t } from "./texts.js";

/** What a dragged picture carries, for drop zones of our own: {run_id, index} as JSON. */
export const DRAG_TYPE = "application/x-playground-image";

const revealed = new Set();
const keyOf = (run, image) => `${run.id}/${image.index}`;

/** True for a flagged picture that this person has not uncovered on this page. */
export const isCovered = (run, image) => Boolean(image.flagged) && !revealed.has(keyOf(run, image));

/** As the server writes it in `url`. */
export const pictureAddress = (run, image) => `/media/${encodeURIComponent(run.id)}/${image.index}`;

/** The stored picture as a file to save. */
export const downloadAddress = (run, image) => `${pictureAddress(run, image)}?download=1`;

/** As the server writes it in `preview_url`. */
export const previewAddress = (run, image) => `${pictureAddress(run, image)}/preview`;

/** The picture's place in the gallery. */
export const galleryAddress = (run, image) =>
  `/gallery?run=${encodeURIComponent(run.id)}&image=${image?.index ?? 0}`;

/** The first picture of a run that can be shown, or undefined. */
export const firstPicture = (run) => (run.images ?? []).find((image) => image.url && !image.missing);

function drag(event, run, image) {
  event.dataTransfer.effectAllowed = "copy";
  event.dataTransfer.setData(DRAG_TYPE, JSON.stringify({ run_id: run.id, index: image.index }));
  event.dataTransfer.setData("text/uri-list", new URL(image.url, location.href).href);
}

/** The preview may follow later than its picture: then the picture itself is shown. */
function imageElement(run, image) {
  const img = el("img", {
    alt: altOf(run),
    src: image.preview_url || image.url,
    width: image.width,
    height: image.height,
    decoding: "async",
    dataset: { runId: run.id, index: image.index },
  });
  const fallBack = () => {
    const original = new URL(image.url, location.href).href;
    if (img.src !== original) img.src = original;
    else img.closest(".picture")?.classList.add("broken");
  };
  img.addEventListener("error", fallBack);
  return img;
}

function cover(run, image, onReveal) {
  const press = (event) => {
    revealed.add(keyOf(run, image));
    const box = event.currentTarget.parentElement;
    event.currentTarget.remove();
    const link = box.querySelector("a");
    link.inert = false;
    link.focus({ preventScroll: true });
    onReveal?.();
  };
  return el("button", { type: "button", class: "picture-cover", on: { click: press } },
    el("strong", { text: t("picture.covered") }),
    el("span", { text: t("picture.covered_why") }),
    el("span", { class: "picture-show", text: t("picture.show") }));
}

function standIn(run, image) {
  if (image.missing) {
    return el("div", { class: "picture-note" },
      el("strong", { text: t("picture.missing") }),
      el("span", { text: t("picture.missing_why") }),
      run.request_id && el("span", { dataset: { private: "" } }, `${t("run.request_id")} `, el("code", { text: run.request_id }), " ", copyButton(run.request_id, t("run.request_id"), "request-id")));
  }
  return el("div", { class: "picture-note" },
    el("strong", { text: t("state.saving") }),
    el("span", { text: t("picture.saving_why") }),
    image.fal_url && el("a", { href: image.fal_url, target: "_blank", rel: "noopener noreferrer", text: t("picture.at_fal") }));
}

/** A picture as a link to its file; a plain click calls `onOpen`, other clicks stay the browser's. */
export function pictureElement(run, image, { onOpen, onReveal, onFocus } = {}) {
  const box = el("div", { class: "picture", style: { "--w": image.width, "--h": image.height } });
  if (image.missing || !image.url) {
    box.append(standIn(run, image));
    return box;
  }
  const open = (event) => {
    if (!onOpen || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    onOpen(image);
  };
  const link = el("a", {
    class: "picture-open",
    href: image.url,
    dataset: { action: `open-picture-${image.index}` },
    on: { click: open, focus: () => onFocus?.(image), dragstart: (event) => drag(event, run, image) },
  }, imageElement(run, image));
  box.append(link);
  if (isCovered(run, image)) {
    link.inert = true;
    box.append(cover(run, image, onReveal));
  }
  return box;
}
