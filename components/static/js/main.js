// The one entry. Gradio puts the hosts into the page some time after this has begun: each part is
// mounted as soon as its host is there, and one that fails takes no other with it.

import { catchStray } from "./drop-page.js";
import { handOver } from "./early.js";
import { fillHosts } from "./hosts.js";
import { t } from "./texts.js";
import { followTheme } from "./theme.js";

const UNDRAWN_MS = 200;

/** Elements that are waited for: id to {promise, resolve}. */
const watched = new Map();
let observer = null;

function look() {
  for (const [id, { resolve }] of watched) {
    const node = document.getElementById(id);
    if (!node) continue;
    watched.delete(id);
    resolve(node);
  }
  if (watched.size > 0 || !observer) return;
  observer.disconnect();
  observer = null;
}

/** The element of that id, as soon as it is in the page. */
function element(id) {
  const present = document.getElementById(id);
  if (present) return Promise.resolve(present);
  if (!watched.has(id)) {
    let resolve;
    const promise = new Promise((done) => (resolve = done));
    watched.set(id, { promise, resolve });
  }
  if (!observer) {
    observer = new MutationObserver(look);
    observer.observe(document.documentElement, { childList: true, subtree: true });
  }
  return watched.get(id).promise;
}

/** Says that a part of the page could not start; the others go on. */
async function report(name, error) {
  console.error(`${name} could not start`, error);
  document.documentElement.dataset.failed = [document.documentElement.dataset.failed, name].filter(Boolean).join(" ");
  try {
    const { toast } = await import("./announce.js");
    toast(t("main.failed", { name: t(`main.${name}`) }), { bad: true });
  } catch (second) {
    console.error(second);
  }
}

/** Mounts one part; answers what it made, or null where it failed. */
async function part(name, mount) {
  try {
    return await mount();
  } catch (error) {
    await report(name, error);
    return null;
  }
}

/** A view that is built when it is first looked at, and told of every later look. */
function lazyView(name, id, load) {
  let made = null;
  return async (url, changed) => {
    if (made) {
      (await made)?.shown(url, changed);
      return;
    }
    made = part(name, async () => (await load())(await element(id)));
    if ((await made) === null) made = null; // the next visit tries again
  };
}

async function startShell(views) {
  const { mountShell } = await import("./shell.js");
  const shell = mountShell(await element("shell-bar"));
  shell.start((view, url, changed) => views[view]?.(url, changed));
  for (const view of ["view-create", "view-gallery", "view-presets", "view-usage", "view-admin"]) element(view).then(() => shell.arrange());
  return shell;
}

async function startRuns() {
  const { runs } = await import("./runs.js");
  runs.start();
}

/** The next frame is drawn: whoever opens the page can type before everything around it is built. */
function drawn() {
  return new Promise((resolve) => {
    requestAnimationFrame(() => setTimeout(resolve));
    // a page in the background draws none
    setTimeout(resolve, UNDRAWN_MS);
  });
}

async function startStage() {
  const { mountStage } = await import("./stage.js");
  const host = await element("stage");
  await drawn();
  return mountStage(host);
}

/** Pages without forms have no form.js: that is a line in the console, not a fault. */
async function startForms() {
  await element("view-create");
  await drawn();
  const form = await import("./form.js").catch((error) => console.error("form.js could not be loaded", error));
  await form?.initForms();
}

async function start() {
  followTheme();
  fillHosts();
  handOver();
  catchStray(async (file) => (await import("./recall-dialog.js")).openRecall(file));
  const views = {
    gallery: lazyView("gallery", "view-gallery", async () => (await import("./gallery.js")).mountGallery),
    presets: lazyView("presets", "view-presets", async () => (await import("./presets-view.js")).mountPresets),
    compare: (url) => part("gallery", async () => (await import("./compare.js")).openCompare(url)),
    usage: lazyView("usage", "view-usage", async () => (await import("./usage-view.js")).mountUsage),
    admin: lazyView("admin", "view-admin", async () => (await import("./admin.js")).mountAdmin),
  };
  const [shell] = await Promise.all([
    part("navigation", () => startShell(views)),
    part("stage", startStage),
    part("form", startForms),
    part("stream", startRuns),
  ]);
  shell?.openEndpoint();
  document.documentElement.dataset.ready = "1";
}

start();
