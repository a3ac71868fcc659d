import { chmod, copyFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { KeyUse, Login } from '#shared/login.ts';
import { type ClientKey, type ClientKeyOptions, createClientKey } from '../support/client-keys.ts';
import { engineSuite, type TunnelServer } from '../support/engine-suite.ts';
import { localForward, testProfile } from '../support/engine-under-test.ts';
import { findFreePort } from '../support/free-port.ts';
import { runOpenSsh } from '../support/openssh-client.ts';
import { runProgram } from '../support/programs.ts';
import { startSshAgent } from '../support/ssh-agent.ts';

const suite = engineSuite();

const createKey = async (options: ClientKeyOptions = {}): Promise<ClientKey> =>
  suite.use(await createClientKey({ kdfRounds: 1, ...options }));

const useAgent = async (...keys: readonly ClientKey[]) => suite.use(await startSshAgent({ keys }));

async function logIn(server: Omit<TunnelServer, 'identityFile'>, login: Login) {
  const engine = suite.engine();
  const forward = localForward(await findFreePort(), { host: '127.0.0.1', port: 1 });
  const profile = testProfile(server, login, [forward]);
  await engine.start(profile);
  return { engine, profile };
}

/** The keys and certificates that a server was offered and did not want, in order. */
const refusedBy = (sshd: { log(): string }): readonly string[] =>
  [...sshd.log().matchAll(/Failed publickey for .* ssh2: (\S+ SHA256:\S+)/g)].map(([, key = '']) => key);

/** What the real ssh offers under these options, as many as we would. */
async function offeredBySsh(options: readonly string[], agentSocket: string): Promise<readonly string[]> {
  const sshd = await suite.sshd({ authorizedKeys: [], maxAuthTries: 20 });
  const args = ['BatchMode=yes', ...options].flatMap((option) => ['-o', option]);
  await runOpenSsh(sshd, { agentSocket, args, command: 'true' });
  return refusedBy(sshd).slice(0, 5);
}

describe('the keys that a login offers', () => {
  it('are those of ssh, in its order, whatever the configuration says', async () => {
    const keys = await Promise.all([1, 2, 3, 4].map((number) => createKey({ comment: `key ${number}` })));
    const [a, b, c, d] = keys as [ClientKey, ClientKey, ClientKey, ClientKey];
    const agent = await useAgent(d, c, b);
    await runProgram('ssh-keygen', ['-q', '-s', d.path, '-I', 'x', '-n', 'nobody', a.publicKeyPath]);
    const certificate = `${a.path}-cert.pub`;
    const missing = `${a.path}-missing`;
    const settings: readonly { readonly files: readonly string[]; readonly use: KeyUse }[] = [
      { files: [a.path], use: { agentKeys: 'all' } },
      { files: [a.path], use: { agentKeys: 'listed' } },
      { files: [a.path, missing, b.path], use: { agentKeys: 'all' } },
      { files: [b.path, c.path], use: { agentKeys: 'listed' } },
      { files: [missing, c.publicKeyPath], use: { agentKeys: 'listed' } },
      { files: [b.path, a.path], use: { agentKeys: 'all', certificateFiles: [certificate] } },
      { files: [a.path], use: { agentKeys: 'listed', certificateFiles: ['none'] } },
      { files: [a.path, b.path], use: { agentKeys: 'all', socket: 'none' } },
    ];
    for (const { files, use } of settings) {
      const options = [
        ...files.map((file) => `IdentityFile=${file}`),
        ...(use.certificateFiles ?? []).map((file) => `CertificateFile=${file}`),
        ...(use.socket === undefined ? [] : [`IdentityAgent=${use.socket}`]),
      ];
      const wanted = await offeredBySsh(
        use.agentKeys === 'listed' ? ['IdentitiesOnly=yes', ...options] : options,
        agent.socketPath,
      );
      expect(wanted, JSON.stringify({ files, use })).not.toEqual([]);
      const sshd = await suite.sshd({ authorizedKeys: [], maxAuthTries: 20 });
      const [keyFile = '', ...moreKeyFiles] = files;
      const socket = use.socket ?? agent.socketPath;
      const login: Login = { method: 'keyFile', keyFile, moreKeyFiles, ...use, socket };
      const { engine, profile } = await logIn(sshd, login);
      await engine.until(profile, 'failed');
      expect(refusedBy(sshd), JSON.stringify({ files, use })).toEqual(wanted);
    }
  }, 60_000);

  it('are first of all those that were named, however many the agent holds', async () => {
    const others = await Promise.all([1, 2, 3, 4, 5, 6].map((number) => createKey({ comment: `${number}` })));
    const named = await createKey();
    const { socketPath: socket } = await useAgent(...others);
    const sshd = await suite.sshd({ authorizedKeys: [named.publicKeyLine] });
    const login = { method: 'keyFile', keyFile: named.path, agentKeys: 'all', socket } as const;
    const { engine, profile } = await logIn(sshd, login);
    await engine.until(profile, 'open');
    expect(refusedBy(sshd)).toHaveLength(4);
    const strange = await suite.sshd({ authorizedKeys: [] });
    const refused = await logIn(strange, login);
    expect((await refused.engine.until(refused.profile, 'failed')).error).toMatchObject({
      code: 'loginRefused',
      agentKeysLeft: 2,
    });
  });

  it('are signed for by an agent that holds them, without their passphrase', async () => {
    const key = await createKey({ passphrase: 'sesame' });
    const agent = await useAgent(key);
    const sshd = await suite.sshd({ authorizedKeys: [key.publicKeyLine] });
    await rm(key.publicKeyPath);
    const login = { method: 'keyFile', keyFile: key.path, socket: agent.socketPath } as const;
    const { engine, profile } = await logIn(sshd, login);
    await engine.until(profile, 'open');
    await agent.removeAll();
    const again = await logIn(sshd, login);
    await again.engine.untilPrompt(again.profile, 'passphrase');
  });

  it('are signed for by the agent where only the public half is here', async () => {
    const key = await createKey();
    const agent = await useAgent(key);
    const sshd = await suite.sshd({ authorizedKeys: [key.publicKeyLine] });
    await rename(key.path, `${key.path}.elsewhere`);
    for (const keyFile of [key.path, key.publicKeyPath]) {
      const { engine, profile } = await logIn(sshd, { method: 'keyFile', keyFile, socket: agent.socketPath });
      await engine.until(profile, 'open');
    }
  });

  it('can all be missing, which is told', async () => {
    const sshd = await suite.sshd({ authorizedKeys: [] });
    const login: Login = {
      method: 'keyFile',
      keyFile: '/nowhere/a',
      moreKeyFiles: ['/nowhere/b'],
      socket: 'none',
    };
    const { engine, profile } = await logIn(sshd, login);
    expect((await engine.until(profile, 'failed')).error).toEqual({
      code: 'keyFileMissing',
      file: '/nowhere/a',
    });
  });
});

describe('a private key that others may read', () => {
  it('is refused exactly where ssh refuses it', async () => {
    const key = await createKey();
    const sshd = await suite.sshd({ authorizedKeys: [key.publicKeyLine] });
    const login: Login = { method: 'keyFile', keyFile: key.path };
    for (const mode of [0o600, 0o400, 0o700, 0o640, 0o604, 0o644, 0o610]) {
      await chmod(key.path, mode);
      const { status } = await runOpenSsh(sshd, {
        args: ['-i', key.path, '-o', 'BatchMode=yes'],
        command: 'true',
      });
      const { engine, profile } = await logIn(sshd, login);
      const end = await engine.untilState(profile, ({ status }) => status === 'open' || status === 'failed');
      expect([mode.toString(8), end.status]).toEqual([mode.toString(8), status === 0 ? 'open' : 'failed']);
      if (end.status === 'failed') {
        const error = { code: 'keyFileExposed', file: key.path, mode: `0${mode.toString(8)}` };
        expect(end.error).toEqual(error);
      }
    }
  });

  it('is not missed where the agent signs for it, and is told with an automatic login', async () => {
    const key = await createKey();
    const sshd = await suite.sshd({ authorizedKeys: [key.publicKeyLine] });
    const usual = path.join(suite.home(), '.ssh', 'id_ed25519');
    await copyFile(key.path, usual);
    suite.use({ close: () => rm(usual) });
    await chmod(usual, 0o644);
    const alone = await logIn(sshd, { method: 'automatic', socket: 'none' });
    expect((await alone.engine.until(alone.profile, 'failed')).error).toEqual({
      code: 'keyFileExposed',
      file: usual,
      mode: '0644',
    });
    const agent = await useAgent(key);
    const held = await logIn(sshd, { method: 'automatic', socket: agent.socketPath });
    await held.engine.until(held.profile, 'open');
  });
});
