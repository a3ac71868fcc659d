import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Profile } from '#shared/profile.ts';
import type { ImportOffer } from '#shared/transfer/import-offer.ts';
import { makeProfile } from '../storage/storage-fixture.ts';
import { CONNECTING, TestBench, type TestRun } from './app-fixture.ts';

let bench: TestBench;
let run: TestRun;
beforeEach(() => {
  bench = new TestBench();
  run = bench.run().open();
  run.transferFile = run.place.path('tunnels.json');
});
afterEach(() => bench.end());

/** Everything that a profile can hold and that must not leave. */
const laden = (): Profile =>
  makeProfile({
    name: 'Laden',
    login: { method: 'keyFile', keyFile: '/home/ana/.ssh/id_work' },
    hostKeys: { alias: 'core', userFiles: ['/home/ana/.bashrc'], checking: 'accept-new' },
    jumpHosts: [
      {
        server: { host: 'jump.example.org', port: 2222, user: 'ana' },
        login: { method: 'keyFile', keyFile: '/etc/keys/jump' },
        legacyAlgorithms: false,
      },
    ],
    proxy: { kind: 'command', command: 'nc -X 5 %h %p', allowed: 'nc -X 5 %h %p' },
    startOnOpen: true,
    forwards: [
      {
        id: randomUUID(),
        name: '',
        enabled: true,
        kind: 'local',
        bind: { address: '*', port: 42424 },
        target: { host: 'imap.example.org', port: 143 },
        exposureConfirmedFor: '*',
        exposureLease: { address: '*', ends: { when: 'never' } },
        allowFrom: ['192.168.1.7'],
      },
      {
        id: randomUUID(),
        name: '',
        enabled: false,
        kind: 'remote',
        bind: { address: 'localhost', port: 42000 },
        target: { host: 'localhost', port: 548 },
        secondHop: { port: 43000, tool: 'socat', agreedFor: 'all of it' },
      },
    ],
  });

async function exportAll(commandsOf: string[] = []): Promise<string> {
  const ids = (await run.snapshot()).profiles.map(({ id }) => id);
  expect(await run.app.handlers['transfer.export']({ ids, commandsOf })).toMatchObject({ ok: true });
  return run.place.read('tunnels.json');
}

async function offerOf(text: string): Promise<ImportOffer> {
  run.place.write('tunnels.json', text);
  const reply = await run.app.handlers['transfer.readImport'](null);
  if (!reply.ok || reply.value === null) throw new Error(JSON.stringify(reply));
  return reply.value;
}

async function refusalOf(text: string): Promise<string> {
  run.place.write('tunnels.json', text);
  const reply = await run.app.handlers['transfer.readImport'](null);
  return reply.ok ? 'taken' : reply.error.message;
}

const file = (...profiles: readonly unknown[]) =>
  JSON.stringify({ format: 'culvert-profiles', version: 1, profiles });

const carried = (change: object = {}) => ({
  id: randomUUID(),
  name: 'Mail',
  server: { host: 'core.example.org', port: 22, user: 'ana' },
  login: { method: 'agent' },
  forwards: [{ kind: 'dynamic', bind: { address: 'localhost', port: 1080 } }],
  ...change,
});

