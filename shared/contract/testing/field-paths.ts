import { z } from 'zod';

/**
 * The paths of all fields that a schema names, down to the last: `server.host`, `jumpHosts[].login(keyFile).keyFile`. An
 * option of a union stands in brackets by the word that tells it apart. For tests that keep two schemas side by side.
 */
export function fieldPaths(schema: z.ZodType): readonly string[] {
  const json = z.toJSONSchema(schema, {
    io: 'input',
    reused: 'inline',
    unrepresentable: 'any',
  }) as JsonSchema;
  return [...new Set(walk(json, ''))].sort();
}

/** What of JSON Schema zod writes for structures. */
interface JsonSchema {
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly items?: JsonSchema;
  readonly additionalProperties?: JsonSchema | boolean;
  readonly oneOf?: readonly JsonSchema[];
  readonly anyOf?: readonly JsonSchema[];
  readonly allOf?: readonly JsonSchema[];
  readonly const?: unknown;
}

function* walk(schema: JsonSchema, path: string): Generator<string> {
  const options = schema.oneOf ?? schema.anyOf ?? schema.allOf;
  const { properties, items, additionalProperties } = schema;
  if (options) {
    for (const option of options) yield* walk(option, `${path}${tagOf(option)}`);
  } else if (properties) {
    const fields = Object.entries(properties).filter(([, { const: fixed }]) => fixed === undefined);
    // An option without a field of its own is one all the same.
    if (fields.length === 0) yield path;
    for (const [name, field] of fields) yield* walk(field, path === '' ? name : `${path}.${name}`);
  } else if (items) {
    yield* walk(items, `${path}[]`);
  } else if (typeof additionalProperties === 'object') {
    yield* walk(additionalProperties, `${path}{}`);
  } else {
    yield path;
  }
}

function tagOf({ properties = {} }: JsonSchema): string {
  const tag = Object.values(properties).find(({ const: fixed }) => typeof fixed === 'string');
  return tag === undefined ? '' : `(${String(tag.const)})`;
}
