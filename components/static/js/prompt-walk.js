// Earlier prompts in a box that was empty, one for each press, as a shell has them. It is over with
// the first letter or click that changes the text or moves the caret: the arrows are its own again.

import { announce } from "./announce.js";
import { api } from "./api.js";
import { write } from "./prompt-box.js";
import { shortcutOf } from "./shortcuts.js";
import { t } from "./texts.js";

const AT_ONCE = 20;
const walks = new WeakMap();

class Walk {
  #box;
  #found = [];
  #next = null;
  #asked = false;
  #at = -1;
  #shown = "";
  #turn = Promise.resolve();

  constructor(box) {
    this.#box = box;
    for (const name of ["keydown", "input", "blur"]) box.addEventListener(name, this);
  }

  end() {
    walks.delete(this.#box);
    for (const name of ["keydown", "input", "blur"]) this.#box.removeEventListener(name, this);
  }

  handleEvent(event) {
    if (event.type === "blur" || (event.type === "input" && event.isTrusted)) this.end();
    if (event.type === "keydown") this.#keyed(event);
  }

  #keyed(event) {
    const key = shortcutOf(event, "prompt");
    if (!key || !this.#box.value) return;
    if (!this.#untouched()) {
      this.end();
      return;
    }
    event.preventDefault();
    if (key === "empty") this.#clear();
    else this.go(key === "later" ? -1 : 1);
  }

  #untouched() {
    const { value, selectionStart, selectionEnd } = this.#box;
    return value === this.#shown && selectionStart === value.length && selectionEnd === value.length;
  }

  #clear() {
    write(this.#box, "");
    announce(t("past_prompts.emptied"));
    this.end();
  }

  /** One earlier, or one later. Presses wait for each other. */
  go(step) {
    this.#turn = this.#turn.then(() => this.#go(step)).catch((error) => {
      announce(error.message);
      this.end();
    });
    return this.#turn;
  }

  async #go(step) {
    const at = this.#at + step;
    if (at >= this.#found.length) await this.#load();
    if (walks.get(this.#box) !== this || !this.#untouched()) return;
    if (at < 0) this.#clear();
    else if (at >= this.#found.length) announce(at ? t("past_prompts.oldest") : t("past_prompts.none"));
    else {
      this.#at = at;
      write(this.#box, this.#found[at].text);
      this.#shown = this.#box.value;
      announce(this.#shown);
    }
  }

  async #load() {
    if (this.#asked && !this.#next) return;
    const query = new URLSearchParams({ limit: AT_ONCE, ...(this.#next && { cursor: this.#next }) });
    const { prompts, next_cursor: next } = await api.get(`/api/v1/prompts?${query}`);
    this.#found = [...this.#found, ...prompts];
    this.#next = next;
    this.#asked = true;
  }
}

/** An arrow up in an empty box. */
export function walk(box) {
  if (!walks.has(box)) walks.set(box, new Walk(box));
  return walks.get(box).go(1);
}
