// Previews that are just being made are asked for before the page hears that they are there: the
// server answers each the moment it has it, and what comes is shown without waiting for more.

import { previewAddress } from "./picture.js";

/** Browsers allow six connections to a host, and each of these holds one until it is answered. */
const MOST = 2;

const asked = new Set(); // addresses
const coming = new Set(); // held so that the browser keeps what it loads

/** The indexes of a run's pictures that the server is about to have. */
function awaited(run) {
  if (run.pictures_due) return [...Array(run.pictures_due).keys()];
  if (run.state !== "saving") return [];
  return (run.images ?? []).filter((image) => !image.url && !image.missing).map((image) => image.index);
}

/** Asks for the previews that a run will have soon; `here(index)` is called for each that came. */
export function askAhead(run, here) {
  for (const index of awaited(run)) {
    const address = previewAddress(run, { index });
    if (asked.has(address) || coming.size >= MOST) continue;
    asked.add(address);
    const picture = new Image();
    coming.add(picture);
    picture.src = address;
    picture
      .decode()
      .then(() => here(index), () => {}) // not here yet: it is drawn when the page hears of it
      .finally(() => setTimeout(() => coming.delete(picture)));
  }
}