describe('an export', () => {
  it('holds what a tunnel is, and no agreement, no permission and nothing that starts by itself', async () => {
    const saved = await run.save(laden());
    const [local, remote] = saved.forwards;
    expect(JSON.parse(await exportAll())).toEqual({
      format: 'culvert-profiles',
      version: 1,
      profiles: [
        {
          id: saved.id,
          name: 'Laden',
          server: saved.server,
          login: { method: 'keyFile', keyFile: '~/.ssh/id_work' },
          jumpHosts: [
            {
              server: { host: 'jump.example.org', port: 2222, user: 'ana' },
              login: { method: 'keyFile', keyFile: '/etc/keys/jump' },
              legacyAlgorithms: false,
            },
          ],
          proxy: { kind: 'command', command: '' },
          forwards: [
            {
              kind: 'local',
              name: '',
              enabled: true,
              bind: local?.bind,
              target: { host: 'imap.example.org', port: 143 },
              allowFrom: ['192.168.1.7'],
            },
            {
              kind: 'remote',
              name: '',
              enabled: false,
              bind: remote?.bind,
              target: { host: 'localhost', port: 548 },
            },
          ],
          legacyAlgorithms: false,
          looksAtServer: true,
        },
      ],
    });
  });

  it('leaves out the command of a connection, which can hold a password, and an import says so', async () => {
    const secret = 'sshpass -p hunter2 ssh -W %h:%p gate';
    await run.save(makeProfile({ name: 'Mail', proxy: { kind: 'command', command: secret } }));
    const text = await exportAll();
    expect(text).not.toContain('hunter2');
    const [tunnel] = (await offerOf(text)).tunnels;
    if (tunnel?.kind !== 'good') throw new Error(JSON.stringify(tunnel));
    expect(tunnel.lacksCommand).toBe(true);
    expect(tunnel.profile.proxy).toBeUndefined();
    expect(tunnel.leftOut).toEqual([]);
  });

  it('has the commands that it is told to have, of those tunnels only', async () => {
    const through = (command: string) => makeProfile({ proxy: { kind: 'command', command } });
    const wanted = await run.save({ ...through('nc -X 5 %h %p'), name: 'Wanted' });
    await run.save({ ...through('sshpass -p hunter2 ssh -W %h:%p gate'), name: 'Other' });
    const text = await exportAll([wanted.id]);
    expect(text).not.toContain('hunter2');
    expect((await offerOf(text)).tunnels).toMatchObject([
      { profile: { proxy: { kind: 'command', command: 'nc -X 5 %h %p' } }, lacksCommand: false },
      { lacksCommand: true },
    ]);
  });

  it('is of the chosen tunnels only', async () => {
    const [first] = await run.saveMany(3);
    await run.app.handlers['transfer.export']({ ids: [first?.id ?? ''], commandsOf: [] });
    expect(JSON.parse(run.place.read('tunnels.json')).profiles).toHaveLength(1);
  });

  it('leaves the practice tunnel out, and says so of one that is gone', async () => {
    const practice = await run.app.handlers['profiles.createPractice'](null);
    if (!practice.ok) throw new Error(practice.error.message);
    for (const id of [practice.value.id, randomUUID()]) {
      expect(await run.app.handlers['transfer.export']({ ids: [id], commandsOf: [] })).toMatchObject({
        ok: false,
      });
    }
    expect(run.place.files()).not.toContain('tunnels.json');
  });

  it('that cannot be written says why', async () => {
    const [only] = await run.saveMany(1);
    run.transferFile = '/proc/nowhere/tunnels.json';
    const reply = await run.app.handlers['transfer.export']({ ids: [only?.id ?? ''], commandsOf: [] });
    expect(reply).toMatchObject({ ok: false, error: { code: 'storage' } });
  });
});

