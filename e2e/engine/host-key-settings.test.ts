import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { HostKeySettings } from '#shared/host-key-settings.ts';
import { engineSuite, keyFile } from '../support/engine-suite.ts';
import { type EngineUnderTest, localForward, testProfile } from '../support/engine-under-test.ts';
import { findFreePort } from '../support/free-port.ts';
import { createHostKey } from '../support/host-keys.ts';
import { runProgram } from '../support/programs.ts';
import type { Sshd } from '../support/sshd.ts';

const suite = engineSuite();

/** A tunnel to a server whose keys are looked for as the settings say; nothing is known of it yet. */
async function connect(sshd: Sshd, hostKeys: HostKeySettings, engine = suite.engine()) {
  const forward = localForward(await findFreePort(), { host: '127.0.0.1', port: 1 });
  const profile = { ...testProfile(sshd, keyFile(sshd), [forward]), hostKeys };
  await engine.start(profile);
  return { engine, profile };
}

async function unknownSshd(): Promise<Sshd> {
  const sshd = await suite.sshd();
  await suite.knowHosts('');
  return sshd;
}

const keyOf = (sshd: Sshd) => sshd.hostKeys[0]?.publicKeyLine ?? '';
const known = (file = suite.knownHostsFile()) => readFile(file, 'latin1');
const inHome = (name: string) => path.join(suite.home(), name);

/** What the real ssh makes of the server under these options. */
async function askSsh(sshd: Sshd, ...options: readonly string[]): Promise<void> {
  const all = ['BatchMode=yes', 'GlobalKnownHostsFile=/dev/null', 'IdentitiesOnly=yes', ...options];
  await runProgram('ssh', [
    ...['-F', 'none', '-p', String(sshd.port), '-i', sshd.identityFile],
    ...all.flatMap((option) => ['-o', option]),
    ...[`${sshd.user}@${sshd.host}`, 'true'],
  ]);
}

describe('a host key alias', () => {
  it('is what the key is saved and found under, without a port, for ssh too', async () => {
    const sshd = await unknownSshd();
    const { engine, profile } = await connect(sshd, { alias: 'Vault' });
    const prompt = await engine.untilPrompt(profile, 'unknownHostKey');
    expect(prompt).toMatchObject({ host: sshd.host, alias: 'Vault' });
    await engine.answer(profile, prompt.id, { kind: 'trust' });
    await engine.until(profile, 'open');
    expect(await known()).toBe(`vault ${keyOf(sshd)}\n`);
    await askSsh(
      sshd,
      'StrictHostKeyChecking=yes',
      'HostKeyAlias=Vault',
      `UserKnownHostsFile=${suite.knownHostsFile()}`,
    );
    const again = await connect(sshd, { alias: 'VAULT' });
    await again.engine.until(again.profile, 'open');
  });

  it('does not find what stands under the server’s own name', async () => {
    const sshd = await suite.sshd();
    const { engine, profile } = await connect(sshd, { alias: 'vault' });
    await engine.untilPrompt(profile, 'unknownHostKey');
  });

  it('names the old line and the ssh-keygen name of a changed key', async () => {
    const sshd = await suite.sshd();
    await suite.knowHosts(`other,vault ${(await createHostKey('ed25519')).publicKeyLine}\n`);
    const { engine, profile } = await connect(sshd, { alias: 'vault' });
    expect((await engine.until(profile, 'failed')).error).toMatchObject({
      code: 'hostKeyChanged',
      alias: 'vault',
      knownAs: 'vault',
      known: [{ line: 1, isForOthers: true }],
    });
  });
});

