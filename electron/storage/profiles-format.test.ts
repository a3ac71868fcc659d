import { readdirSync, readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ProfileStore } from './profile-store.ts';
import { PROFILES_VERSION, profilesFormat } from './profiles-format.ts';
import { profilesJsonSchema } from './profiles-schema.ts';
import { makeProfile, makeTestFolder, type TestFolder } from './storage-fixture.ts';

let place: TestFolder;
beforeEach(() => {
  place = makeTestFolder();
});
afterEach(() => place.remove());

const repositoryFile = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

describe('frozen files', () => {
  const fixtures = readdirSync(new URL('fixtures', import.meta.url)).filter((file) =>
    file.startsWith('profiles-v'),
  );

  it('are there for every version', () => {
    const versions = fixtures.map((file) => Number(/^profiles-v(\d+)\.json$/.exec(file)?.[1]));
    expect(versions.sort()).toEqual(Array.from({ length: PROFILES_VERSION }, (_none, index) => index + 1));
  });

  it.each(fixtures)('such as %s load whole, for ever', (file) => {
    place.write('profiles.json', repositoryFile(`electron/storage/fixtures/${file}`));
    const store = new ProfileStore(place);
    expect(place.told).toEqual([]);
    expect(store.list().map(({ name }) => name)).toEqual([
      'Mail',
      'Écran partagé',
      'Practice',
      'Agent',
      'Second factor',
    ]);
    expect(store.list().flatMap(({ forwards }) => forwards.map(({ bind }) => bind.port))).toEqual([
      42424, 8025, 0, 1080, 42425, 1081, 1082,
    ]);
  });

  it('of the present version are saved as they were loaded', () => {
    place.write(
      'profiles.json',
      repositoryFile(`electron/storage/fixtures/profiles-v${PROFILES_VERSION}.json`),
    );
    const loaded = new ProfileStore(place).list();
    const [first] = loaded;
    if (!first) throw new Error('The fixture has profiles.');
    new ProfileStore(place).save(first);
    expect(new ProfileStore(place).list()).toEqual(loaded);
  });
});

describe('the format of profiles', () => {
  it('leaves a wrong profile out alone, with the place of the mistake', () => {
    const good = makeProfile();
    const wrong = { ...makeProfile(), server: { host: 'a b', port: 22, user: 'ana' } };
    expect(profilesFormat.parse({ profiles: [wrong, good, 'nonsense'] })).toEqual({
      ok: true,
      content: { profiles: [good] },
      rejected: [
        { reason: 'server.host: That is not a host name or an address.', original: wrong },
        { reason: expect.stringContaining('expected object'), original: 'nonsense' },
      ],
    });
  });

  it('leaves a second profile with the same id out', () => {
    const profile = makeProfile();
    const parsed = profilesFormat.parse({ profiles: [profile, { ...profile, name: 'Twin' }] });
    expect(parsed).toMatchObject({
      ok: true,
      content: { profiles: [profile] },
      rejected: [{ original: { name: 'Twin' } }],
    });
  });

  it('loads the good profiles of a file and keeps the bad one beside it', () => {
    const good = makeProfile({ name: 'Good' });
    place.write('profiles.json', JSON.stringify({ version: 1, profiles: [{ id: 'x' }, good] }));
    expect(new ProfileStore(place).list()).toEqual([good]);
    expect(JSON.parse(place.read('profiles.rejected-2026-11-23T09-00-00Z.json'))).toMatchObject([
      { original: { id: 'x' } },
    ]);
    expect(place.told[0]).toContain('One entry of profiles.json');
  });

  it('names those that it leaves out, where a name can be read and shown', () => {
    const nameless = ['Mail\u202e', 7, undefined].map((name) => ({ name, id: 'x' }));
    const profiles = [...nameless, { name: ' Web ', id: 'x' }, makeProfile({ name: 'Good' })];
    place.write('profiles.json', JSON.stringify({ version: 1, profiles }));
    expect(new ProfileStore(place).list()).toHaveLength(1);
    expect(place.told).toEqual([
      '4 entries of profiles.json could not be understood and were left out: “Web” and 3 whose name could not be read. ' +
        `Culvert kept what was left out in profiles.rejected-2026-11-23T09-00-00Z.json, in ${place.folder}.`,
    ]);
  });
});

describe('docs/profile.schema.json', () => {
  it('is current (else run: node scripts/profile-schema.mjs)', () => {
    expect(JSON.parse(repositoryFile('docs/profile.schema.json'))).toEqual(profilesJsonSchema());
  });
});
