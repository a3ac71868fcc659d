import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ConfigHost, ConfigWay } from '#shared/config-host.ts';
import type { Profile } from '#shared/profile.ts';
import { fail, succeed } from '#shared/result.ts';
import { makeProfile } from '../storage/storage-fixture.ts';
import { TestBench, type TestRun } from './app-fixture.ts';

let bench: TestBench;
beforeEach(() => {
  bench = new TestBench();
});
afterEach(() => bench.end());

const FILE = '/home/ana/.ssh/config';

function say(
  run: TestRun,
  way: Partial<ConfigWay>,
  hosts: readonly string[] = ['mail'],
  concerns: ConfigHost['concerns'] = [],
): void {
  const found: ConfigHost = {
    host: 'mail',
    isNamed: hosts.includes('mail'),
    way: {
      server: { host: 'core.example.org', port: 22, user: 'ana' },
      login: { method: 'automatic' },
      ...way,
    },
    forwards: [],
    concerns,
    files: [FILE],
  };
  run.engine.answers.set('sshConfig.hosts', async () =>
    succeed({ file: '~/.ssh/config', hosts: [...hosts], files: [FILE], cut: null }),
  );
  run.engine.answers.set('sshConfig.host', async () => succeed(found));
}

async function following(run: TestRun, part: Partial<Profile> = {}): Promise<Profile> {
  const followedHost = { host: 'mail', allowedCommands: [] };
  return run.save(makeProfile({ id: randomUUID(), followedHost, ...part }));
}

function saved(run: TestRun, { id }: Profile): Profile | undefined {
  return run
    .eventsOf('profiles.changed')
    .at(-1)
    ?.profiles.find((each) => each.id === id);
}

const change = (run: TestRun): void => {
  for (const { onChange } of [...run.watches]) onChange();
};

