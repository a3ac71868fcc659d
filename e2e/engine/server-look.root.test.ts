import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { serverLookSchema } from '#shared/server-look.ts';
import { type DropbearOptions, startDropbear } from '../support/dropbear.ts';
import { engineSuite, type OpenTunnel } from '../support/engine-suite.ts';
import { remoteForward } from '../support/engine-under-test.ts';
import { eventually } from '../support/eventually.ts';
import { findFreePort } from '../support/free-port.ts';
import { childrenOf } from '../support/process-tree.ts';
import { runProgram } from '../support/programs.ts';
import { startBannerServer } from '../support/targets.ts';
import { expectGreeting } from '../support/tcp-client.ts';
import { createTemporaryFolder } from '../support/temporary-folder.ts';

const suite = engineSuite();

async function dropbear(options: DropbearOptions = {}) {
  const server = suite.use(await startDropbear(options));
  await suite.knowHosts(server.knownHosts());
  return server;
}

async function openForward(server: Parameters<typeof suite.open>[0], address: string) {
  const target = suite.use(await startBannerServer());
  const port = await findFreePort('0.0.0.0');
  const forward = { ...remoteForward(port, target, address), exposureConfirmedFor: address };
  return { ...(await suite.open(server, [forward])), port };
}

async function look({ engine, profile }: OpenTunnel) {
  const reply = await engine.engine.handlers['listeners.listServer']({ id: profile.id });
  if (!reply.ok) throw new Error(reply.error.message);
  return serverLookSchema.parse(reply.value);
}

function untilSight({ engine, profile }: OpenTunnel) {
  return eventually(() => {
    const state = engine.snapshot(profile.id).forwards[0]?.state;
    if (state?.status !== 'listening' || state.seen === undefined) throw new Error(JSON.stringify(state));
    return state;
  });
}

describe('a look at a server that is dropbear', () => {
  it.each([
    ['without -a', [], 'localhost', 'asAsked'],
    ['without -a', [], '*', 'loopbackOnly'],
    ['with -a', ['-a'], '*', 'asAsked'],
  ] as const)('%s judges a forward: %j, asked at %s, is %s', async (_name, extraArgs, address, verdict) => {
    const server = await dropbear({ extraArgs });
    const tunnel = await openForward(server, address);
    expect((await untilSight(tunnel)).seen).toMatchObject({ verdict });
    const seen = await look(tunnel);
    const [session = 0] = server.sessionPids();
    const processes = [session, ...childrenOf(session).map(({ pid }) => pid)];
    expect(seen).toMatchObject({ status: 'seen', account: { user: server.user } });
    expect(processes).toContain(seen.status === 'seen' ? seen.serverPid : null);
    await expectGreeting(tunnel.port);
  });
});

/** Gives the suite's account another login shell until the end of the test. */
async function useShell(user: string, shell: string): Promise<void> {
  const change = (to: string) => runProgram('flock', ['/etc', 'usermod', '--shell', to, user]);
  suite.use({ close: async () => void (await change('/bin/sh')) });
  await change(shell);
}

describe('a look through the login shell of the account', () => {
  it('works with one that greets and knows nothing but -c', async () => {
    const folder = suite.use(await createTemporaryFolder('shell', { mode: 0o711 }));
    const shell = path.join(folder.path, 'odd-shell');
    const lines = [
      '#!/bin/sh',
      'echo Welcome to core!',
      '[ $# = 2 ] && [ "$1" = -c ] || exit 97',
      '/bin/sh -c "$2"',
    ];
    await writeFile(shell, `${lines.join('\n')}\n`, { mode: 0o755 });
    const sshd = await suite.sshd();
    await useShell(sshd.user, shell);
    const tunnel = await openForward(sshd, 'localhost');
    expect((await untilSight(tunnel)).seen).toMatchObject({ verdict: 'asAsked' });
    const seen = await look(tunnel);
    const [session = 0] = sshd.sessionPids();
    expect([session, ...childrenOf(session).map(({ pid }) => pid)]).toContain(
      seen.status === 'seen' ? seen.serverPid : null,
    );
  });

  it('says that nologin runs nothing, and the forward works', async () => {
    const sshd = await suite.sshd();
    await useShell(sshd.user, '/usr/sbin/nologin');
    const tunnel = await openForward(sshd, 'localhost');
    expect(await untilSight(tunnel)).toMatchObject({ seen: null, unseen: 'noCommands' });
    expect(await look(tunnel)).toMatchObject({
      status: 'noCommands',
      said: expect.stringContaining('not available'),
    });
    await expectGreeting(tunnel.port);
  });
});
