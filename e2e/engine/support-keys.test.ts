import { readFile } from 'node:fs/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { type ClientKeyOptions, createClientKey } from '../support/client-keys.ts';
import { createClosers } from '../support/closers.ts';
import { runOpenSsh } from '../support/openssh-client.ts';
import { identifyProcess } from '../support/process-tree.ts';
import { runProgram, tryProgram } from '../support/programs.ts';
import { startSshAgent } from '../support/ssh-agent.ts';
import { startSshd } from '../support/sshd.ts';

const closers = createClosers();
afterEach(closers.close);

async function createKey(options?: ClientKeyOptions) {
  const key = await createClientKey(options);
  closers.add(key.close);
  return key;
}

describe('client keys', () => {
  it.each([
    [{ type: 'ed25519' }, 'OPENSSH PRIVATE KEY'],
    [{ type: 'rsa' }, 'OPENSSH PRIVATE KEY'],
    [{ type: 'rsa', format: 'pem' }, 'RSA PRIVATE KEY'],
    [{ type: 'ecdsa', format: 'pem' }, 'EC PRIVATE KEY'],
    [{ type: 'rsa', format: 'pkcs8' }, 'PRIVATE KEY'],
    [{ type: 'rsa', format: 'pkcs8', passphrase: 'secret words' }, 'ENCRYPTED PRIVATE KEY'],
  ] satisfies [ClientKeyOptions, string][])('writes %j as "%s"', async (options, header) => {
    const key = await createKey(options);
    expect(await readFile(key.path, 'utf8')).toMatch(new RegExp(`^-----BEGIN ${header}-----\n`));
    const { stdout } = await runProgram('ssh-keygen', ['-l', '-f', key.publicKeyPath]);
    expect(stdout).toContain(key.fingerprint);
  });

  it('encrypts with the passphrase and the wanted number of rounds', async () => {
    const key = await createKey({ passphrase: 'secret words', kdfRounds: 3 });
    const opens = (passphrase: string) => tryProgram('ssh-keygen', ['-y', '-P', passphrase, '-f', key.path]);
    expect((await opens('secret words')).status).toBe(0);
    expect((await opens('other words')).status).toBe(255);
    const blob = Buffer.from((await readFile(key.path, 'utf8')).replace(/-----.*-----/g, ''), 'base64');
    // PROTOCOL.key of OpenSSH: the kdf options are a salt of 16 bytes and the number of rounds.
    const options = blob.indexOf('bcrypt') + 'bcrypt'.length;
    expect(blob.readUInt32BE(options + 4 + 4 + 16)).toBe(3);
  });

  it('refuses to make what ssh-keygen cannot write', async () => {
    await expect(createClientKey({ type: 'ed25519', format: 'pem' })).rejects.toThrow(/cannot write/);
  });
});

describe('a real ssh-agent', () => {
  it('logs in with the keys that it holds, encrypted ones too, and only while it holds them', async () => {
    const key = await createKey({ passphrase: 'secret words', kdfRounds: 1 });
    const sshd = await startSshd({ authorizedKeys: [key.publicKeyLine], hostKeyTypes: ['ed25519'] });
    closers.add(sshd.close);
    const agent = await startSshAgent({ keys: [key] });
    closers.add(agent.close);
    const logIn = () => runOpenSsh(sshd, { agentSocket: agent.socketPath, command: 'true' });
    expect((await logIn()).status).toBe(0);
    await agent.removeAll();
    expect((await logIn()).status).toBe(255);
    await agent.add(key);
    expect((await logIn()).status).toBe(0);
  });

  it('leaves neither process nor socket behind', async () => {
    const agent = await startSshAgent();
    expect(identifyProcess(agent.pid)).not.toBeNull();
    await agent.close();
    await agent.close();
    expect(identifyProcess(agent.pid)).toBeNull();
    await expect(readFile(agent.socketPath)).rejects.toThrow(/ENOENT/);
  });
});