describe('a profile that follows a Host', () => {
  it('has its server, login and way from it at once, and again at every change of the files', async () => {
    const run = bench.run().open();
    say(run, { login: { method: 'keyFile', keyFile: '/home/ana/.ssh/work' } });
    const profile = await following(run);
    await vi.waitFor(() => expect(saved(run, profile)?.server.host).toBe('core.example.org'));
    expect(saved(run, profile)?.login).toEqual({ method: 'keyFile', keyFile: '/home/ana/.ssh/work' });
    expect(saved(run, profile)?.forwards).toEqual(profile.forwards);
    expect([...run.watches].map(({ paths }) => paths)).toEqual([[FILE]]);

    const gate = { server: { host: 'gate', port: 22, user: 'ana' }, login: { method: 'automatic' } } as const;
    say(run, { jumpHosts: [{ ...gate, legacyAlgorithms: false }] });
    change(run);
    await vi.waitFor(() => expect(saved(run, profile)?.jumpHosts).toHaveLength(1));
    expect(saved(run, profile)?.login).toEqual({ method: 'automatic' });

    say(run, {});
    change(run);
    await vi.waitFor(() => expect(saved(run, profile)).not.toHaveProperty('jumpHosts'));
  });

  it('lets its running tunnel take the change on', async () => {
    const run = bench.run().open();
    say(run, {});
    const profile = await following(run);
    await run.app.handlers['tunnels.start']({ id: profile.id });
    run.tell(profile.id, { status: 'open', attempt: 1, since: 0 });
    say(run, { server: { host: 'elsewhere', port: 22, user: 'ana' } });
    change(run);
    await vi.waitFor(() =>
      expect(run.engine.asked('engine.update').at(-1)?.profile.server.host).toBe('elsewhere'),
    );
  });

  it('starts as the Host is now, though nobody has told of a change', async () => {
    const run = bench.run().open();
    say(run, {});
    const profile = await following(run);
    say(run, { server: { host: 'moved', port: 2200, user: 'joe' } });
    await run.app.handlers['tunnels.start']({ id: profile.id });
    expect(run.engine.asked('engine.start').at(-1)?.profile.server).toEqual({
      host: 'moved',
      port: 2200,
      user: 'joe',
    });
  });

  it('keeps what the Host said last while the files cannot be read or do not name it, and says so until they do', async () => {
    const run = bench.run().open();
    say(run, {});
    const profile = await following(run);
    await vi.waitFor(() => expect(saved(run, profile)?.server.host).toBe('core.example.org'));
    run.engine.answers.set('sshConfig.host', async () =>
      fail({ code: 'invalid', message: 'ssh would refuse this configuration.' }),
    );
    change(run);
    await vi.waitFor(async () => expect(await run.notices()).toHaveLength(1));
    expect((await run.notices())[0]).toContain('ssh would refuse this configuration.');
    expect(saved(run, profile)?.server.host).toBe('core.example.org');

    say(run, { server: { host: 'mail', port: 22, user: 'ana' } }, []);
    change(run);
    await vi.waitFor(async () => expect((await run.notices())[0]).toContain('does not name it any more'));
    expect(saved(run, profile)?.server.host).toBe('core.example.org');

    say(run, {});
    change(run);
    await vi.waitFor(async () => expect(await run.notices()).toEqual([]));
  });

  it('calls no Host gone that the list of Hosts lacks, as that can be cut', async () => {
    const run = bench.run().open();
    const server = { host: 'moved', port: 22, user: 'ana' };
    say(run, { server });
    run.engine.answers.set('sshConfig.hosts', async () =>
      succeed({ file: '~/.ssh/config', hosts: [], files: [FILE], cut: 'Only some are listed.' }),
    );
    const profile = await following(run);
    await vi.waitFor(() => expect(saved(run, profile)?.server).toEqual(server));
    expect(await run.notices()).toEqual([]);
  });

  it('says one thing once, however many profiles it is true of, and not again what was dismissed', async () => {
    const run = bench.run().open();
    say(run, {});
    const profiles: Profile[] = [];
    for (let count = 0; count < 30; count += 1) profiles.push(await following(run, { name: `F${count}` }));
    await vi.waitFor(() => expect(saved(run, profiles[29] as Profile)?.server.host).toBe('core.example.org'));
    run.engine.answers.set('sshConfig.host', async () =>
      fail({ code: 'invalid', message: 'Line 3 is broken.' }),
    );
    change(run);
    await vi.waitFor(async () => expect(await run.notices()).toHaveLength(1));
    expect(await run.notices()).toEqual([
      expect.stringMatching(
        /^“F0”, .*“F7” and 22 more follow Hosts of .* Line 3 is broken\. They keep what those/,
      ),
    ]);
    const [notice] = run.eventsOf('notices.changed').at(-1)?.notices ?? [];
    await run.app.handlers['app.dismissNotice']({ id: notice?.id ?? '' });
    change(run);
    await vi.waitFor(() => expect(run.engine.asked('sshConfig.host').length).toBe(90));
    expect(await run.notices()).toEqual([]);
    say(run, {}, []);
    change(run);
    await vi.waitFor(async () => expect((await run.notices())[0]).toContain('does not name them any more'));
  });

  it('says that a command of Match exec was not run', async () => {
    const run = bench.run().open();
    const concern = { subject: 'Match exec', text: 'Not run.', file: FILE, line: 3, isSystems: false };
    say(run, {}, ['mail'], [{ ...concern, command: 'on-vpn' }]);
    const profile = await following(run);
    await vi.waitFor(async () =>
      expect((await run.notices())[0]).toMatch(/follows Host mail .*Match exec.* not allowed/),
    );
    await run.app.handlers['profiles.delete']({ id: profile.id });
    change(run);
    await vi.waitFor(async () => expect(await run.notices()).toEqual([]));
  });

  it('is looked at again when a file is mended that was broken when Culvert opened', async () => {
    const first = bench.run().open();
    say(first, {});
    const profile = await following(first);
    await first.app.close();
    const second = bench.run(first);
    say(second, { server: { host: 'moved', port: 22, user: 'ana' } });
    const mended = second.engine.answers.get('sshConfig.host');
    second.engine.answers.set('sshConfig.host', async () =>
      fail({ code: 'invalid', message: 'ssh would refuse this configuration.' }),
    );
    second.open();
    await vi.waitFor(async () => expect(await second.notices()).toHaveLength(1));
    if (mended) second.engine.answers.set('sshConfig.host', mended);
    change(second);
    await vi.waitFor(() => expect(saved(second, profile)?.server.host).toBe('moved'));
    await vi.waitFor(async () => expect(await second.notices()).toEqual([]));
  });

  it('runs no program that the user has not allowed, and keeps the yes to one that stays the same', async () => {
    const run = bench.run().open();
    const command = 'nc core 22';
    say(run, { proxy: { kind: 'command', command, allowed: command } });
    const profile = await following(run);
    await vi.waitFor(() => expect(saved(run, profile)?.proxy).toEqual({ kind: 'command', command }));
    await run.app.handlers['profiles.allowCommand']({ id: profile.id, command });
    say(run, { proxy: { kind: 'command', command }, server: { host: 'b', port: 22, user: 'ana' } });
    change(run);
    await vi.waitFor(() => expect(saved(run, profile)?.server.host).toBe('b'));
    expect(saved(run, profile)?.proxy).toEqual({ kind: 'command', command, allowed: command });
    say(run, { proxy: { kind: 'command', command: 'nc other 22' } });
    change(run);
    await vi.waitFor(() =>
      expect(saved(run, profile)?.proxy).toEqual({ kind: 'command', command: 'nc other 22' }),
    );
  });

  it('has its tunnel tried again where that failed as the files were before, if it is wanted', async () => {
    const run = bench.run().open();
    const command = 'nc core 22';
    say(run, { proxy: { kind: 'command', command } });
    const [wanted, stopped] = [await following(run), await following(run)];
    await vi.waitFor(() => expect(saved(run, stopped)?.proxy).toBeDefined());
    for (const { id } of [wanted, stopped]) {
      await run.app.handlers['tunnels.start']({ id });
      if (id === stopped.id) await run.app.handlers['tunnels.stop']({ id });
      run.tell(id, { status: 'failed', error: { code: 'commandNotAllowed', command } });
    }
    const started = () => run.engine.asked('engine.start').map(({ profile }) => profile.id);
    expect(started()).toEqual([wanted.id, stopped.id]);
    say(run, {});
    change(run);
    await vi.waitFor(() => expect(started()).toEqual([wanted.id, stopped.id, wanted.id]));
    await vi.waitFor(() => expect(saved(run, stopped)).not.toHaveProperty('proxy'));
    await new Promise((resolve) => setImmediate(resolve));
    expect(started()).toHaveLength(3);
  });

  it('is brought up to date before it is started with the app', async () => {
    const first = bench.run().open();
    say(first, {});
    const profile = await following(first, { startOnOpen: true });
    await first.app.close();
    const second = bench.run(first);
    say(second, { server: { host: 'moved', port: 22, user: 'ana' } });
    second.open();
    await vi.waitFor(() =>
      expect(second.engine.asked('engine.start').at(-1)?.profile).toMatchObject({
        id: profile.id,
        server: { host: 'moved' },
      }),
    );
  });
});
