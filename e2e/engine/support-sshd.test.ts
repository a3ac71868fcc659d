import net from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createClosers } from '../support/closers.ts';
import { eventually } from '../support/eventually.ts';
import { findFreePort } from '../support/free-port.ts';
import { runOpenSsh, startOpenSsh } from '../support/openssh-client.ts';
import { identifyProcess } from '../support/process-tree.ts';
import { type SshFolderSnapshot, snapshotRealSshFolder } from '../support/real-ssh-folder.ts';
import { type Sshd, type SshdOptions, startSshd } from '../support/sshd.ts';
import { startBannerServer } from '../support/targets.ts';
import { borrowThrowawayAccount } from '../support/throwaway-account.ts';

const wholeFile = createClosers();
const oneTest = createClosers();
let realSshFolder: SshFolderSnapshot;

beforeAll(async () => {
  realSshFolder = await snapshotRealSshFolder();
  const account = await borrowThrowawayAccount();
  wholeFile.add(account.close);
});
afterEach(oneTest.close);
afterAll(async () => {
  await wholeFile.close();
  await realSshFolder.expectUntouched();
});

async function start(options: SshdOptions = {}): Promise<Sshd> {
  const sshd = await startSshd({ hostKeyTypes: ['ed25519'], ...options });
  oneTest.add(sshd.close);
  return sshd;
}

async function startTarget() {
  const target = await startBannerServer();
  oneTest.add(target.close);
  return target;
}

function logIn(sshd: Sshd, args: readonly string[] = []) {
  return runOpenSsh(sshd, { identityFile: sshd.identityFile, command: 'id -un', args });
}

/** An `ssh -N` that is logged in. */
async function holdSession(sshd: Sshd, args: readonly string[] = []) {
  const before = sshd.log().length;
  const client = await startOpenSsh(sshd, { identityFile: sshd.identityFile, args: ['-N', ...args] });
  oneTest.add(client.close);
  await eventually(() => expect(sshd.log().slice(before)).toMatch(/Accepted publickey/));
  return client;
}

function connects(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect({ host, port }, () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });
}

describe('a real sshd', () => {
  it('lets its key in as the account, with all three kinds of host key', async () => {
    const sshd = await start({ hostKeyTypes: ['ed25519', 'ecdsa', 'rsa'] });
    for (const algorithm of ['ssh-ed25519', 'ecdsa-sha2-nistp256', 'rsa-sha2-512']) {
      const result = await logIn(sshd, ['-o', `HostKeyAlgorithms=${algorithm}`]);
      expect(result).toMatchObject({ status: 0, stdout: `${sshd.user}\n` });
    }
  });

  it('shows the fingerprint that ssh sees', async () => {
    const sshd = await start();
    const { stderr } = await logIn(sshd, ['-v']);
    expect(stderr).toContain(sshd.hostKeys[0]?.fingerprint);
  });

  it('keeps a remote forward on loopback under GatewayPorts no, and opens it to all under yes', async () => {
    const target = await startTarget();
    for (const gatewayPorts of ['no', 'yes'] as const) {
      const sshd = await start({ gatewayPorts });
      const port = await findFreePort();
      await holdSession(sshd, ['-R', `*:${port}:127.0.0.1:${target.port}`]);
      await eventually(async () => expect(await connects('127.0.0.1', port)).toBe(true));
      expect(await connects('127.0.0.2', port)).toBe(gatewayPorts === 'yes');
    }
  });

  it('refuses the forwards that its settings forbid', async () => {
    const sshd = await start({ permitOpen: ['127.0.0.1:1'], permitListen: ['none'] });
    const port = await findFreePort();
    const refused = await logIn(sshd, ['-o', 'ExitOnForwardFailure=yes', '-R', `${port}:127.0.0.1:1`]);
    expect(refused.status).toBe(255);
    await logIn(sshd, ['-W', '127.0.0.1:2']);
    const denied = /to connect to host 127.0.0.1 port 2, but the request was denied/;
    await eventually(() => expect(sshd.log()).toMatch(denied));
  });

  it('drops its clients when killed, and is the same server on the same port after a restart', async () => {
    const sshd = await start();
    const client = await holdSession(sshd);
    const sessions = sshd.sessionPids();
    expect(sessions).toHaveLength(1);
    await sshd.kill();
    expect((await client.ended).status).toBe(255);
    expect(await connects(sshd.host, sshd.port)).toBe(false);
    expect(sessions.map(identifyProcess)).toEqual([null]);
    await sshd.restart();
    expect((await logIn(sshd)).status).toBe(0);
  });

  it('drops its clients alone and goes on listening', async () => {
    const sshd = await start();
    const client = await holdSession(sshd);
    await sshd.dropSessions();
    expect((await client.ended).status).toBe(255);
    expect((await logIn(sshd)).status).toBe(0);
  });

  it('keeps connected clients when stopped, and refuses new ones', async () => {
    const sshd = await start();
    const client = await holdSession(sshd);
    await sshd.stop();
    expect(await connects(sshd.host, sshd.port)).toBe(false);
    expect(sshd.sessionPids()).toHaveLength(1);
    await sshd.close();
    expect((await client.ended).status).toBe(255);
  });

  it('is taken for an impostor after its host key changed', async () => {
    const sshd = await start();
    const known = sshd.knownHosts();
    await sshd.rotateHostKey();
    expect(sshd.knownHosts()).not.toBe(known);
    expect((await logIn(sshd)).status).toBe(0);
    const { host, port, user } = sshd;
    const deceived = await runOpenSsh(
      { host, port, user, knownHosts: () => known },
      { identityFile: sshd.identityFile },
    );
    expect(deceived.stderr).toMatch(/REMOTE HOST IDENTIFICATION HAS CHANGED/);
  });

  it('leaves no process behind after close', async () => {
    const sshd = await start();
    await holdSession(sshd);
    await holdSession(sshd);
    const sessions = sshd.sessionPids();
    expect(sessions).toHaveLength(2);
    await sshd.close();
    expect(sessions.map(identifyProcess)).toEqual([null, null]);
    await sshd.close();
  });

  it('starts several times at once, each on a port of its own', async () => {
    const servers = await Promise.all([start(), start(), start(), start()]);
    const logins = await Promise.all(servers.map((sshd) => logIn(sshd)));
    expect(logins.map(({ status }) => status)).toEqual([0, 0, 0, 0]);
    expect(new Set(servers.map(({ port }) => port)).size).toBe(4);
  });

  it('says what is wrong with its configuration', async () => {
    await expect(start({ extraConfig: ['NoSuchKeyword yes'] })).rejects.toThrow(/NoSuchKeyword/);
  });

  it('says that a port it was told to take is taken', async () => {
    const { port } = await startTarget();
    await expect(start({ port })).rejects.toThrow(/Address already in use/);
  });

  it('takes a setting from extraConfig rather than its own', async () => {
    const sshd = await start({
      extraConfig: ['AllowTcpForwarding no', 'Match Address 127.0.0.1', 'MaxAuthTries 1'],
    });
    expect((await logIn(sshd)).status).toBe(0);
    const result = await logIn(sshd, ['-o', 'ExitOnForwardFailure=yes', '-R', '0:127.0.0.1:1']);
    expect(result.status).toBe(255);
  });
});
