// Our own HTTP API, with its errors as one class.

import { t } from "./texts.js";

/** What the API refused, or that it could not be reached (status 0). */
export class ApiError extends Error {
  /** @param {number} status @param {object} problem problem+json, or {} */
  constructor(status, problem) {
    super(sentenceOf(status, problem));
    this.name = "ApiError";
    this.status = status;
    this.problem = problem;
    this.fields = fieldsOf(problem);
  }
}

function sentenceOf(status, problem) {
  if (status === 0) return t("api.unreachable");
  for (const text of [problem.message, problem.detail, problem.title]) {
    if (typeof text === "string" && text) return text;
  }
  const first = Array.isArray(problem.detail) ? problem.detail[0]?.msg : null;
  return first || t("api.answered", { status: String(status) });
}

/** Messages by field name: each `loc` ends in its field. */
function fieldsOf(problem) {
  const fields = {};
  if (Array.isArray(problem.detail)) {
    for (const { loc, msg } of problem.detail) {
      const name = Array.isArray(loc) ? loc.at(-1) : null;
      if (name !== null && name !== undefined) fields[name] ??= msg;
    }
  }
  return fields;
}

async function bodyOf(response) {
  const text = await response.text();
  if (!text) return null;
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

async function call(method, path, { body, headers = {}, signal } = {}) {
  const init = { method, signal, credentials: "same-origin", headers: { Accept: "application/json", ...headers } };
  if (body instanceof FormData) init.body = body;
  else if (body !== undefined && body !== null) {
    init.body = JSON.stringify(body);
    init.headers["Content-Type"] = "application/json";
  }
  let response;
  try {
    response = await fetch(path, init);
  } catch (reason) {
    if (reason?.name === "AbortError") throw reason;
    throw new ApiError(0, {});
  }
  const answer = await bodyOf(response);
  if (response.ok) return answer;
  if (response.status === 401) window.dispatchEvent(new CustomEvent("playground:signed-out"));
  throw new ApiError(response.status, answer && typeof answer === "object" ? answer : {});
}

/** Paths like "/api/v1/runs". Each answers the parsed JSON (null where there is none). */
export const api = {
  get: (path, { signal } = {}) => call("GET", path, { signal }),
  post: (path, body, { headers, signal } = {}) => call("POST", path, { body, headers, signal }),
  patch: (path, body, { headers, signal } = {}) => call("PATCH", path, { body, headers, signal }),
  put: (path, body, { headers, signal } = {}) => call("PUT", path, { body, headers, signal }),
  del: (path, { signal } = {}) => call("DELETE", path, { signal }),
};

/** A new Idempotency-Key: one for each press. Works outside secure contexts, too. */
export function mintKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

let catalogue = null;

/** The endpoints as data, asked for once; asked again where that failed. */
export function endpoints() {
  catalogue ??= api
    .get("/api/v1/endpoints")
    .then((answer) => answer.endpoints)
    .catch((reason) => {
      catalogue = null;
      throw reason;
    });
  return catalogue;
}
