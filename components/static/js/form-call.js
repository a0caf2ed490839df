// Calls of the page's forms to the server (components/handlers.py).

import { api } from "./api.js";

/** What the server refused, as an error with its messages by field. */
export class Refusal extends Error {
  constructor({ code, message, fields, estimate_usd }) {
    super(message);
    this.name = "Refusal";
    this.code = code;
    this.fields = fields ?? {};
    this.estimate_usd = estimate_usd;
  }
}

/** Answers what the handler answered. Throws Refusal, or ApiError where there is no answer. */
export async function call(name, body) {
  const answer = (await api.post(`/form/${name}`, body)) ?? {};
  if (!answer.error) return answer;
  if (answer.error.code === "sign_in_needed") window.dispatchEvent(new CustomEvent("playground:signed-out"));
  throw new Refusal(answer.error);
}
