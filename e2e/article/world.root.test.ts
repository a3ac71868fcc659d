import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createClosers } from '../support/closers.ts';
import { eventually } from '../support/eventually.ts';
import { startOpenSsh } from '../support/openssh-client.ts';
import { runProgram } from '../support/programs.ts';
import { hideInTheBushes } from './eavesdropper.ts';
import { expectDropped } from './knocking.ts';
import type { Machine } from './machine.ts';
import { loginFrom, prepareRemoteLogin } from './remote-login.ts';
import { FILES_CHALLENGE, FILES_PORT, IMAP_PORT } from './servers.ts';
import { connectionsTo, listenersOn } from './socket-list.ts';
import { startTelnet, telnetUntil } from './telnet.ts';
import { buildWorld, type World } from './world.ts';
import { addressOf } from './world-map.ts';

const tunnels = createClosers();
let world: World;

beforeAll(async () => {
  world = await buildWorld();
});
afterEach(tunnels.close);
afterAll(() => world?.close());

/** The article's own command, typed on a machine: `ssh -N … core`. */
async function dig(on: Machine, ...args: readonly string[]): Promise<void> {
  const { coreSshd } = world;
  const client = await startOpenSsh(coreSshd, {
    identityFile: coreSshd.identityFile,
    within: on.within,
    args: ['-N', '-o', 'ExitOnForwardFailure=yes', ...args],
  });
  tunnels.add(client.close);
}

describe('the world of the article, dug by ssh itself', () => {
  it('has a coffee shop where a mail password is heard, unless it goes through ssh -L', async () => {
    const { bish, coffee, core } = world.machines;
    const bushes = await hideInTheBushes(coffee, 'opensesame');
    const logIn = async (host: string, port: number) => {
      const telnet = startTelnet(bish, host, port);
      tunnels.add(telnet.close);
      await telnet.waitFor('* OK');
      telnet.type('a1 LOGIN andre opensesame');
      await telnet.waitFor('a1 NO');
    };
    await dig(bish, '-L', `42424:mail:${IMAP_PORT}`);
    await eventually(async () =>
      expect(await listenersOn(bish, 42424)).toEqual(['127.0.0.1:42424', '[::1]:42424']),
    );
    await logIn('localhost', 42424);
    expect(await connectionsTo(core, `${addressOf('mail')}:${IMAP_PORT}`)).toHaveLength(1);
    const through = await bushes.heard();
    expect(through).toMatchObject({ other: 0, secret: 0 });
    expect(through.ssh).toBeGreaterThan(0);

    await logIn('mail', IMAP_PORT);
    const plain = await bushes.heard();
    expect(plain.secret).toBe(1);
    expect(plain.other).toBeGreaterThan(0);
  });

  it('has a work network that nobody enters, and that is left by all', async () => {
    const { core, files, firewall, pimp, workstation } = world.machines;
    await telnetUntil(workstation, 'files', FILES_PORT, FILES_CHALLENGE);
    await telnetUntil(workstation, 'core', 22, 'SSH-2.0');
    await telnetUntil(pimp, 'core', 22, 'SSH-2.0');
    for (const outsider of [core, pimp]) {
      await expectDropped(firewall, outsider, files.address, FILES_PORT);
      await expectDropped(firewall, outsider, workstation.address, 22);
      await expectDropped(firewall, outsider, firewall.address, 42000);
    }
  });

  it('lets ssh -R listen on core for core only, and a second hop open it to pimp', async () => {
    const { core, pimp, workstation } = world.machines;
    await dig(workstation, '-R', `42000:files:${FILES_PORT}`);
    await eventually(async () =>
      expect(await listenersOn(core, 42000)).toEqual(['127.0.0.1:42000', '[::1]:42000']),
    );
    await telnetUntil(core, 'localhost', 42000, FILES_CHALLENGE);
    expect(await startTelnet(pimp, 'core', 42000).ended).toContain(
      'Unable to connect to remote host: Connection refused',
    );

    await dig(core, '-g', '-L', '43000:localhost:42000');
    await eventually(async () => expect(await listenersOn(core, 43000)).toContain('0.0.0.0:43000'));
    await telnetUntil(pimp, 'core', 43000, FILES_CHALLENGE);
  });

  it('lets ssh -R bring an ordinary account from core to the workstation', async () => {
    const { core, workstation } = world.machines;
    await dig(workstation, '-R', `11000:${workstation.address}:22`);
    await eventually(async () => expect(await listenersOn(core, 11000)).toContain('127.0.0.1:11000'));
    await prepareRemoteLogin(world.workstationSshd, 11000);
    const namespaceOf = async (machine: Machine) =>
      (await machine.run('sh', ['-c', 'readlink /proc/self/ns/net'])).stdout.trim();
    const [user, namespace] = (
      await loginFrom(core, world.workstationSshd, 11000, 'id -un; readlink /proc/self/ns/net')
    ).split('\n');
    expect(user).toBe(world.workstationSshd.user);
    expect(namespace).toBe(await namespaceOf(workstation));
    expect(namespace).not.toBe(await namespaceOf(core));
  });

  it('is gone when it is closed, and another one is not', async () => {
    const other = await buildWorld();
    const namespaces = async () => (await runProgram('ip', ['netns', 'list'])).stdout;
    const name = other.machines.core.within.at(-1) ?? '';
    expect(await namespaces()).toContain(name);
    await other.close();
    expect(await namespaces()).not.toContain(name);
    await telnetUntil(world.machines.pimp, 'core', 22, 'SSH-2.0');
  });
});
