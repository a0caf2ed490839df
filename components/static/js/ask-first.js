// Before a run that can cost more than is spent without asking, the page asks. The server decides:
// a price that is not known here, or not any more, is asked about after its refusal.

import { confirm } from "./dialog.js";
import { sentence } from "./discreet.js";
import { money } from "./format.js";
import { t } from "./texts.js";

let above = null;

/** US dollars as /api/v1/me says; null: nobody is asked. */
export function tellAskAbove(usd) {
  above = usd ?? null;
}

const needsYes = (usd) => above !== null && Boolean(usd) && Number(usd) > Number(above);

const ask = (usd) => confirm({ title: t("ask.title"), text: sentence(t("ask.text", { price: money(usd) })), yes: t("ask.yes") });

/** What a refusal wants a yes to; null for any other. */
function wanted(reason) {
  const { code, estimate_usd: usd } = reason.problem ?? reason;
  return code === "confirm_cost" ? usd : null;
}

/**
 * Sends by `send(confirmed)`, with a yes where one is needed; `usd` is the price that is known, if
 * any. Answers what `send` does, null where the answer was no.
 */
export async function askFirst(usd, send) {
  let confirmed = "";
  if (needsYes(usd)) {
    if (!(await ask(usd))) return null;
    confirmed = usd;
  }
  try {
    return await send(confirmed);
  } catch (reason) {
    const cost = wanted(reason);
    if (!cost) throw reason;
    return (await ask(cost)) ? send(cost) : null;
  }
}
