import { readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { type ClientKey, createClientKey } from '../support/client-keys.ts';
import { engineSuite, keyFile } from '../support/engine-suite.ts';
import { localForward, testProfile } from '../support/engine-under-test.ts';
import { eventually } from '../support/eventually.ts';
import { findFreePort } from '../support/free-port.ts';
import { startSshAgent } from '../support/ssh-agent.ts';
import type { Sshd } from '../support/sshd.ts';

const suite = engineSuite();

/** A file that the server's account can write, too. */
function sharedFile(): string {
  const file = path.join(tmpdir(), `culvert-test-${process.pid}-${Math.random().toString(36).slice(2)}`);
  suite.use({ close: () => rm(file, { force: true }) });
  return file;
}

/** An sshd that runs this in place of every command. */
const sshdRunning = (command: string) => suite.sshd({ extraConfig: [`ForceCommand ${command}`] });

async function useAgent(): Promise<ClientKey> {
  const key = suite.use(await createClientKey({ comment: 'lent' }));
  const agent = suite.use(await startSshAgent({ keys: [key] }));
  process.env.SSH_AUTH_SOCK = agent.socketPath;
  suite.use({
    close: async () => {
      delete process.env.SSH_AUTH_SOCK;
    },
  });
  return key;
}

/** Opens a tunnel and makes it run a command on the server, as a look at its listeners does. */
async function look(sshd: Sshd, forwardsAgent: boolean | undefined) {
  const engine = suite.engine();
  const forward = localForward(await findFreePort(), { host: '127.0.0.1', port: 1 });
  const profile = {
    ...testProfile(sshd, keyFile(sshd), [forward]),
    ...(forwardsAgent !== undefined && { forwardsAgent }),
  };
  await engine.start(profile);
  await engine.until(profile, 'open');
  const answer = engine.engine.handlers['listeners.listServer']({ id: profile.id, again: true });
  return { engine, profile, answer };
}

describe('the agent', () => {
  it('is lent to programs on the server where the profile says so', async () => {
    const key = await useAgent();
    const file = sharedFile();
    const sshd = await sshdRunning(`ssh-add -l > ${file} 2>&1; echo over >> ${file}`);
    await look(sshd, true);
    const said = await eventually(async () => {
      const text = await readFile(file, 'utf8');
      expect(text).toContain('over');
      return text;
    });
    expect(said).toContain(key.fingerprint);
  });

  it.each([undefined, false])('is not lent otherwise: %s', async (forwardsAgent) => {
    await useAgent();
    const file = sharedFile();
    const sshd = await sshdRunning(
      `echo "<$SSH_AUTH_SOCK>" > ${file}; ssh-add -l >> ${file} 2>&1; echo over >> ${file}`,
    );
    await look(sshd, forwardsAgent);
    await eventually(async () => expect(await readFile(file, 'utf8')).toContain('over'));
    expect(await readFile(file, 'utf8')).toMatch(/^<>\nCould not open a connection/);
  });

  it('is let go with the session, whatever a program on the server still does with it', async () => {
    await useAgent();
    const file = sharedFile();
    const program = [
      'import os, socket, time',
      's = socket.socket(socket.AF_UNIX)',
      "s.connect(os.environ['SSH_AUTH_SOCK'])",
      "s.sendall(b'\\0\\0\\0\\1\\13')",
      's.recv(1)',
      `open('${file}', 'w').close()`,
      'time.sleep(60)',
    ].join('; ');
    const sshd = await sshdRunning(`exec python3 -c "${program.replaceAll('\\', '\\\\')}"`);
    const { engine, profile } = await look(sshd, true);
    await eventually(() => readFile(file));
    // What is left open is found by the suite.
    await engine.stop(profile);
    await engine.until(profile, 'stopped');
  });

  it('that the server does not take keeps no command from running', async () => {
    await useAgent();
    const sshd = await suite.sshd({ extraConfig: ['AllowAgentForwarding no'] });
    const { answer } = await look(sshd, true);
    expect(await answer).toMatchObject({ ok: true, value: { status: 'seen' } });
  });

  it('that is not there is no reason not to log in', async () => {
    const sshd = await suite.sshd();
    const { answer } = await look(sshd, true);
    expect(await answer).toMatchObject({ ok: true });
  });
});