describe('files of its own', () => {
  it('are all read, and the first is written', async () => {
    const sshd = await unknownSshd();
    const files = { userFiles: ['~/mine/first', '~/second'], globalFiles: [inHome('global')] };
    await writeFile(inHome('second'), `@cert-authority 127.* ${keyOf(sshd)}\n`);
    await writeFile(inHome('global'), '');
    const { engine, profile } = await connect(sshd, files);
    const prompt = await engine.untilPrompt(profile, 'unknownHostKey');
    expect(prompt.authorities).toEqual([{ file: inHome('second'), line: 1 }]);
    await engine.answer(profile, prompt.id, { kind: 'trust' });
    await engine.until(profile, 'open');
    expect(await known(inHome('mine/first'))).toBe(`[${sshd.host}]:${sshd.port} ${keyOf(sshd)}\n`);
    expect(await known()).toBe('');
    await writeFile(inHome('global'), `@revoked * ${keyOf(sshd)}\n`);
    const again = await connect(sshd, files);
    expect((await again.engine.until(again.profile, 'failed')).error).toMatchObject({
      code: 'hostKeyRevoked',
      file: inHome('global'),
    });
  });

  it.each([['none'], ['/dev/null']])(
    'that are %s keep a trusted key until the engine ends, for this tunnel and others, and write nothing',
    async (file) => {
      const sshd = await unknownSshd();
      const { engine, profile } = await connect(sshd, { userFiles: [file], checking: 'accept-new' });
      const prompt = await engine.untilPrompt(profile, 'unknownHostKey');
      expect(prompt.knownHostsFile).toBeNull();
      await engine.answer(profile, prompt.id, { kind: 'trust' });
      await engine.until(profile, 'open');
      await sshd.dropSessions();
      await engine.until(profile, 'waiting');
      await engine.until(profile, 'open');
      await engine.stop(profile);
      await engine.until(profile, 'stopped');
      await engine.start(profile);
      await engine.until(profile, 'open');
      const other = await connect(sshd, { userFiles: [file] }, engine);
      await engine.until(other.profile, 'open');
      expect(await known()).toBe('');

      const strict = await connect(sshd, { userFiles: [file], checking: 'yes' }, engine);
      await engine.untilState(strict.profile, ({ status }) => status === 'failed');
      const named = await connect(sshd, { userFiles: [file], alias: 'vault' }, engine);
      await engine.untilPrompt(named.profile, 'unknownHostKey');
      await sshd.rotateHostKey();
      await engine.untilState(profile, ({ status }) => status === 'needsUser');
      await engine.untilState(other.profile, ({ status }) => status === 'needsUser');
    },
  );
});

describe('strict checking', () => {
  it('refuses an unknown key by name and asks nobody', async () => {
    const sshd = await unknownSshd();
    const { engine, profile } = await connect(sshd, { checking: 'yes' });
    expect((await engine.until(profile, 'failed')).error).toEqual({
      code: 'hostKeyNotListed',
      host: sshd.host,
      port: sshd.port,
      keyType: 'ssh-ed25519',
      fingerprint: sshd.hostKeys[0]?.fingerprint,
      knownAs: `[${sshd.host}]:${sshd.port}`,
    });
    expect(await known()).toBe('');
    expect(sshd.log()).not.toMatch(/Accepted/);
    await suite.knowHosts(sshd.knownHosts());
    const again = await connect(sshd, { checking: 'yes' });
    await again.engine.until(again.profile, 'open');
  });
});

describe('accepting what is new', () => {
  it('writes the key without a question, and refuses a changed one all the same', async () => {
    const sshd = await unknownSshd();
    const { engine, profile } = await connect(sshd, { checking: 'accept-new' });
    await engine.until(profile, 'open');
    expect(await known()).toBe(sshd.knownHosts());
    await sshd.rotateHostKey();
    expect((await engine.until(profile, 'failed')).error).toMatchObject({ code: 'hostKeyChanged' });
    expect(engine.history.get(profile.id)?.some(({ state }) => state.status === 'needsUser')).toBe(false);
  });

  it('never lets a revoked key pass as a new one', async () => {
    const sshd = await unknownSshd();
    await suite.knowHosts(`@revoked * ${keyOf(sshd)}\n`);
    const { engine, profile } = await connect(sshd, { checking: 'accept-new' });
    expect((await engine.until(profile, 'failed')).error).toMatchObject({ code: 'hostKeyRevoked' });
    expect(await known()).toBe(`@revoked * ${keyOf(sshd)}\n`);
  });
});

describe('a jump host', () => {
  it('has settings of its own, and what lies behind it has no address that is known here', async () => {
    const [gate, inner] = [await suite.sshd(), await suite.sshd()];
    await suite.knowHosts(
      `gate ${keyOf(gate)}\n[${inner.host}]:${inner.port} ${(await createHostKey('ed25519')).publicKeyLine}\n`,
    );
    const forward = localForward(await findFreePort(), { host: '127.0.0.1', port: 1 });
    const { host, port, user } = gate;
    const jump = { server: { host, port, user }, login: keyFile(gate), legacyAlgorithms: false };
    const profile = {
      ...testProfile(inner, keyFile(inner), [forward]),
      jumpHosts: [{ ...jump, hostKeys: { alias: 'gate', checking: 'yes' as const } }],
    };
    const engine = suite.engine();
    await engine.start(profile);
    expect((await engine.until(profile, 'failed')).error).toMatchObject({
      code: 'hostKeyChanged',
      port: inner.port,
      address: null,
    });
  });
});

