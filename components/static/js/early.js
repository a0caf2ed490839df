// What one types before Gradio has drawn its widgets goes into a box that came with the page
// (components/early.py). It moves into Gradio's own once Gradio keeps what that one is given: some
// time after the box is in the page Gradio gives it its first value, and takes away what it held.

import { listen, readParts, writeParts } from "./form-bridge.js";
import { placeOfId } from "./form-data.js";
import { onMounted } from "./form-page.js";

const FRAME_MS = 16;
/** So long after its box has come Gradio may still give it what it held before. */
const ECHO_MS = 2000;

const pause = () => new Promise((resolve) => setTimeout(resolve, FRAME_MS));

/** Waits until Gradio itself holds what it was given for this field: all that it was given. */
async function untilKept({ slug, field }, from) {
  const [part] = field.parts;
  const given = new Set();
  for (;;) {
    const text = from.value;
    given.add(text);
    await writeParts(slug, { [part]: text });
    if ((await readParts(slug))[part] === text) return given;
  }
}

/** What is typed stays, also where Gradio then gives the box one of these again. */
async function keepTyped({ slug }, box, given) {
  let typed = box.value;
  let caret = [box.selectionStart, box.selectionEnd];
  const keep = () => {
    if (box.value === typed || !given.has(box.value)) return;
    box.value = typed;
    box.setSelectionRange(...caret);
    box.dispatchEvent(new InputEvent("input", { bubbles: true }));
  };
  const follow = () => {
    typed = box.value;
    caret = [box.selectionStart, box.selectionEnd];
  };
  let filled = false;
  const leave = listen("filling", (which) => (filled ||= which === slug));
  box.addEventListener("beforeinput", keep);
  box.addEventListener("input", follow);
  const until = performance.now() + ECHO_MS;
  while (!filled && performance.now() < until) {
    keep();
    await pause();
  }
  leave();
  box.removeEventListener("beforeinput", keep);
  box.removeEventListener("input", follow);
}

/** Text, caret and focus of one box into the other, with nothing in between. */
function move(from, to) {
  const focused = document.activeElement === from;
  if (to.value !== from.value) {
    to.value = from.value;
    to.dispatchEvent(new InputEvent("input", { bubbles: true }));
  }
  if (!focused) return;
  to.focus({ preventScroll: true });
  to.setSelectionRange(from.selectionStart, from.selectionEnd, from.selectionDirection);
}

/** The page is there: only the box that holds the text stays, over the one that will. */
function keepOver(early, from, to) {
  if (!early.isConnected) return;
  early.dataset.over = "";
  const { top, left, width } = to.getBoundingClientRect();
  Object.assign(from.style, { top: `${top + window.scrollY}px`, left: `${left}px`, width: `${width}px` });
  requestAnimationFrame(() => keepOver(early, from, to));
}

async function handTo(box, early) {
  const from = early.querySelector("textarea");
  const place = placeOfId(early.dataset.field);
  let given = new Set([""]);
  if (from.value || document.activeElement === from) {
    keepOver(early, from, box);
    given = await untilKept(place, from);
    // a character that is being composed is finished first
    while ("composing" in from.dataset) await pause();
    move(from, box);
    given.add(box.value);
  }
  keepTyped(place, box, given);
  early.remove();
}

/** Takes the early box away once Gradio's own has all that is in it. */
export function handOver() {
  const early = document.getElementById("early");
  if (early) whenBox(early.dataset.field).then((box) => handTo(box, early));
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
