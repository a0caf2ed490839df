// From which price on a person wants to be asked before a run.

import { amountOf } from "./amounts.js";
import { announce } from "./announce.js";
import { api } from "./api.js";
import { tellAskAbove } from "./ask-first.js";
import { openDialog } from "./dialog.js";
import { el } from "./dom.js";
import { money } from "./format.js";
import { t } from "./texts.js";

const MINE = "/api/v1/me/budget";
const NAME = "ask-amount";

/** Without a wish of one's own the server's counts, and beside one the lower of both. */
const about = ({ ask_above_usd: above, own_ask_above_usd: own }) =>
  own === null && above !== null ? t("asking.servers", { price: money(above) }) : "";

class AskAmount {
  #box = el("input", { class: "in", id: NAME, type: "text", inputmode: "decimal", autocomplete: "off", autofocus: true, "aria-describedby": `${NAME}-servers ${NAME}-error` });
  #servers = el("p", { class: "soft", id: `${NAME}-servers` });
  #error = el("p", { class: "pg-error", id: `${NAME}-error`, role: "alert" });

  open() {
    const dialog = openDialog({
      title: t("asking.title"),
      body: [
        el("p", { class: "soft", text: t("asking.about") }),
        el("div", null, el("label", { class: "label", for: NAME, text: t("asking.amount") }), this.#box),
        this.#servers,
        this.#error,
      ],
      actions: [{ label: t("action.cancel") }, { label: t("asking.save"), kind: "main", close: false, run: (close) => this.#save(close) }],
    });
    this.#box.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.isComposing) return;
      event.preventDefault();
      dialog.element.querySelector(".btn.main").click();
    });
    this.#load();
  }

  async #load() {
    try {
      const mine = await api.get(MINE);
      if (!this.#box.value) this.#box.value = mine.own_ask_above_usd ?? "";
      this.#servers.textContent = about(mine);
    } catch (error) {
      this.#error.textContent = error.message;
    }
  }

  async #save(close) {
    const typed = this.#box.value.trim();
    const usd = amountOf(typed);
    this.#error.textContent = typed && usd === null ? t("asking.no_amount") : "";
    if (this.#error.textContent) {
      this.#box.focus();
      return;
    }
    try {
      const { ask_above_usd: above } = await api.put(MINE, { ask_above_usd: usd });
      tellAskAbove(above);
      close();
      announce(above === null ? t("asking.never") : t("asking.from", { price: money(above) }));
    } catch (error) {
      this.#error.textContent = error.message;
    }
  }
}

export const openAskAmount = () => new AskAmount().open();
