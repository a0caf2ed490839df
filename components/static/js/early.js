// What one types before Gradio has drawn its widgets goes into a box that came with the page
// (components/early.py). It moves into Gradio's own as soon as that one keeps what it is given.

import { onMounted } from "./form-page.js";

const FRAME_MS = 16;

/** Gradio hears of it as of typing. */
function put(box, text) {
  if (box.value === text) return;
  box.value = text;
  box.dispatchEvent(new InputEvent("input", { bubbles: true }));
}

/** Text, caret and focus of one box into the other, with nothing in between. */
function move(from, to) {
  const focused = document.activeElement === from;
  put(to, from.value);
  if (!focused) return;
  to.focus({ preventScroll: true });
  to.setSelectionRange(from.selectionStart, from.selectionEnd, from.selectionDirection);
}

/** Gradio gives a new box its first value some time after the box is in the page. */
function handTo(box, early, from) {
  const given = from.value;
  put(box, given);
  setTimeout(() => {
    // a character that is being composed is finished first
    if (box.value !== given || "composing" in from.dataset) {
      handTo(box, early, from);
      return;
    }
    move(from, box);
    early.remove();
  }, FRAME_MS);
}

/** Takes the early box away once Gradio's own has all that is in it. */
export function handOver() {
  const early = document.getElementById("early");
  if (early) whenBox(early.dataset.field).then((box) => handTo(box, early, early.querySelector("textarea")));
}

/** Gradio's box, as soon as it is in the page. */
function whenBox(id) {
  return new Promise((resolve) => {
    const leave = onMounted(() => {
      const box = document.getElementById(id)?.querySelector("textarea");
      if (!box) return;
      queueMicrotask(() => leave());
      resolve(box);
    });
  });
}
