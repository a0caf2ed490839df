// Pictures that people bring: each becomes ours first, as "upload:ID".

import { api, ApiError } from "./api.js";
import { bytes, shorten } from "./format.js";
import { t } from "./texts.js";

const UPLOADS = "/api/v1/uploads";
const MAX_BYTES = 50 * 1024 * 1024;
const TYPES = ["image/jpeg", "image/png", "image/webp", "image/gif", "image/avif"];

/** What a file dialog offers. */
export const ACCEPT = TYPES.join(",");

/** "upload:ID" of an answer. */
export const valueOf = (upload) => `upload:${upload.id}`;

/** Where the picture of "upload:ID" is served, or null for any other value. */
export function mediaAddress(value) {
  const match = /^upload:([A-Za-z0-9_-]{1,128})$/.exec(value);
  return match ? `/media/uploads/${match[1]}` : null;
}

/** A sentence on why this file need not be sent, or null. The server checks the content. */
export function refusalOf(file) {
  const name = file.name ? t("upload.named", { name: shorten(file.name, 60) }) : t("upload.unnamed");
  if (file.size === 0) return t("upload.empty", { name });
  if (file.size > MAX_BYTES) return t("upload.large", { name, size: bytes(file.size) });
  if (file.type && !TYPES.includes(file.type)) return t("upload.unreadable", { name });
  return null;
}

/** What a person reads about a failed upload: the message of a field goes before the general one. */
export function sentenceOf(reason) {
  if (!(reason instanceof ApiError)) return reason?.message || t("upload.failed");
  const [message] = Object.values(reason.fields);
  if (message) return message;
  if (reason.status === 413 && !reason.problem.detail) return t("upload.too_large");
  return reason.message;
}

function parsed(text) {
  try {
    const answer = JSON.parse(text);
    return answer && typeof answer === "object" ? answer : {};
  } catch {
    return {};
  }
}

function settle(request, resolve, reject) {
  const answer = parsed(request.responseText);
  if (request.status >= 200 && request.status < 300 && answer.id) return resolve(answer);
  if (request.status === 401) window.dispatchEvent(new CustomEvent("playground:signed-out"));
  return reject(new ApiError(request.status, answer));
}

/**
 * Sends a file or blob. `onProgress(sent, total)` counts bytes (fetch can't tell them, so this is
 * an XMLHttpRequest). Answers {id, width, height, content_type}; throws ApiError or AbortError.
 */
export function uploadFile(file, { name = file.name || "picture", onProgress = null, signal = null } = {}) {
  return new Promise((resolve, reject) => {
    const form = new FormData();
    form.append("file", file, name);
    const request = new XMLHttpRequest();
    request.open("POST", UPLOADS);
    request.setRequestHeader("Accept", "application/json");
    if (onProgress) request.upload.addEventListener("progress", (event) => onProgress(event.loaded, event.total));
    request.addEventListener("load", () => settle(request, resolve, reject));
    request.addEventListener("error", () => reject(new ApiError(0, {})));
    request.addEventListener("abort", () => reject(new DOMException("Stopped", "AbortError")));
    signal?.addEventListener("abort", () => request.abort(), { once: true });
    request.send(form);
  });
}

/** Lets the server fetch a link. */
export const uploadLink = (url, { signal } = {}) => api.post(UPLOADS, { url }, { signal });

/** Takes a picture of one of our runs: `picture` is {run_id, index}. */
export const uploadRunPicture = (picture, { signal } = {}) => api.post(UPLOADS, picture, { signal });

/** The stored picture's bytes. Throws ApiError with its status: 404 where it is no longer kept. */
export async function fetchStored(address, { signal } = {}) {
  let response;
  try {
    response = await fetch(address, { signal, credentials: "same-origin" });
    if (response.ok) return await response.blob();
  } catch (reason) {
    if (reason?.name === "AbortError") throw reason;
    throw new ApiError(0, {});
  }
  throw new ApiError(response.status, parsed(await response.text()));
}
