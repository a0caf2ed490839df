// What the page says, in the person's language: t("gallery.empty"), t("count.pictures", { count: 3 }).

let held = null;
const plurals = new Map();
const numbers = new Map();

/** {language, languages, texts}: the one language that this page was sent in (backend/texts). */
function catalogue() {
  held ??= JSON.parse(document.getElementById("texts")?.textContent ?? '{"language":"en","languages":{},"texts":{}}');
  return held;
}

/** Takes in what travels with the later script. */
export const learn = (more) => Object.assign(catalogue().texts, more);

/** Its tag: "en", "de". */
export const language = () => catalogue().language;

/** What each language calls itself, by its tag. */
export const languages = () => catalogue().languages;

/** For Intl: dates in English are written the British way. */
export const locale = () => (language() === "en" ? "en-GB" : language());

function made(known, key, make) {
  if (!known.has(key)) known.set(key, make());
  return known.get(key);
}

/** A number as this language writes it, with at most that many decimals and at least `least`. */
export function number(value, { most = 0, least = 0 } = {}) {
  const options = { minimumFractionDigits: least, maximumFractionDigits: most };
  return made(numbers, `${least} ${most}`, () => new Intl.NumberFormat(locale(), options)).format(value);
}

function templateOf(key, count) {
  const { texts } = catalogue();
  if (!Object.hasOwn(texts, key)) {
    console.error(`there is no text “${key}”`);
    return key;
  }
  const found = texts[key];
  if (typeof found === "string") return found;
  const rules = made(plurals, locale(), () => new Intl.PluralRules(locale()));
  return found[rules.select(count)] ?? found.other;
}

/** A word in the middle of a sentence: English writes it small there, German does not. */
export const inSentence = (word) => (language() === "en" ? word.charAt(0).toLowerCase() + word.slice(1) : word);

/** The text of that key in pieces, its holes filled with these nodes: for elements inside a text. */
export function parts(key, nodes) {
  return templateOf(key)
    .split(/\{(\w+)\}/)
    .map((piece, index) => (index % 2 ? nodes[piece] : piece));
}

/**
 * The text of that key. `params` are texts, or numbers that are written as the language does; a
 * text with plural forms chooses by `count`. Never HTML: what comes out is a text.
 */
export function t(key, params = {}) {
  return templateOf(key, params.count).replace(/\{(\w+)\}/g, (hole, name) => {
    const value = params[name];
    if (value === undefined || value === null) return hole;
    return typeof value === "number" ? number(value, { most: 20 }) : String(value);
  });
}
