// What can be done with a run, as buttons: the same on the stage, in the viewer and in the gallery.

import { announce, toast } from "./announce.js";
import { api, endpoints } from "./api.js";
import { askFirst } from "./ask-first.js";
import { copyText } from "./clipboard.js";
import { openCode } from "./copy-code.js";
import { confirm } from "./dialog.js";
import { isDiscreet, sentence } from "./discreet.js";
import { el, whileBusy } from "./dom.js";
import { money } from "./format.js";
import { icon } from "./icons.js";
import { once } from "./once.js";
import { downloadAddress, firstPicture, galleryAddress } from "./picture.js";
import { openMenu } from "./popup-menu.js";
import { canCancel, endpointName, hasEnded, isActive } from "./run-words.js";
import { runs } from "./runs.js";
import { markOf, share, shareWords } from "./share.js";
import { t } from "./texts.js";

const PICTURE_KINDS = new Set(["image", "mask"]);

const cancelling = new Set();

const path = (run, rest = "") => `/api/v1/runs/${encodeURIComponent(run.id)}${rest}`;

/** True from the press on *Cancel* until the run has ended. */
export function isCancelling(run) {
  if (hasEnded(run)) cancelling.delete(run.id);
  return cancelling.has(run.id) || (Boolean(run.cancel_requested) && isActive(run));
}

const complain = (reason) => toast(Object.values(reason.fields ?? {})[0] ?? reason.message, { bad: true });

/** As whileBusy, with a refusal said to the person. */
const press = (button, work) => whileBusy(button, () => Promise.resolve(work()).catch(complain));

async function cancel(run, button) {
  if (isCancelling(run)) return;
  cancelling.add(run.id);
  button.setAttribute("aria-disabled", "true");
  button.textContent = t("run.cancelling");
  try {
    const answer = await api.post(path(run, "/cancel"));
    if (answer?.id) runs.put(answer);
  } catch (reason) {
    cancelling.delete(run.id);
    button.removeAttribute("aria-disabled");
    button.textContent = t("action.cancel");
    complain(reason);
  }
}

function sendAgain(run, confirmed) {
  const body = confirmed ? { confirmed_usd: confirmed } : null;
  const start = (key) => api.post(path(run, "/again"), body, { headers: { "Idempotency-Key": key } });
  return once(`again ${run.id}`, run.id, start);
}

async function again(run, where) {
  const started = await askFirst(run.estimate_usd, (confirmed) => sendAgain(run, confirmed));
  if (!started) return;
  runs.put(started);
  for (const warning of started.warnings ?? []) toast(warning);
  if (where === "stage") announce(t("run.started_again"));
  else toast(t("run.started_again"), { action: { label: t("run.see_on_create"), href: "/" } });
}

async function againAfterUncertain(run, where) {
  const sure = await confirm({
    title: t("again.title"),
    text: sentence(t("again.text", { price: money(run.estimate_usd) })),
    yes: t("again.yes"),
  });
  if (sure) await again(run, where);
}

async function check(run) {
  const answer = await api.post(path(run, "/check"));
  if (answer?.id) runs.put(answer);
  const known = answer?.state && answer.state !== "uncertain";
  if (known) announce(t("check.found"));
  else toast(t("check.not_found"));
}

async function forget(run) {
  const sure = await confirm({
    title: t("forget.title"),
    text: t("forget.text"),
    yes: t("action.forget"),
    danger: true,
  });
  if (!sure) return;
  const answer = await api.post(path(run, "/forget"));
  if (answer?.id) runs.put(answer);
}

/** False where somebody was quicker: the picture goes here, too, and a sentence says why. */
async function deleted(run) {
  try {
    await api.del(path(run));
    return true;
  } catch (reason) {
    if (reason.status !== 404 && reason.problem?.code !== "already_deleted") throw reason;
    toast(reason.message);
    return false;
  }
}

async function remove(run) {
  const mine = await deleted(run);
  runs.remove(run.id);
  if (!mine) return;
  const pictures = run.images?.length ?? 0;
  const undo = async () => {
    try {
      runs.put((await api.post(path(run, "/restore"))) ?? (await api.get(path(run))));
      announce(t("run.restored"));
    } catch (reason) {
      complain(reason);
    }
  };
  const what = pictures > 1 ? t("run.deleted_with", { pictures: t("count.pictures", { count: pictures }) }) : t("run.deleted");
  toast(what, { action: { label: t("action.undo"), run: undo } });
}

/** The forms are a module of their own, which is not on every page. */
export async function withForm(use) {
  let form;
  try {
    form = await import("./form.js");
  } catch {
    toast(t("form.not_here"), { bad: true });
    return;
  }
  await use(form);
}

function places(list) {
  return list.flatMap((endpoint) => {
    const fields = (endpoint.fields ?? []).filter((field) => PICTURE_KINDS.has(field.kind));
    return fields.map((field) => ({ endpoint, field }));
  });
}

async function chooseReference(run, image, button, leave) {
  const items = places(await endpoints()).map(({ endpoint, field }) => ({
    label: endpoint.label,
    hint: field.label,
    run: () => {
      leave();
      withForm((form) => form.useAsReference(endpoint.slug, field.name, { run_id: run.id, index: image.index }));
    },
  }));
  openMenu(button, items, { label: t("action.reference_in") });
}

