// What costs money is asked for under a key of its own: asked for again, it is not bought again.

import { mintKey } from "./api.js";

/** Where nothing has answered with a run yet: what was asked there last, and its key. */
const open = new Map();

/**
 * Sends what begins a run. A press that failed keeps its key for the next one for the same: a reply
 * may be lost on its way, or the storage's to the server, and the run have begun.
 * @param {string} place where it is pressed
 * @param {string} asked what is asked for there
 * @param {(key: string) => Promise<object>} send
 */
export async function once(place, asked, send) {
  const before = open.get(place);
  const key = before?.asked === asked ? before.key : mintKey();
  open.set(place, { asked, key });
  let answer;
  try {
    answer = await send(key);
  } catch (reason) {
    // the server holds something else under it
    if ((reason.problem ?? reason).code === "key_reused") open.delete(place);
    throw reason;
  }
  open.delete(place);
  return answer;
}
