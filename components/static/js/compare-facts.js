// What two to four pictures have in common and in what they differ, as rows. Pure: no DOM, no network.

import { moment, size } from "./format.js";
import { valueText } from "./run-details.js";
import { endpointName, priceWords, promptOf, rewrittenPrompt, took } from "./run-words.js";
import { t } from "./texts.js";

/** [its name, its value, {hidden: it is private, words: it is a text of several}] */
const FACTS = [
  [() => t("endpoint.label"), ({ run }) => endpointName(run)],
  [() => t("run.seed"), ({ run }) => run.output?.seed ?? run.input?.seed],
  [() => t("fact.size"), ({ image }) => size(image.width, image.height)],
  [() => t("run.prompt_used"), ({ run }) => rewrittenPrompt(run), { words: true }],
  [() => t("fact.price"), ({ run }) => priceWords(run).value, { hidden: true }],
  [() => t("fact.took"), ({ run }) => took(run)],
  [() => t("fact.started"), ({ run }) => moment(run.created_at)],
  [() => t("fact.person"), ({ run }) => run.person_name],
];

/** What a run was asked for: what it set, and the defaults of its day for the rest. */
const asked = ({ run }) => ({ ...run.defaults, ...run.input });

const text = (value) => (value === null || value === undefined ? "" : String(value));

function rowOf(label, items, valueOf, { hidden = false, words = false } = {}) {
  const values = items.map((item) => text(valueOf(item)));
  return { label, values, hidden, words, differs: new Set(values).size > 1 };
}

/**
 * [{label, values: a text for each picture, differs, hidden, words}], the prompt first. `labels`: names of fields by their key.
 */
export function rowsOf(items, labels) {
  const names = [...new Set(items.flatMap((item) => Object.keys(asked(item))))];
  const fields = names.filter((name) => name !== "prompt" && name !== "seed");
  return [
    rowOf(t("fact.prompt"), items, ({ run }) => promptOf(run), { words: true }),
    ...fields.map((name) => rowOf(labels.get(name) ?? name, items, (item) => valueText(asked(item)[name]))),
    ...FACTS.map(([label, valueOf, kind]) => rowOf(label(), items, valueOf, kind)),
  ].filter(({ values }) => values.some(Boolean));
}