describe('an import', () => {
  it('brings to another computer what was exported, under new ids, starting and opening nothing', async () => {
    const saved = await run.save(laden());
    const text = await exportAll();
    run = bench.run().open();
    run.transferFile = run.place.path('tunnels.json');
    const offer = await offerOf(text);
    expect(
      await run.app.handlers['transfer.import']({
        importId: offer.importId,
        choices: [{ number: 1, as: 'new' }],
      }),
    ).toMatchObject({
      value: { added: 1, replaced: 0 },
    });
    const [imported] = (await run.snapshot()).profiles;
    expect(imported).toMatchObject({
      name: 'Laden',
      startOnOpen: false,
      login: { keyFile: '~/.ssh/id_work' },
    });
    expect(imported?.id).not.toBe(saved.id);
    expect(imported?.forwards.map(({ id }) => id)).not.toContain(saved.forwards[0]?.id);
    expect(JSON.stringify(imported)).not.toMatch(/exposure|allowed"|secondHop|bashrc|accept-new/);
    expect(run.engine.started()).toEqual([]);
    expect((await bench.run(run).open().snapshot()).profiles).toHaveLength(1);
  });

  it('changes nothing until it is chosen from, and takes over no agreement that somebody wrote in', async () => {
    const [forward] = carried().forwards;
    const offer = await offerOf(
      file(
        carried({
          startOnOpen: true,
          practice: true,
          proxy: { kind: 'command', command: 'touch /tmp/x', allowed: 'touch /tmp/x' },
          forwards: [{ ...forward, bind: { address: '*', port: 1080 }, exposureConfirmedFor: '*' }],
        }),
      ),
    );
    expect((await run.snapshot()).profiles).toEqual([]);
    const [tunnel] = offer.tunnels;
    expect(tunnel).toMatchObject({
      kind: 'good',
      leftOut: expect.arrayContaining([
        'proxy.allowed',
        'forwards.0.exposureConfirmedFor',
        'startOnOpen',
        'practice',
      ]),
      profile: { startOnOpen: false, practice: false },
    });
    expect(JSON.stringify(tunnel)).not.toContain('"allowed"');
  });

  it.each([
    ['', 'is not JSON'],
    ['{"format":"culvert-pro', 'is not JSON'],
    ['[]', 'no export of Culvert'],
    ['null', 'no export of Culvert'],
    ['{"version":1,"profiles":[]}', 'profiles.json, which is Culvert’s own'],
    ['{"format":"other","version":1}', 'no export of Culvert'],
    [
      '{"format":"culvert-profiles","version":1e308,"profiles":[]}',
      'The version of this file’s format is no number',
    ],
    ['{"format":"culvert-profiles","version":2,"profiles":[]}', 'from a newer Culvert: its format is 2'],
    ['{"format":"culvert-profiles","version":0,"profiles":[]}', 'There is no version 0'],
    ['{"format":"culvert-profiles","version":1,"profiles":{}}', 'has no list of tunnels'],
    ['{"format":"culvert-profiles","version":1,"profiles":[]}', 'no tunnel in this file'],
  ])('refuses %j in a sentence', async (text, words) => {
    expect(await refusalOf(text)).toContain(words);
  });

  it('says in words that there is no such folder to write to', async () => {
    const profile = await run.save(makeProfile());
    run.transferFile = `${run.place.folder}/gone/export.json`;
    const written = await run.app.handlers['transfer.export']({ ids: [profile.id], commandsOf: [] });
    expect(written).toMatchObject({
      error: { message: 'The export could not be written: there is no such file or folder (ENOENT).' },
    });
  });

  it('refuses what is nested without an end', async () => {
    const deep = '['.repeat(200_000);
    expect(await refusalOf(deep)).toContain('is not JSON');
    expect(await refusalOf(`${deep}${']'.repeat(200_000)}`)).toContain('no export of Culvert');
    expect(
      await refusalOf(file(carried()).replace('"Mail"', `"Mail","x":${deep}${']'.repeat(200_000)}`)),
    ).toBe('taken');
  });

  it('refuses what is too large, too many, no text or no file', async () => {
    expect(await refusalOf(`"${'x'.repeat(5 * 1024 * 1024)}"`)).toContain('larger than 5 MB');
    expect(await refusalOf(file(...Array.from({ length: 1001 }, () => null)))).toContain('1001 tunnels');
    run.transferFile = run.place.folder;
    expect(await run.app.handlers['transfer.readImport'](null)).toMatchObject({ ok: false });
    run.transferFile = '/dev/zero';
    expect(await run.app.handlers['transfer.readImport'](null)).toMatchObject({ ok: false });
  });

  it('says of each tunnel what is wrong with it, and offers the others', async () => {
    const offer = await offerOf(
      file(
        carried({ name: 'Good' }),
        carried({ name: 'No forwards', forwards: [] }),
        carried({ name: 'Up', login: { method: 'keyFile', keyFile: '~/../../etc/shadow' } }),
        carried({ name: 'Share', login: { method: 'keyFile', keyFile: '\\\\evil.example\\share\\key' } }),
        carried({ name: '\u202egnp.exe' }),
        carried({ server: { host: 'a b', port: 22, user: 'ana' } }),
        'a text',
        carried({ name: 'Twice', forwards: [carried().forwards[0], carried().forwards[0]] }),
        carried({ hostKeys: { checking: 'accept-new' } }),
        carried({ login: { method: 'telepathy' } }),
        null,
      ),
    );
    expect(
      offer.tunnels.map((each) => (each.kind === 'good' ? each.profile.name : [each.name, each.problem])),
    ).toEqual([
      'Good',
      ['No forwards', 'forwards: It has no forward.'],
      ['Up', 'login.keyFile: The path of a key file cannot go up by “..”.'],
      ['Share', 'login.keyFile: A key file cannot lie on another computer.'],
      [null, 'name: A name cannot contain control or invisible characters.'],
      ['Mail', expect.stringContaining('server.host: ')],
      [null, expect.any(String)],
      ['Twice', 'Forward 1 already listens on this port.'],
      ['Mail', 'hostKeys.checking: Only “ask” and “yes” can be imported.'],
      ['Mail', 'login.method: This is missing, or is not what Culvert reads here.'],
      [null, 'This is missing, or is not what Culvert reads here.'],
    ]);
  });

  it('is not fooled by the names of what every object has', async () => {
    const text = file(carried()).replace(
      '"name"',
      '"__proto__":{"startOnOpen":true,"polluted":1},"constructor":{},"name"',
    );
    const offer = await offerOf(text);
    await run.app.handlers['transfer.import']({
      importId: offer.importId,
      choices: [{ number: 1, as: 'new' }],
    });
    expect((await run.snapshot()).profiles).toMatchObject([{ name: 'Mail', startOnOpen: false }]);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
    expect(run.place.read('profiles.json')).not.toMatch(/__proto__|polluted|constructor/);
  });

  it('knows a tunnel that is here already, and leaves it unless it is told to replace it', async () => {
    const mine = await run.save(makeProfile({ name: 'Mail' }));
    const text = await exportAll();
    const offer = await offerOf(text);
    expect(offer.tunnels).toMatchObject([{ twin: { id: mine.id, name: 'Mail', isOn: false } }]);
    await run.app.handlers['transfer.import']({
      importId: offer.importId,
      choices: [{ number: 1, as: 'new' }],
    });
    expect((await run.snapshot()).profiles.map(({ name }) => name)).toEqual(['Mail', 'Mail (imported)']);

    const changed = JSON.parse(text);
    changed.profiles[0].server.host = 'elsewhere.example.org';
    const again = await offerOf(JSON.stringify(changed));
    await run.app.handlers['transfer.import']({
      importId: again.importId,
      choices: [{ number: 1, as: 'replacement' }],
    });
    const [first, second] = (await run.snapshot()).profiles;
    expect(first).toMatchObject({ id: mine.id, server: { host: 'elsewhere.example.org' } });
    expect(second).toMatchObject({ server: { host: mine.server.host } });
  });

  it('replaces no tunnel that is on, and starts none that failed', async () => {
    const mine = await run.save(makeProfile({ name: 'Mail' }));
    const text = await exportAll();
    await run.app.handlers['tunnels.start']({ id: mine.id });
    run.tell(mine.id, CONNECTING);
    const offer = await offerOf(text);
    const replace = { importId: offer.importId, choices: [{ number: 1, as: 'replacement' as const }] };
    expect(offer.tunnels).toMatchObject([{ twin: { isOn: true } }]);
    expect(await run.app.handlers['transfer.import'](replace)).toMatchObject({
      error: { message: 'Stop “Mail” first: a tunnel that is on is not replaced.' },
    });

    run.tell(mine.id, { status: 'failed', error: { code: 'engineRestarted' } });
    expect(await run.app.handlers['transfer.import'](replace)).toMatchObject({ value: { replaced: 1 } });
    const next = bench.run(run).open();
    await next.snapshot();
    expect(next.engine.started()).toEqual([]);
  });

  it('is all or nothing, and leaves the file open for another try, where the disk refuses', async () => {
    const offer = await offerOf(file(carried({ name: 'A' }), carried({ name: 'B' })));
    const both = {
      importId: offer.importId,
      choices: [1, 2].map((number) => ({ number, as: 'new' as const })),
    };
    run.place.failWith = 'ENOSPC';
    expect(await run.app.handlers['transfer.import'](both)).toMatchObject({ error: { code: 'storage' } });
    expect((await run.snapshot()).profiles).toEqual([]);
    run.place.failWith = null;
    expect(await run.app.handlers['transfer.import'](both)).toMatchObject({ value: { added: 2 } });
    // Done with: a second click adds nothing.
    expect(await run.app.handlers['transfer.import'](both)).toMatchObject({ ok: false });
  });

  it('knows nothing more of a file that was dropped', async () => {
    const { importId } = await offerOf(file(carried()));
    await run.app.handlers['transfer.dropImport']({ importId });
    expect(
      await run.app.handlers['transfer.import']({ importId, choices: [{ number: 1, as: 'new' }] }),
    ).toMatchObject({ error: { code: 'notNow' } });
  });
});
