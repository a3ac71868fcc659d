/** More would bury what matters. */
const MAX_FIELDS = 8;

/** A field's name that can be shown as it is. */
const PLAIN_NAME = /^[A-Za-z][A-Za-z0-9]{0,39}$/;

/**
 * The fields of an original that are not in what was made of it, as paths such as `forwards.0.exposureConfirmedFor`. A name
 * that is no plain word is told as `(a field with an odd name)`.
 */
export function leftOutFields(original: unknown, made: unknown): readonly string[] {
  const found = [...differences(original, made, '')];
  return [...new Set(found)].slice(0, MAX_FIELDS);
}

/** Goes no deeper than what was made, and so no deeper than its schema. */
function* differences(original: unknown, made: unknown, path: string): Generator<string> {
  if (!isObject(original) || !isObject(made)) return;
  for (const [key, value] of Object.entries(original)) {
    const name = PLAIN_NAME.test(key) || /^\d+$/.test(key) ? key : '(a field with an odd name)';
    if (!Object.hasOwn(made, key)) yield `${path}${name}`;
    else yield* differences(value, Reflect.get(made, key), `${path}${name}.`);
  }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
