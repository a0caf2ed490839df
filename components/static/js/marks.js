// What people put on pictures, sent to the server: star, tags, title and note.

import { api } from "./api.js";
import { runs } from "./runs.js";

const MARKS = "/api/v1/marks";
const pathOf = (run) => `/api/v1/runs/${encodeURIComponent(run.id)}`;

/** The marks of a picture, also of one that came from where there were none. */
export const marksOf = (image) => image.marks ?? { title: "", note: "", tags: [], starred: false, stars: 0, version: "" };

/** Changes some of them; with `seen` only where nobody has written since that version (status 412). */
export async function mark(run, image, changes, seen = null) {
  const headers = seen === null ? {} : { "If-Match": `"${seen}"` };
  const changed = await api.patch(`${pathOf(run)}/images/${image.index}`, changes, { headers });
  runs.put(changed);
  return changed;
}

/** The picture as it is on the server now: [run, image]. */
export async function again(run, image) {
  const fresh = await api.get(pathOf(run));
  runs.put(fresh);
  return [fresh, fresh.images.find(({ index }) => index === image.index) ?? image];
}

/** Adds and takes away tags; what others have added meanwhile stays. */
export async function retag(run, image, add, remove = []) {
  const gone = new Set(remove);
  const wanted = (tags) => [...tags.filter((name) => !gone.has(name)), ...add];
  const { tags, version } = marksOf(image);
  try {
    return await mark(run, image, { tags: wanted(tags) }, version);
  } catch (reason) {
    if (reason.status !== 412) throw reason;
    const [, now] = await again(run, image);
    return mark(run, image, { tags: wanted(marksOf(now).tags) });
  }
}

/** {changed, left: [{run_id, index, message}]} of many pictures [{run, image}]. */
export const markMany = (items, changes) =>
  api.post(MARKS, { pictures: items.map(({ run, image }) => ({ run_id: run.id, index: image.index })), ...changes });

/** Tags that begin so: [{name, pictures}]. */
export const tagsLike = async (prefix, { signal } = {}) =>
  (await api.get(`/api/v1/tags?prefix=${encodeURIComponent(prefix)}`, { signal })).tags;
