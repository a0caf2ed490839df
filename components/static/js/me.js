// Who is looking, what mode the server is in and what today has cost: asked for, and asked again
// when a run has ended or everybody is told something.

import { api } from "./api.js";
import { hasEnded } from "./run-words.js";
import { runs } from "./runs.js";

/** The answer of /api/v1/me, kept fresh for its listeners. */
export class Me {
  #listener;
  #asking = null;
  #again = false;

  /** @param listener called with (me, null) or (null, error) */
  constructor(listener) {
    this.#listener = listener;
  }

  /** Asks now, and whenever a run ends, everybody is told something or the page comes back to the front. */
  start() {
    runs.subscribe((event) => this.#heard(event));
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible") this.refresh();
    });
    return this.refresh();
  }

  /** Asks once; calls while an answer is under way become one more. */
  refresh() {
    if (this.#asking) {
      this.#again = true;
      return this.#asking;
    }
    this.#asking = this.#ask().finally(() => {
      this.#asking = null;
      if (!this.#again) return;
      this.#again = false;
      this.refresh();
    });
    return this.#asking;
  }

  async #ask() {
    try {
      this.#listener(await api.get("/api/v1/me"), null);
    } catch (error) {
      console.error(error);
      this.#listener(null, error);
    }
  }

  #heard({ type, run, before }) {
    if (type === "notices") this.refresh();
    if (type !== "run" || run.state === before?.state) return;
    if (hasEnded(run) || run.state === "uncertain") this.refresh();
  }
}
