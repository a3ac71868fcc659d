/** A document on its way from an old version to a new one: JSON, not yet validated. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Brings a document one version further. Throws when the document is not of the shape it expects. */
export type Migration = (document: JsonObject) => JsonObject;

/** The steps, each under the version it starts from. A step is never changed once a release has used it. */
export type Migrations = Readonly<Record<number, Migration>>;

export type Migrated =
  | { readonly ok: true; readonly document: JsonObject }
  | { readonly ok: false; readonly reason: string };

/** Takes a document through every step from its own version to the wanted one. */
export function migrate(document: JsonObject, from: number, to: number, migrations: Migrations): Migrated {
  let current = document;
  for (let version = from; version < to; version += 1) {
    const step = Object.hasOwn(migrations, version) ? migrations[version] : undefined;
    if (!step) return { ok: false, reason: `version ${version} is unknown` };
    try {
      current = { ...step(current), version: version + 1 };
    } catch {
      return { ok: false, reason: `it could not be brought from version ${version} to ${version + 1}` };
    }
  }
  return { ok: true, document: current };
}
