import { chmodSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { DocumentFormat } from './document-format.ts';
import { makeTestFolder, type TestFolder } from './storage-fixture.ts';
import { StoredDocument } from './stored-document.ts';

interface Notes {
  readonly notes: readonly string[];
}

/** Version 3; version 1 had one note, version 2 called the list `lines`. */
const format: DocumentFormat<Notes> = {
  name: 'notes',
  version: 3,
  migrations: {
    1: ({ note, ...rest }) => ({ ...rest, lines: [note] }),
    2: ({ lines, ...rest }) => ({ ...rest, notes: lines }),
  },
  backups: 3,
  summary: ({ notes }) => `${notes.length} notes`,
  empty: () => ({ notes: [] }),
  parse({ notes }) {
    const list = z.array(z.unknown()).safeParse(notes);
    if (!list.success) return { ok: false, reason: 'it had no notes' };
    const good = list.data.filter((note) => typeof note === 'string');
    const bad = list.data.filter((note) => typeof note !== 'string');
    return {
      ok: true,
      content: { notes: good },
      rejected: bad.map((original) => ({ reason: 'not a text', original })),
    };
  },
};

let place: TestFolder;
beforeEach(() => {
  place = makeTestFolder();
});
afterEach(() => place.remove());

const open = () => new StoredDocument(format, place);
const stored = (file = 'notes.json') => JSON.parse(place.read(file)) as unknown;
const asides = () =>
  place.files().filter((file) => file.includes('.corrupt-') || file.includes('.rejected-'));

describe('loading', () => {
  it('begins empty, writes nothing and tells nothing on a first start', () => {
    expect(open().content).toEqual({ notes: [] });
    expect(place.files()).toEqual([]);
    expect(place.told).toEqual([]);
  });

  it('makes the folder for its owner alone', () => {
    place.remove();
    open();
    expect(statSync(place.folder).mode & 0o777).toBe(0o700);
  });

  it('reads back what was saved, and writes for its owner alone', () => {
    expect(open().replace({ notes: ['a'] }).ok).toBe(true);
    expect(open().content).toEqual({ notes: ['a'] });
    expect(statSync(place.path('notes.json')).mode & 0o777).toBe(0o600);
    expect(statSync(place.path('backups')).mode & 0o777).toBe(0o700);
    expect(statSync(place.path('backups/notes-1.json')).mode & 0o777).toBe(0o600);
  });

  it('takes a byte order mark, as editors on Windows write it', () => {
    place.write('notes.json', '\ufeff{"version":3,"notes":["a"]}');
    expect(open().content).toEqual({ notes: ['a'] });
  });

  it('migrates an old file step by step and keeps the original as a backup', () => {
    const original = '{"version":1,"note":"a"}';
    place.write('notes.json', original);
    expect(open().content).toEqual({ notes: ['a'] });
    expect(stored()).toEqual({ version: 3, notes: ['a'] });
    expect(place.read('backups/notes-1.json')).toBe(original);
  });

  it('shows an old file that is read-only, and leaves it as it is', () => {
    place.write('notes.json', '{"version":1,"note":"a"}');
    chmodSync(place.path('notes.json'), 0o400);
    expect(open().content).toEqual({ notes: ['a'] });
    expect(place.read('notes.json')).toBe('{"version":1,"note":"a"}');
  });
});

describe('a damaged file', () => {
  it.each([
    ['empty', ''],
    ['only blanks', ' \n'],
    ['cut short', '{"version":3,"notes":["a","b'],
    ['zeroes after a power cut', '\0'.repeat(64)],
    ['not an object', '["a"]'],
    ['without a version', '{"notes":["a"]}'],
    ['with a version that is no number', '{"version":"3","notes":["a"]}'],
    ['of an unknown old version', '{"version":0,"notes":["a"]}'],
    ['of another shape', '{"version":3,"notes":"a"}'],
  ])('that is %s is kept aside to the byte and the last saved state restored', (_what, damage) => {
    const before = open();
    before.replace({ notes: ['a'] });
    before.replace({ notes: ['a', 'b'] });
    place.write('notes.json', damage);

    const after = open();

    expect(after.content).toEqual({ notes: ['a', 'b'] });
    expect(stored()).toEqual({ version: 3, notes: ['a', 'b'] });
    expect(asides()).toEqual(['notes.corrupt-2026-11-23T09-00-00Z.json']);
    expect(place.read('notes.corrupt-2026-11-23T09-00-00Z.json')).toBe(damage);
    expect(place.told).toHaveLength(1);
    expect(place.told[0]).toContain('kept it as notes.corrupt-2026-11-23T09-00-00Z.json');
    expect(place.told[0]).toContain('restored 2 notes from the backup of');
  });

  it('is set aside once: the next start has nothing to tell', () => {
    open().replace({ notes: ['a'] });
    place.write('notes.json', '{');
    open();
    place.told.length = 0;
    expect(open().content).toEqual({ notes: ['a'] });
    expect(place.told).toEqual([]);
  });

  it('without a backup is kept aside, and the user told that there was none', () => {
    place.write('notes.json', '{');
    expect(open().content).toEqual({ notes: [] });
    expect(place.read('notes.corrupt-2026-11-23T09-00-00Z.json')).toBe('{');
    expect(place.told[0]).toContain('There was no backup');
  });

  it('never takes the place of one set aside in the same second', () => {
    for (const damage of ['{1', '{2', '{3']) {
      place.write('notes.json', damage);
      open();
    }
    expect(
      asides()
        .map((file) => place.read(file))
        .sort(),
    ).toEqual(['{1', '{2', '{3']);
  });

  it('is restored from an older backup when the newest is damaged, too', () => {
    open().replace({ notes: ['a'] });
    open().replace({ notes: ['a', 'b'] });
    place.write('backups/notes-2.json', '{');
    place.write('notes.json', '{');
    expect(open().content).toEqual({ notes: ['a'] });
  });

  it('is restored from a backup of an older version, migrated', () => {
    mkdirSync(place.path('backups'));
    place.write('backups/notes-1.json', '{"version":2,"lines":["old"]}');
    place.write('notes.json', '');
    expect(open().content).toEqual({ notes: ['old'] });
  });

  it('says nothing of what the damaged text held', () => {
    place.write('notes.json', 'hunter2 {');
    open();
    expect(place.told.join()).not.toContain('hunter2');
  });

  it('that is read-only stays where it is, and its backup is shown', () => {
    open().replace({ notes: ['a'] });
    place.write('notes.json', '{');
    chmodSync(place.path('notes.json'), 0o400);
    const document = open();
    expect(document.content).toEqual({ notes: ['a'] });
    expect(place.read('notes.json')).toBe('{');
    expect(document.replace({ notes: [] })).toMatchObject({ ok: false, error: { code: 'readOnly' } });
  });
});

describe('a missing file', () => {
  it('is restored from its backup, for a crash may have taken it', () => {
    open().replace({ notes: ['a'] });
    rmSync(place.path('notes.json'));
    expect(open().content).toEqual({ notes: ['a'] });
    expect(stored()).toEqual({ version: 3, notes: ['a'] });
    expect(place.told[0]).toMatch(/^notes\.json was missing\. Culvert restored 1 notes from the backup of/);
  });
});

describe('a file from a newer Culvert', () => {
  const newer = '{"version":4,"notes":["a",{"text":"new kind"}],"more":true}';

  it('is shown as far as it is understood, and not touched', () => {
    place.write('notes.json', newer);
    const document = open();
    expect(document.content).toEqual({ notes: ['a'] });
    expect(document.readOnlyReason()).toContain('newer Culvert (format 4; this one knows 3)');
    expect(document.replace({ notes: [] })).toMatchObject({ ok: false, error: { code: 'readOnly' } });
    expect(place.read('notes.json')).toBe(newer);
    expect(place.files()).toEqual(['notes.json']);
  });

  it('begins empty where nothing of it is understood', () => {
    place.write('notes.json', '{"version":9,"pages":[]}');
    expect(open().content).toEqual({ notes: [] });
  });
});

describe('an entry that makes no sense', () => {
  it('is kept aside alone, with the reason, and the others load', () => {
    const original = '{"version":3,"notes":["a",7,"b"]}';
    place.write('notes.json', original);
    expect(open().content).toEqual({ notes: ['a', 'b'] });
    expect(stored('notes.rejected-2026-11-23T09-00-00Z.json')).toEqual([
      { reason: 'not a text', original: 7 },
    ]);
    expect(stored()).toEqual({ version: 3, notes: ['a', 'b'] });
    expect(place.read('backups/notes-1.json')).toBe(original);
    expect(place.told).toEqual([
      'One entry of notes.json could not be understood and was left out. ' +
        `Culvert kept what was left out in notes.rejected-2026-11-23T09-00-00Z.json, in ${place.folder}.`,
    ]);
  });

  it('in a read-only file makes nothing but a word', () => {
    place.write('notes.json', '{"version":3,"notes":["a",7]}');
    chmodSync(place.path('notes.json'), 0o400);
    const document = open();
    expect(document.content).toEqual({ notes: ['a'] });
    chmodSync(place.path('notes.json'), 0o600);
    expect(document.replace({ notes: [] }).ok).toBe(false);
    expect(place.files()).toEqual(['notes.json']);
  });
});

describe('a place that cannot be written', () => {
  it.each(['notes.json', '.'])(
    'refuses changes while %s is read-only, and takes them again after',
    (what) => {
      const document = open();
      document.replace({ notes: ['a'] });
      const before = statSync(place.path(what)).mode;
      chmodSync(place.path(what), before & 0o555);
      expect(document.readOnlyReason()).toContain('read-only');
      expect(document.replace({ notes: [] })).toMatchObject({ ok: false, error: { code: 'readOnly' } });
      expect(document.content).toEqual({ notes: ['a'] });
      expect(stored()).toEqual({ version: 3, notes: ['a'] });
      chmodSync(place.path(what), before);
      expect(document.replace({ notes: ['b'] }).ok).toBe(true);
    },
  );

  it('leaves a folder alone that stands in the file’s place', () => {
    mkdirSync(place.path('notes.json'));
    const document = open();
    expect(document.content).toEqual({ notes: [] });
    expect(document.readOnlyReason()).toContain('cannot be read: a folder is in its place (EISDIR)');
    expect(document.replace({ notes: ['a'] })).toMatchObject({ ok: false, error: { code: 'readOnly' } });
  });

  it('works without a folder, when a file stands in its place', () => {
    place.remove();
    writeFileSync(place.folder, '');
    const document = open();
    expect(document.content).toEqual({ notes: [] });
    expect(document.replace({ notes: ['a'] }).ok).toBe(false);
  });

  it('keeps the old file and the old content when the disk is full', () => {
    const document = open();
    document.replace({ notes: ['a'] });
    place.failWith = 'ENOSPC';
    expect(document.replace({ notes: ['b'] })).toEqual({
      ok: false,
      error: {
        code: 'storage',
        message: 'The change could not be saved: the disk is full (ENOSPC). notes.json is as it was.',
      },
    });
    expect(document.content).toEqual({ notes: ['a'] });
    expect(stored()).toEqual({ version: 3, notes: ['a'] });
    place.failWith = null;
    expect(document.replace({ notes: ['b'] }).ok).toBe(true);
  });

  it('shows the backup when a restored file cannot be written', () => {
    open().replace({ notes: ['a'] });
    place.write('notes.json', '{');
    place.failWith = 'ENOSPC';
    expect(open().content).toEqual({ notes: ['a'] });
    expect(place.told.at(-1)).toContain('could not write the file');
    place.failWith = null;
    expect(open().content).toEqual({ notes: ['a'] });
    expect(place.told.at(-1)).toContain('notes.json was missing. Culvert restored 1 notes');
  });

  it('refuses to change what it could not back up', () => {
    place.write('notes.json', '{"version":3,"notes":["a"]}');
    place.write('backups', 'a file in the place of the folder');
    const document = open();
    expect(document.content).toEqual({ notes: ['a'] });
    expect(document.replace({ notes: [] })).toMatchObject({ ok: false, error: { code: 'readOnly' } });
    expect(stored()).toEqual({ version: 3, notes: ['a'] });
  });
});

describe('backups', () => {
  const texts = () => place.files('backups').map((file) => stored(`backups/${file}`));

  it('follow the changes of one run in one file', () => {
    const document = open();
    for (const note of ['a', 'b', 'c']) document.replace({ notes: [note] });
    expect(texts()).toEqual([{ version: 3, notes: ['c'] }]);
  });

  it('begin a new file with each run that changes something, and keep the last few', () => {
    for (const note of ['a', 'b', 'c', 'd']) open().replace({ notes: [note] });
    open();
    expect(place.files('backups')).toEqual(['notes-2.json', 'notes-3.json', 'notes-4.json']);
    expect(texts()).toEqual(['b', 'c', 'd'].map((note) => ({ version: 3, notes: [note] })));
  });

  it('begin a new file after an hour', () => {
    const document = open();
    document.replace({ notes: ['a'] });
    place.clock += 60 * 60 * 1000;
    document.replace({ notes: ['b'] });
    expect(texts()).toEqual([
      { version: 3, notes: ['a'] },
      { version: 3, notes: ['b'] },
    ]);
  });

  it('take a file edited by hand before it is overwritten', () => {
    const document = open();
    document.replace({ notes: ['a'] });
    place.write('notes.json', '{"version":3,"notes":["by hand"]}');
    document.replace({ notes: ['b'] });
    expect(place.files('backups').map((file) => place.read(`backups/${file}`))).toContain(
      '{"version":3,"notes":["by hand"]}',
    );
    expect(stored('backups/notes-3.json')).toEqual({ version: 3, notes: ['b'] });
  });
});
