// Who sees a run or a preset beside its owner: the mark, its words, and the change.

import { api } from "./api.js";
import { t } from "./texts.js";

/** Said only where there is a team that does not see it. */
export const isPrivate = (thing) => Boolean(thing.may_share) && thing.visibility === "private";

/** The icon that says who sees it now. */
export const markOf = (thing) => (thing.visibility === "team" ? "users" : "lock");

/** What a press on the mark does, after who sees it now. */
export const shareWords = (thing) => (thing.visibility === "team" ? t("share.take") : t("share.give"));

/** Shows it to the team, or takes it away from them; answers it as it is then. `kind`: "runs" or "presets". */
export function share(kind, { id, visibility }) {
  return api.patch(`/api/v1/${kind}/${encodeURIComponent(id)}`, { visibility: visibility === "team" ? "private" : "team" });
}
