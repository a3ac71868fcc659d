import { describe, expect, it } from 'vitest';
import { type Migrations, migrate } from './migrate.ts';

const steps: Migrations = {
  1: ({ title, ...rest }) => ({ ...rest, name: title }),
  2: ({ name, ...rest }) => ({ ...rest, names: [name] }),
  3: () => {
    throw new Error('unexpected shape');
  },
};

describe('migrating a document', () => {
  it('takes every step in order and writes the version reached', () => {
    expect(migrate({ version: 1, title: 'a', kept: true }, 1, 3, steps)).toEqual({
      ok: true,
      document: { version: 3, names: ['a'], kept: true },
    });
  });

  it('begins at the document’s own version', () => {
    expect(migrate({ version: 2, name: 'b' }, 2, 3, steps)).toEqual({
      ok: true,
      document: { version: 3, names: ['b'] },
    });
  });

  it('leaves a document of the present version alone', () => {
    const document = { version: 3, names: [] };
    expect(migrate(document, 3, 3, steps)).toEqual({ ok: true, document });
  });

  it('refuses a version that no step starts from', () => {
    expect(migrate({ version: 0 }, 0, 3, steps)).toEqual({ ok: false, reason: 'version 0 is unknown' });
  });

  it('refuses a document that a step does not understand, without quoting it', () => {
    const migrated = migrate({ version: 3, secret: 'hush' }, 3, 4, steps);
    expect(migrated).toEqual({ ok: false, reason: 'it could not be brought from version 3 to 4' });
  });

  it('does not change the document it was given', () => {
    const document = Object.freeze({ version: 1, title: 'a' });
    migrate(document, 1, 3, steps);
    expect(document).toEqual({ version: 1, title: 'a' });
  });
});
