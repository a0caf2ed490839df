// What of the gallery is shown, as it stands in the address: ?endpoint=, ?who=mine and the search
// in ?q=. Pure: no DOM, no network.

import { partsOf } from "./search-terms.js";

const PAGE = 48;
const LONGEST = 2000; // of a search in an address: the server refuses half of that with a sentence

export const EVERYTHING = { endpoint: "", who: "everyone", q: "" };

/** The filter that an address holds. */
export function filterOf(url) {
  const of = (name) => url.searchParams.get(name) ?? "";
  return { endpoint: of("endpoint"), who: of("who") === "mine" ? "mine" : "everyone", q: of("q").trim().slice(0, LONGEST) };
}

/** The values of a filter in the address's query; null: not there. */
export const queryOf = ({ endpoint, who, q }) => ({ endpoint: endpoint || null, who: who === "mine" ? who : null, q: q || null });

export const isSame = (one, other) => one.endpoint === other.endpoint && one.who === other.who && one.q === other.q;

/** The gallery's own address with this filter. */
export function galleryHref(filter) {
  const query = new URLSearchParams(Object.entries(queryOf(filter)).filter(([, value]) => value));
  return query.size > 0 ? `/gallery?${query}` : "/gallery";
}

/** A state may be asked for in which a run has no pictures. */
export const showsBareRuns = ({ q }) => partsOf(q).some(({ operator }) => operator === "state");

/** Where the server has a page of it. */
export function pageAddress(filter, cursor) {
  const { endpoint, who, q } = filter;
  const query = new URLSearchParams({ limit: String(PAGE) });
  if (!showsBareRuns(filter)) query.set("pictures", "1");
  if (who === "everyone") query.set("everyone", "1");
  if (endpoint) query.set("endpoint", endpoint);
  if (q) query.set("q", q);
  if (q) query.set("zone", Intl.DateTimeFormat().resolvedOptions().timeZone ?? "UTC");
  if (cursor) query.set("cursor", cursor);
  return `/api/v1/runs?${query}`;
}
