// Previews that are just being made are asked for before the page hears that they are there: the
// server answers each the moment it has it, and the picture that is drawn then is here already.

import { previewAddress } from "./picture.js";

/** Browsers allow six connections to a host, and each of these holds one until it is answered. */
const MOST = 2;

const asked = new Set(); // ids of runs
const coming = new Set(); // held so that the browser keeps what it loads

/** Asks for the previews of a run whose pictures the server is about to have. */
export function askAhead(run) {
  if (run.state !== "saving" || asked.has(run.id)) return;
  asked.add(run.id);
  for (const image of run.images ?? []) {
    if (image.url || image.missing || coming.size >= MOST) continue;
    const picture = new Image();
    coming.add(picture);
    picture.src = previewAddress(run, image);
    picture
      .decode()
      .catch(() => {}) // not here yet: it is drawn when the page hears of it
      .finally(() => setTimeout(() => coming.delete(picture)));
  }
}
