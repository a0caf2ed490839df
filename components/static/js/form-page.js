// What of the forms is in the page: Gradio mounts a tab on its first look, and the settings under
// "More settings" when they are opened.

const watchers = new Set();
let observer = null;

function look() {
  for (const watcher of [...watchers]) watcher();
}

/** Calls `fn` now and whenever something came into the page. Returns the way out. */
export function onMounted(fn) {
  watchers.add(fn);
  if (!observer) {
    observer = new MutationObserver(look);
    observer.observe(document.body, { childList: true, subtree: true });
  }
  fn();
  return () => watchers.delete(fn);
}

/** The element of that id, as soon as it is there. */
export function whenPresent(id) {
  const present = document.getElementById(id);
  if (present) return Promise.resolve(present);
  return new Promise((resolve) => {
    const leave = onMounted(() => {
      const node = document.getElementById(id);
      if (!node) return;
      // the first look happens before there is a way out
      queueMicrotask(() => leave());
      resolve(node);
    });
  });
}