async function keepAsPreset(run, image) {
  const { openSaveOfRun } = await import("./preset-of-run.js");
  await openSaveOfRun(run, image);
}

export const slugOf = (run) => run.slug ?? endpointName(run);

/** Every action: label, and what a press does with (event's button, context). */
function catalogueOf(run, image, { where, onOpen, leave }) {
  const price = money(run.estimate_usd);
  const againTitle = run.practice || isDiscreet() ? t("action.again_title") : t("action.again_title_price", { price });
  return {
    open: { label: t("action.open"), press: () => onOpen(image) },
    download: { label: t("action.download"), href: image && downloadAddress(run, image) },
    again: { label: t("action.again"), title: againTitle, press: () => again(run, where) },
    retry: { label: t("action.retry"), title: againTitle, press: () => again(run, where) },
    retryUncertain: { label: t("action.retry"), press: () => againAfterUncertain(run, where) },
    form: {
      label: t("action.form"),
      press: () => {
        leave();
        return withForm((form) => form.openInForm(slugOf(run), run.input, { from: run }));
      },
    },
    reference: {
      label: t("action.reference"),
      menu: true,
      press: (button) => chooseReference(run, image, button, leave),
    },
    preset: { label: t("action.preset"), press: () => keepAsPreset(run, image) },
    code: { label: t("action.code"), press: () => openCode(run) },
    link: { label: t("action.link"), icon: "link", press: () => copyText(location.origin + galleryAddress(run, image), t("copy.link")) },
    check: { label: t("action.check"), press: () => check(run) },
    forget: { label: t("action.forget"), press: () => forget(run) },
    share: { label: shareWords(run), icon: markOf(run), press: () => toggle(run) },
    delete: { label: t("action.delete"), icon: "trash-2", press: () => remove(run) },
  };
}

async function toggle(run) {
  const changed = await share("runs", run);
  runs.put(changed);
  announce(changed.visibility === "team" ? t("share.is_team") : t("share.is_private"));
}

/** Of a run that one may only look at: an admin's are all. */
const mayChange = (run) => run.may_change ?? run.mine !== false;

const OWN_ONLY = new Set(["check", "forget", "delete"]);

function namesFor(run, image) {
  if (isActive(run)) return image ? ["open", "form", "code"] : ["form", "code"];
  if (run.state === "uncertain") return ["check", "retryUncertain", "forget", "form", "code"];
  if (run.state === "done" && image) return ["open", "download", "again", "form", "reference", "preset", "code", "link", "delete"];
  if (run.state === "done") return ["again", "form", "code", "delete"];
  const changeFirst = run.error && run.error.retryable === false;
  return changeFirst ? ["form", "retry", "code", "delete"] : ["retry", "form", "code", "delete"];
}

function control(name, action) {
  const face = action.icon ? { title: action.label, "aria-label": action.label } : { text: action.label, title: action.title };
  const shared = { class: `btn${action.icon ? " icon-only" : ""}`, ...face, dataset: { action: name } };
  if (action.href) return el("a", { ...shared, href: action.href, download: "" });
  const menu = action.menu ? { "aria-haspopup": "menu", "aria-expanded": "false" } : {};
  return el("button", {
    type: "button",
    ...shared,
    ...menu,
    on: { click: ({ currentTarget: button }) => press(button, () => action.press(button)) },
  }, action.icon && icon(action.icon));
}

function cancelButton(run) {
  const pending = isCancelling(run);
  return el("button", {
    type: "button",
    class: "btn",
    text: pending ? t("run.cancelling") : t("action.cancel"),
    "aria-disabled": pending ? "true" : null,
    dataset: { action: "cancel" },
    on: { click: ({ currentTarget: button }) => cancel(run, button) },
  });
}

async function openAlone(run, image) {
  const { openViewer } = await import("./viewer.js");
  const items = run.images.filter((other) => other.url).map((other) => ({ run, image: other }));
  openViewer(items, Math.max(0, items.findIndex((item) => item.image.index === image.index)), {});
}

/**
 * The buttons for `run` and one of its pictures (its first one where none is given). `where`:
 * "stage", "viewer" or "gallery"; `onOpen(image)` opens it large; `onLeave()` is called before the
 * page goes to the form (the viewer closes itself). `more`: further actions by name, shown before
 * the code: {label, menu, press(button)}.
 */
export function actionsFor(run, image = null, { where = "stage", onOpen = null, onLeave = null, more = {} } = {}) {
  const picture = image ?? firstPicture(run) ?? null;
  const usable = picture?.url && !picture.missing ? picture : null;
  const all = {
    ...catalogueOf(run, usable, {
      where,
      onOpen: onOpen ?? ((chosen) => openAlone(run, chosen)),
      leave: () => onLeave?.(),
    }),
    ...more,
  };
  const names = namesFor(run, usable)
    .flatMap((name) => (name === "code" ? [...Object.keys(more), name] : [name]))
    .filter((name) => where !== "viewer" || name !== "open")
    .filter((name) => mayChange(run) || !OWN_ONLY.has(name));
  if (run.may_share) names.push("share");
  const bar = el("div", { class: "run-actions", role: "group", "aria-label": t("action.group") });
  if (canCancel(run) && mayChange(run)) bar.append(cancelButton(run));
  bar.append(...names.map((name) => control(name, all[name])));
  return bar;
}
