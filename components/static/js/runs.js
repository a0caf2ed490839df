// The runs of this person, as the one event stream brings them. Everything on the page that shows
// a run reads it here.

import { api } from "./api.js";
import { pictureAddress, previewAddress } from "./picture.js";
import { hasEnded, isActive } from "./run-words.js";
import { Stream } from "./stream.js";

const EVENTS = "/api/v1/events";
const KEPT_RUNS = 200;
const KEPT_LINES = 200;
const HIDDEN_POLL_MS = 5000;
const HIDDEN_POLL_RUNS = 6;

const byNewest = (a, b) => b.created_at.localeCompare(a.created_at) || String(b.id).localeCompare(String(a.id));

class Runs {
  #runs = new Map();
  #logs = new Map();
  #listeners = new Set();
  #poll = null;
  #loaded = false;
  #connection = { state: "closed" };
  #stream = new Stream(
    EVENTS,
    ["snapshot", "run", "log", "gone", "notices"],
    (name, data) => this.#receive(name, data),
    (connection) => this.#connected(connection),
  );

  start() {
    this.#stream.start();
    document.addEventListener("visibilitychange", this.#watchHidden);
  }

  stop() {
    this.#stream.stop();
    document.removeEventListener("visibilitychange", this.#watchHidden);
    clearTimeout(this.#poll);
  }

  /** Connects at once where the stream waits to try again. */
  retry() {
    this.#stream.retry();
  }

  /**
   * `fn` gets {type: "snapshot"}, {type: "run", run, before, pressed}, {type: "log", run_id, lines},
   * {type: "removed", id}, {type: "notices"} (to everybody, read at /api/v1/me) and
   * {type: "connection", connection}. Returns the way out.
   */
  subscribe(fn) {
    this.#listeners.add(fn);
    return () => this.#listeners.delete(fn);
  }

  /** Own runs, newest first. */
  list() {
    return [...this.#runs.values()].filter((run) => run.mine !== false).sort(byNewest);
  }

  get(id) {
    return this.#runs.get(id);
  }

  /** The lines of a run's log that this page has seen: {message, timestamp, level}. */
  logs(id) {
    return this.#logs.get(id) ?? [];
  }

  /** True once the first snapshot (or a run) is there. */
  get loaded() {
    return this.#loaded;
  }

  get connection() {
    return this.#connection;
  }

  /** A run from a request's answer; what the stream brought meanwhile is newer and stays. */
  put(run) {
    const known = this.#runs.get(run.id);
    const newer = known && (known.state_at ?? "") > (run.state_at ?? "");
    this.#keep(newer ? known : run, true);
  }

  /** A picture's preview is here, before the stream has said so. */
  arrived(id, index) {
    const run = this.#runs.get(id);
    const image = run?.images?.find((one) => one.index === index);
    if (!image || image.url || image.missing) return;
    const here = { ...image, url: pictureAddress(run, image), preview_url: previewAddress(run, image), fal_url: null };
    this.#keep({ ...run, images: run.images.map((one) => (one === image ? here : one)) }, false);
  }

  /** After a delete; told also for runs that are not kept here (an old one in the gallery). */
  remove(id) {
    this.#runs.delete(id);
    this.#logs.delete(id);
    this.#tell({ type: "removed", id });
  }

  #receive(name, data) {
    if (name === "snapshot") this.#replace(data.runs ?? []);
    else if (name === "run") this.#keep(data, false);
    else if (name === "gone") this.remove(data.run_id); // somebody has taken it away
    else if (name === "notices") this.#tell({ type: "notices" });
    else this.#append(data.run_id, data.lines ?? []);
  }

  #replace(list) {
    const before = this.#runs;
    this.#runs = new Map(list.filter((run) => !run.deleted_at).map((run) => [run.id, run]));
    this.#loaded = true;
    this.#tell({ type: "snapshot", runs: this.list(), before });
  }

  #keep(run, pressed) {
    if (run.deleted_at) {
      this.remove(run.id);
      return;
    }
    const before = this.#runs.get(run.id);
    this.#runs.set(run.id, run);
    this.#loaded = true;
    this.#forgetOldest();
    this.#tell({ type: "run", run, before, pressed });
  }

  #forgetOldest() {
    if (this.#runs.size <= KEPT_RUNS) return;
    const oldest = [...this.#runs.values()].sort(byNewest).reverse().find(hasEnded);
    if (!oldest) return;
    this.#runs.delete(oldest.id);
    this.#logs.delete(oldest.id);
  }

  #append(id, lines) {
    this.#logs.set(id, [...this.logs(id), ...lines].slice(-KEPT_LINES));
    this.#tell({ type: "log", run_id: id, lines });
  }

  #tell(event) {
    for (const listener of [...this.#listeners]) listener(event);
  }

  #connected(connection) {
    this.#connection = connection;
    this.#tell({ type: "connection", connection });
    // an EventSource hides the status: one small request finds out whether we are signed out
    if (connection.failures === 2) api.get("/api/v1/runs?limit=1").catch(() => {});
  }

  /** A hidden page has no stream, but its title has to say when a run is done: it asks now and then. */
  #watchHidden = () => {
    clearTimeout(this.#poll);
    if (document.visibilityState === "hidden") this.#poll = setTimeout(this.#askHidden, HIDDEN_POLL_MS);
  };

  #askHidden = async () => {
    const open = this.list().filter(isActive).slice(0, HIDDEN_POLL_RUNS);
    for (const { id } of open) {
      try {
        const run = await api.get(`/api/v1/runs/${encodeURIComponent(id)}`);
        if (document.visibilityState === "hidden" && run) this.#keep(run, false);
      } catch {
        break; // the stream will tell when the page is looked at again
      }
    }
    if (open.length) this.#watchHidden();
  };
}

export const runs = new Runs();