describe('a certificate authority', () => {
  it('makes no key known, and is named when a person is asked', async () => {
    const sshd = await suite.sshd();
    const authority = (await createHostKey('ed25519')).publicKeyLine;
    await suite.knowHosts(`# mine\n@cert-authority [127.*]:* ${authority}\n`);
    const { engine, profile } = await connect(sshd, {});
    const prompt = await engine.untilPrompt(profile, 'unknownHostKey');
    expect(prompt.authorities).toEqual([{ file: suite.knownHostsFile(), line: 2 }]);
  });
});

describe('removing the old line', () => {
  async function changed(lines: (name: string, old: string) => string) {
    const sshd = await suite.sshd();
    const name = `[${sshd.host}]:${sshd.port}`;
    await suite.knowHosts(lines(name, (await createHostKey('ed25519')).publicKeyLine));
    const { engine, profile } = await connect(sshd, {});
    return { sshd, engine, profile, lines: await linesInTheWay(engine, profile) };
  }

  async function linesInTheWay(engine: EngineUnderTest, profile: Parameters<EngineUnderTest['until']>[0]) {
    const { error } = await engine.until(profile, 'failed');
    if (error.code !== 'hostKeyChanged') throw new Error(`It is ${error.code}.`);
    return error.known.map(({ file, line, digest }) => ({ file, line, digest }));
  }

  const remove = (engine: EngineUnderTest, line: { file: string; line: number; digest: string }) =>
    engine.engine.handlers['hostKeys.removeLine'](line);

  it('makes the key an unknown one, and keeps the file as it was beside it', async () => {
    const { sshd, engine, profile, lines } = await changed((name, old) => `# mine\n${name} ${old}\nlast`);
    const before = await known();
    const [line] = lines;
    if (!line) throw new Error('No line was named.');
    expect(await remove(engine, line)).toEqual({
      ok: true,
      value: { backup: `${suite.knownHostsFile()}.old` },
    });
    expect(await known()).toBe('# mine\nlast');
    expect(await known(`${suite.knownHostsFile()}.old`)).toBe(before);
    await engine.start(profile);
    const prompt = await engine.untilPrompt(profile, 'unknownHostKey');
    await engine.answer(profile, prompt.id, { kind: 'trust' });
    await engine.until(profile, 'open');
    expect(await known()).toBe(`# mine\nlast\n[${sshd.host}]:${sshd.port} ${keyOf(sshd)}\n`);
    // A line is removed once: what stands there now is another one.
    expect(await remove(engine, line)).toMatchObject({ ok: false, error: { code: 'notNow' } });
  });

  it('is refused where the line is not the one that was shown any more', async () => {
    const { engine, lines } = await changed((name, old) => `${name} ${old}\n`);
    const text = `# new first line\n${await known()}`;
    await suite.knowHosts(text);
    expect(await remove(engine, lines[0] ?? fail())).toMatchObject({ ok: false, error: { code: 'notNow' } });
    expect(await known()).toBe(text);
  });

  it('is refused for every line and file that no tunnel has stumbled over', async () => {
    const { engine, lines } = await changed((name, old) => `${name} ${old}\nother ${old}\n`);
    const before = await known();
    const [line] = lines;
    if (!line) throw new Error('No line was named.');
    const wishes = [
      { ...line, line: 2 },
      { ...line, file: inHome('elsewhere') },
      { ...line, file: `${line.file}/../known_hosts` },
      { ...line, digest: '0'.repeat(64) },
    ];
    await writeFile(inHome('elsewhere'), before);
    for (const wish of wishes) {
      expect(await remove(engine, wish)).toMatchObject({ ok: false, error: { code: 'notNow' } });
    }
    expect(await known()).toBe(before);
    expect(await known(inHome('elsewhere'))).toBe(before);
  });

  it('is never offered for a revoked key', async () => {
    const sshd = await suite.sshd();
    const text = `[${sshd.host}]:${sshd.port} ${(await createHostKey('ed25519')).publicKeyLine}\n@revoked * ${keyOf(sshd)}\n`;
    await suite.knowHosts(text);
    const { engine, profile } = await connect(sshd, {});
    const { error } = await engine.until(profile, 'failed');
    expect(error).toMatchObject({ code: 'hostKeyRevoked', line: 2 });
    expect(error).not.toHaveProperty('known');
  });
});

function fail(): never {
  throw new Error('No line was named.');
}
