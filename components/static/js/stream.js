// One server-sent event stream that survives a lost network, a sleeping machine and a hidden tab.
//
// Browsers allow six connections to a host over HTTP/1.1, for all tabs together. So the stream
// closes while the page is hidden, and comes back with ?after=ID where it had stopped.

const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 30_000;
const TRIES_WITH_POSITION = 3;

export class Stream {
  #path;
  #names;
  #onEvent;
  #onConnection;
  #source = null;
  #timer = null;
  #started = false;
  #position = null;
  #failures = 0;

  /**
   * @param {string} path
   * @param {string[]} names the events to listen for; each one's data is JSON
   * @param {(name: string, data: object) => void} onEvent
   * @param {(connection: {state: "open"|"lost"|"closed", retryAt?: number, failures?: number}) => void} onConnection
   */
  constructor(path, names, onEvent, onConnection) {
    this.#path = path;
    this.#names = names;
    this.#onEvent = onEvent;
    this.#onConnection = onConnection;
  }

  start() {
    if (this.#started) return;
    this.#started = true;
    document.addEventListener("visibilitychange", this.#follow);
    window.addEventListener("pagehide", this.#pause);
    window.addEventListener("pageshow", this.#follow);
    window.addEventListener("online", this.#online);
    this.#follow();
  }

  stop() {
    this.#started = false;
    document.removeEventListener("visibilitychange", this.#follow);
    window.removeEventListener("pagehide", this.#pause);
    window.removeEventListener("pageshow", this.#follow);
    window.removeEventListener("online", this.#online);
    this.#pause();
  }

  /** Tries at once instead of at the end of the wait. */
  retry() {
    if (this.#started && !this.#source && document.visibilityState !== "hidden") this.#connect();
  }

  #follow = () => {
    if (document.visibilityState === "hidden") this.#pause();
    else this.retry();
  };

  #online = () => this.retry();

  #pause = () => {
    this.#close();
    this.#failures = 0;
    this.#onConnection({ state: "closed" });
  };

  #close() {
    clearTimeout(this.#timer);
    this.#source?.close();
    this.#source = null;
  }

  #connect() {
    this.#close();
    const after = this.#position === null ? "" : `?after=${encodeURIComponent(this.#position)}`;
    const source = new EventSource(this.#path + after);
    this.#source = source;
    source.addEventListener("open", () => source === this.#source && this.#onConnection({ state: "open" }));
    source.addEventListener("error", () => source === this.#source && this.#lost());
    for (const name of this.#names) {
      source.addEventListener(name, (event) => source === this.#source && this.#read(name, event));
    }
  }

  #read(name, event) {
    this.#failures = 0;
    if (event.lastEventId) this.#position = event.lastEventId;
    let data;
    try {
      data = JSON.parse(event.data);
    } catch {
      return; // half an event of a connection that broke: the next one holds the whole run
    }
    this.#onEvent(name, data);
  }

  /** Not left to EventSource: it does not come back from an HTTP error, and never backs off. */
  #lost() {
    this.#close();
    this.#failures += 1;
    // a position that is refused again and again is given up for a fresh snapshot
    if (this.#failures >= TRIES_WITH_POSITION) this.#position = null;
    const wait = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (this.#failures - 1));
    this.#timer = setTimeout(() => this.retry(), wait);
    this.#onConnection({ state: "lost", retryAt: Date.now() + wait, failures: this.#failures });
  }
}
