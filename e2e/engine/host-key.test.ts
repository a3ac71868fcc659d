import { mkdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { engineSuite, keyFile } from '../support/engine-suite.ts';
import { localForward, testProfile } from '../support/engine-under-test.ts';
import { findFreePort } from '../support/free-port.ts';
import { knownHostsLines } from '../support/host-keys.ts';
import { runProgram } from '../support/programs.ts';
import type { Sshd, SshdOptions } from '../support/sshd.ts';
import { startTcpProxy } from '../support/tcp-proxy.ts';

const suite = engineSuite();

async function connect(sshd: Sshd, engine = suite.engine()) {
  const profile = testProfile(sshd, keyFile(sshd), [
    localForward(await findFreePort(), { host: '127.0.0.1', port: 1 }),
  ]);
  await engine.start(profile);
  return { engine, profile };
}

/** An sshd of which known_hosts says what the test says. */
async function sshdKnownBy(lines: (sshd: Sshd) => string, options: SshdOptions = {}): Promise<Sshd> {
  const sshd = await suite.sshd(options);
  await suite.knowHosts(lines(sshd));
  return sshd;
}

const known = () => readFile(suite.knownHostsFile(), 'latin1');

function connections(sshd: Sshd): number {
  return sshd.log().match(/Connection from/g)?.length ?? 0;
}

/** Bytes that a careful person may have in the file: comments, an odd line, Latin-1, no line break at the end. */
const older =
  '# my hosts\n\nother.example ssh-ed25519 AAAA\xe9 not a key\n@cert-authority *.example ssh-rsa AAAA';

describe('an unknown host key', () => {
  it('is refused and shown, and on a yes added as one line, with a new connection', async () => {
    const sshd = await sshdKnownBy(() => '');
    await writeFile(suite.knownHostsFile(), older, 'latin1');
    const { engine, profile } = await connect(sshd);
    const prompt = await engine.untilPrompt(profile, 'unknownHostKey');
    const [hostKey] = sshd.hostKeys;
    expect(prompt).toMatchObject({
      host: sshd.host,
      port: sshd.port,
      keyType: 'ssh-ed25519',
      fingerprint: hostKey?.fingerprint,
      otherKnownTypes: [],
      knownHostsFile: suite.knownHostsFile(),
    });
    expect(prompt.randomart).toContain('[SHA256]');
    // Nobody is logged in, and nothing is written, before the answer.
    expect(sshd.log()).not.toMatch(/Accepted/);
    expect(await known()).toBe(older);
    await engine.answer(profile, prompt.id, { kind: 'trust' });
    await engine.until(profile, 'open');
    expect(connections(sshd)).toBe(2);
    expect(await known()).toBe(`${older}\n[${sshd.host}]:${sshd.port} ${hostKey?.publicKeyLine}\n`);

    // From now on it is known, to ssh-keygen too.
    await runProgram('ssh-keygen', ['-F', `[${sshd.host}]:${sshd.port}`, '-f', suite.knownHostsFile()]);
    await sshd.dropSessions();
    await engine.until(profile, 'waiting');
    await engine.until(profile, 'open');
    expect((await known()).split('\n')).toHaveLength(6);
  });

  it('that was trusted is asked about again once its line is taken away', async () => {
    const sshd = await sshdKnownBy(() => '');
    const { engine, profile } = await connect(sshd);
    const prompt = await engine.untilPrompt(profile, 'unknownHostKey');
    await engine.answer(profile, prompt.id, { kind: 'trust' });
    await engine.until(profile, 'open');
    await runProgram('ssh-keygen', ['-R', `[${sshd.host}]:${sshd.port}`, '-f', suite.knownHostsFile()]);
    await sshd.dropSessions();
    expect((await engine.untilPrompt(profile, 'unknownHostKey')).fingerprint).toBe(prompt.fingerprint);
    expect(await known()).toBe('');
  });

  it('makes a file and a folder that only the user can read', async () => {
    const sshd = await sshdKnownBy(() => '');
    await rm(suite.knownHostsFile());
    const { engine, profile } = await connect(sshd);
    const prompt = await engine.untilPrompt(profile, 'unknownHostKey');
    await engine.answer(profile, prompt.id, { kind: 'trust' });
    await engine.until(profile, 'open');
    expect((await stat(suite.knownHostsFile())).mode & 0o777).toBe(0o600);
  });

  it('is asked about once, whatever happens meanwhile', async () => {
    const sshd = await sshdKnownBy(() => '');
    const { engine, profile } = await connect(sshd);
    const prompt = await engine.untilPrompt(profile, 'unknownHostKey');
    await engine.engine.handlers['engine.wake'](null);
    await engine.start(profile);
    expect((await engine.untilPrompt(profile, 'unknownHostKey')).id).toBe(prompt.id);
    expect(connections(sshd)).toBe(1);
  });

  it('that is not trusted ends the tunnel and leaves the file alone', async () => {
    const sshd = await sshdKnownBy(() => '');
    const { engine, profile } = await connect(sshd);
    const prompt = await engine.untilPrompt(profile, 'unknownHostKey');
    await engine.answer(profile, prompt.id, { kind: 'cancel' });
    expect((await engine.until(profile, 'failed')).error).toEqual({
      code: 'hostKeyNotTrusted',
      host: sshd.host,
      port: sshd.port,
      fingerprint: sshd.hostKeys[0]?.fingerprint,
    });
    expect(await known()).toBe('');
    expect(connections(sshd)).toBe(1);
  });

  it('that is another one after the yes is asked about again', async () => {
    const sshd = await sshdKnownBy(() => '');
    const { engine, profile } = await connect(sshd);
    const first = await engine.untilPrompt(profile, 'unknownHostKey');
    await sshd.rotateHostKey();
    await engine.answer(profile, first.id, { kind: 'trust' });
    const second = await engine.untilPrompt(profile, 'unknownHostKey');
    expect(second.fingerprint).toBe(sshd.hostKeys[0]?.fingerprint);
    expect(second.fingerprint).not.toBe(first.fingerprint);
    expect(await known()).toBe('');
    expect(sshd.log()).not.toMatch(/Accepted/);
  });
});

describe('a known host key', () => {
  it('is found under a hashed name', async () => {
    const sshd = await sshdKnownBy((each) => each.knownHosts());
    await runProgram('ssh-keygen', ['-H', '-f', suite.knownHostsFile()]);
    expect(await known()).toMatch(/^\|1\|/);
    const { engine, profile } = await connect(sshd);
    await engine.until(profile, 'open');
  });

  it('is found under a pattern', async () => {
    const sshd = await sshdKnownBy(
      ({ port, hostKeys }) => `[127.0.0.?]:${port},!other ${hostKeys[0]?.publicKeyLine}\n`,
    );
    const { engine, profile } = await connect(sshd);
    await engine.until(profile, 'open');
  });

  it.each(['ed25519', 'ecdsa', 'rsa'] as const)('of type %s is the one that is asked for', async (type) => {
    const sshd = await sshdKnownBy(
      ({ host, port, hostKeys }) =>
        knownHostsLines(
          host,
          port,
          hostKeys.filter((key) => key.type === type),
        ),
      { hostKeyTypes: ['ed25519', 'ecdsa', 'rsa'] },
    );
    const { engine, profile } = await connect(sshd);
    await engine.until(profile, 'open');
  });

  it('written hashed lets the next line be hashed too', async () => {
    const sshd = await sshdKnownBy((each) => each.knownHosts());
    await runProgram('ssh-keygen', ['-H', '-f', suite.knownHostsFile()]);
    const line = suite.use(await startTcpProxy({ to: sshd }));
    const engine = suite.engine();
    const profile = testProfile({ ...sshd, port: line.port }, keyFile(sshd), [
      localForward(await findFreePort(), { host: '127.0.0.1', port: 1 }),
    ]);
    await engine.start(profile);
    const prompt = await engine.untilPrompt(profile, 'unknownHostKey');
    await engine.answer(profile, prompt.id, { kind: 'trust' });
    await engine.until(profile, 'open');
    const lines = (await known()).trim().split('\n');
    expect(lines).toHaveLength(2);
    for (const each of lines) expect(each).toMatch(/^\|1\|/);
  });
});

describe('a changed host key', () => {
  it('stops the tunnel for good, and both keys are shown', async () => {
    const sshd = await sshdKnownBy((each) => each.knownHosts());
    const before = await known();
    const [old] = sshd.hostKeys;
    const { engine, profile } = await connect(sshd);
    await engine.until(profile, 'open');
    await sshd.rotateHostKey();
    expect((await engine.until(profile, 'failed')).error).toEqual({
      code: 'hostKeyChanged',
      host: sshd.host,
      port: sshd.port,
      alias: null,
      address: sshd.host,
      knownAs: `[${sshd.host}]:${sshd.port}`,
      keyType: 'ssh-ed25519',
      fingerprint: sshd.hostKeys[0]?.fingerprint,
      randomart: expect.stringContaining('[SHA256]'),
      known: [
        {
          keyType: 'ssh-ed25519',
          fingerprint: old?.fingerprint,
          randomart: expect.stringContaining('[SHA256]'),
          file: suite.knownHostsFile(),
          line: 1,
          text: before.trim(),
          digest: expect.stringMatching(/^[0-9a-f]{64}$/),
          isRewritable: true,
          isForOthers: false,
        },
      ],
    });
    const seen = connections(sshd);
    await engine.engine.handlers['engine.wake'](null);
    expect(engine.snapshot(profile.id).state.status).toBe('failed');
    expect(connections(sshd)).toBe(seen);
    expect(await known()).toBe(before);
  });

  it('of another type is an alarm as well, not a question', async () => {
    const sshd = await sshdKnownBy((each) => each.knownHosts());
    const impostor = await suite.sshd({ hostKeyTypes: ['rsa'] });
    await suite.knowHosts(knownHostsLines(impostor.host, impostor.port, sshd.hostKeys));
    const { engine, profile } = await connect(impostor);
    expect((await engine.until(profile, 'failed')).error).toMatchObject({
      code: 'hostKeyChanged',
      keyType: 'ssh-rsa',
      known: [{ keyType: 'ssh-ed25519' }],
    });
  });

  it('that is revoked is refused by name, though it stands there as known too', async () => {
    const sshd = await sshdKnownBy(
      (each) => `${each.knownHosts()}@revoked * ${each.hostKeys[0]?.publicKeyLine}\n`,
    );
    const { engine, profile } = await connect(sshd);
    expect((await engine.until(profile, 'failed')).error).toEqual({
      code: 'hostKeyRevoked',
      host: sshd.host,
      port: sshd.port,
      fingerprint: sshd.hostKeys[0]?.fingerprint,
      file: suite.knownHostsFile(),
      line: 2,
    });
  });
});

describe('a known_hosts file', () => {
  it('that cannot be read lets nobody in', async () => {
    const sshd = await sshdKnownBy(() => '');
    await rm(suite.knownHostsFile());
    await mkdir(suite.knownHostsFile());
    const restore = { close: () => rm(suite.knownHostsFile(), { recursive: true }) };
    suite.use(restore);
    const { engine, profile } = await connect(sshd);
    expect((await engine.until(profile, 'failed')).error).toMatchObject({
      code: 'knownHostsUnreadable',
      file: suite.knownHostsFile(),
    });
    expect(connections(sshd)).toBe(0);
  });

  it('that cannot be written keeps no trusted server out: the key is known until the engine ends, and that is said', async () => {
    const sshd = await sshdKnownBy(() => '');
    await rm(suite.knownHostsFile());
    // A link into nowhere reads as no file and cannot be made one, for root neither.
    await symlink('/nonexistent/known_hosts', suite.knownHostsFile());
    suite.use({ close: () => rm(suite.knownHostsFile()) });
    const { engine, profile } = await connect(sshd);
    const prompt = await engine.untilPrompt(profile, 'unknownHostKey');
    await engine.answer(profile, prompt.id, { kind: 'trust' });
    await engine.until(profile, 'open');
    const told = { knownAs: `[${sshd.host}]:${sshd.port}`, file: suite.knownHostsFile(), cause: 'ENOENT' };
    expect(engine.notWritten).toEqual([told]);
    await engine.stop(profile);
    await engine.until(profile, 'stopped');
    await engine.start(profile);
    await engine.until(profile, 'open');
    expect(engine.notWritten).toEqual([told]);
    // Another key is another question.
    await sshd.rotateHostKey();
    await engine.untilPrompt(profile, 'unknownHostKey');
  });
});
