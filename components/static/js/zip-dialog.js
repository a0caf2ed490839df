// Many pictures as one ZIP: what the files are called, and how far it has come.

import { announce } from "./announce.js";
import { api } from "./api.js";
import { openDialog } from "./dialog.js";
import { el, fill } from "./dom.js";
import { bytes } from "./format.js";
import { recall, remember } from "./remembered.js";
import { parts, t } from "./texts.js";

const EXPORTS = "/api/v1/exports";
const USUAL = "{date}-{endpoint}-{seed}-{n}.{ext}";
const PLACES = ["date", "time", "endpoint", "seed", "n", "run", "index", "ext"];
const STORED = "zip-template";
const ASK_EVERY_MS = 700;

const over = ({ state }) => state === "sent" || state === "stopped";

/** The browser saves it, and shows its own progress beside ours. */
function save(address) {
  const link = el("a", { href: address, download: "", hidden: true });
  document.body.append(link);
  link.click();
  link.remove();
}

class ZipDialog {
  #pictures;
  #dialog = null;
  #timer = null;
  #template = el("input", {
    class: "in",
    id: "zip-template",
    type: "text",
    maxlength: "200",
    autocomplete: "off",
    spellcheck: "false",
    "aria-describedby": "zip-places zip-error",
    value: recall(STORED) ?? USUAL,
  });
  #error = el("p", { class: "pg-error", id: "zip-error", role: "alert" });
  #progress = el("div", { class: "zip-progress", role: "status" });

  constructor(pictures) {
    this.#pictures = pictures;
  }

  open() {
    const places = PLACES.flatMap((name) => [el("code", { text: `{${name}}` }), " "]);
    this.#dialog = openDialog({
      title: t("zip.title"),
      body: [
        el("p", { text: t("zip.about", { count: this.#pictures.length }) }),
        el("div", null,
          el("label", { class: "label", for: "zip-template", text: t("zip.template") }),
          this.#template,
          el("p", { class: "soft", id: "zip-places" }, parts("zip.places", { places: el("span", null, places) }))),
        this.#error,
        this.#progress,
      ],
      actions: [
        { label: t("action.close") },
        { label: t("zip.make"), kind: "main", close: false, run: () => this.#make() },
      ],
      onClose: () => clearTimeout(this.#timer),
    });
    return this.#dialog;
  }

  async #make() {
    clearTimeout(this.#timer);
    this.#error.textContent = "";
    fill(this.#progress);
    const template = this.#template.value.trim() || USUAL;
    try {
      const made = await api.post(EXPORTS, { pictures: this.#pictures, template });
      remember(STORED, template);
      save(made.url);
      this.#draw(made);
      this.#askAgain(made);
    } catch (reason) {
      this.#error.textContent = Object.values(reason.fields ?? {})[0] ?? reason.message;
      this.#template.focus();
    }
  }

  #askAgain({ id }) {
    this.#timer = setTimeout(async () => {
      let state = null;
      try {
        state = await api.get(`${EXPORTS}/${encodeURIComponent(id)}`);
      } catch (reason) {
        if (reason.status) this.#error.textContent = reason.message;
        else this.#askAgain({ id });
        return;
      }
      this.#draw(state);
      if (!over(state)) this.#askAgain(state);
    }, ASK_EVERY_MS);
  }

  #draw(state) {
    const { pictures, sent_pictures: sent, problems } = state;
    const words = { sent: sent.toLocaleString(), pictures: pictures.toLocaleString(), size: bytes(state.bytes), done: bytes(state.sent_bytes) };
    const ended = { sent: () => t("zip.sent", { count: pictures, done: bytes(state.sent_bytes) }), stopped: () => t("zip.stopped", words) };
    const line = (ended[state.state] ?? (() => t("zip.sending", words)))();
    const bar = el("progress", { max: String(Math.max(1, state.bytes)), value: String(Math.min(state.bytes, state.sent_bytes)), "aria-label": t("zip.progress") });
    fill(this.#progress, bar, el("p", { text: line }), problems ? el("p", { class: "zip-problems", text: t("zip.problems", { count: problems }) }) : null);
    if (over(state)) announce(line);
  }
}

/** Asks what the files are to be called, and saves them. `pictures`: [{run_id, index}], 2,000 at
 * most; without an index all pictures of the run. */
export function openZip(pictures) {
  return new ZipDialog(pictures).open();
}
