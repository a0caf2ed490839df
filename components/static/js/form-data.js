// The forms as data: what the page's head says of each endpoint and its fields.

let forms = null;

/** [{slug, endpoint_id, label, usd, fields: [{name, label, help, kind, required, advanced, same_size_as, parts}]}] */
export function allForms() {
  forms ??= JSON.parse(document.getElementById("form-data")?.textContent ?? "[]");
  return forms;
}

/** One of them, or undefined. */
export const formOf = (slug) => allForms().find((form) => form.slug === slug);

export const fieldOf = (slug, name) => formOf(slug)?.fields.find((field) => field.name === name);

/** What is typed in the boxes below the prompt, by the names of its variables. */
export const variablesOf = (slug) =>
  Object.fromEntries([...document.querySelectorAll(`[id="form-${slug}"] .variables input`)].map(({ name, value }) => [name, value]));

/** The id of a field's element. */
export const fieldId = (slug, name) => `f-${slug}-${name}`;

/** The form and field that an element's id names; slugs and names hold dashes, so by comparing. */
export function placeOfId(id) {
  for (const { slug, fields } of allForms()) {
    const field = fields.find(({ name }) => id === fieldId(slug, name));
    if (field) return { slug, field };
  }
  return null;
}

/** The name of the field that a part belongs to: "image_size.width" is of "image_size". */
export const fieldOfPart = (part) => part.slice(0, part.lastIndexOf("."));
