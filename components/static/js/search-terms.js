// The text of a search as its parts, so that a filter can be put in and taken out of it. What the
// parts mean is the server's to say (backend/domain/query.py). Pure: no DOM, no network.

const PART = /(-?)(?:([A-Za-z]+):)?(?:"([^"]*)(?:"|$)|([^\s"]+)|(?<=:))/g;
const QUOTES = /[“”„«»]/g;

/** What stands before the colon of a filter. */
export const OPERATORS = ["endpoint", "by", "project", "tag", "preset", "before", "after", "on", "seed", "state", "is", "aspect", "cost"];

/** "fox tag:\"two words\" -is:mine" -> [{text, operator, value, minus}]; plain words have no operator. */
export function partsOf(query) {
  const found = [];
  for (const match of query.replace(QUOTES, '"').matchAll(PART)) {
    const [text, minus, name = "", quoted, bare = ""] = match;
    if (!text.trim()) continue;
    const operator = OPERATORS.includes(name.toLowerCase()) ? name.toLowerCase() : "";
    found.push({ text: text.trim(), operator, value: (quoted ?? bare).trim(), minus: minus === "-" });
  }
  return found;
}

/** A filter as it is typed: tag:sea, tag:"two words". */
export function spelt(operator, value) {
  const plain = String(value).replace(/"/g, "").trim();
  return /^[^\s"]+$/.test(plain) ? `${operator}:${plain}` : `${operator}:"${plain}"`;
}

/** The query with these parts only. */
const joined = (parts) => parts.map(({ text }) => text).join(" ");

/** What a filter is set to, or "": the first one that is wanted. */
export function valueOf(query, operator) {
  return partsOf(query).find((part) => part.operator === operator && !part.minus)?.value ?? "";
}

/** True where the query asks for exactly this. */
export function has(query, operator, value) {
  return partsOf(query).some((part) => part.operator === operator && !part.minus && part.value.toLowerCase() === value);
}

/** The query with this filter set to `value`, whatever it was; "" takes it out. */
export function withValue(query, operator, value) {
  const others = partsOf(query).filter((part) => part.operator !== operator || part.minus);
  return joined(value ? [...others, { text: spelt(operator, value) }] : others);
}

/** The query with or without one of the values that a filter may have. */
export function toggled(query, operator, value, on) {
  const others = partsOf(query).filter((part) => part.operator !== operator || part.minus || part.value.toLowerCase() !== value);
  return joined(on ? [...others, { text: spelt(operator, value) }] : others);
}

/** The query without its part at this place. */
export const without = (query, index) => joined(partsOf(query).filter((_, at) => at !== index));
