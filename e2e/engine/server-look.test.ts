import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { matchServerHalves } from '#shared/connection-halves.ts';
import { establishedOn } from '#shared/established-socket.ts';
import type { SystemListener } from '#shared/listener.ts';
import type { Profile } from '#shared/profile.ts';
import { type SeenServer, type ServerLook, serverLookSchema } from '#shared/server-look.ts';
import { createClientKey } from '../support/client-keys.ts';
import { engineSuite, keyFile, type OpenTunnel } from '../support/engine-suite.ts';
import { localForward, remoteForward, testProfile } from '../support/engine-under-test.ts';
import { eventually } from '../support/eventually.ts';
import { findFreePort } from '../support/free-port.ts';
import { profileThrough, startBehindLines } from '../support/jump-way.ts';
import { childrenOf, processesWithEnvironment } from '../support/process-tree.ts';
import { createFakeTools, createToolFolder, type SocketTool } from '../support/server-tools.ts';
import { startBannerServer } from '../support/targets.ts';
import { connectTcp, expectGreeting } from '../support/tcp-client.ts';

const suite = engineSuite();

async function banner() {
  return suite.use(await startBannerServer());
}

async function look({ engine, profile }: OpenTunnel): Promise<ServerLook> {
  const reply = await engine.engine.handlers['listeners.listServer']({ id: profile.id });
  if (!reply.ok) throw new Error(reply.error.message);
  return serverLookSchema.parse(reply.value);
}

async function see(tunnel: OpenTunnel): Promise<SeenServer> {
  const found = await look(tunnel);
  if (found.status !== 'seen') throw new Error(`It was not seen: ${JSON.stringify(found)}`);
  return found;
}

/** What a look tells of the only connection's half on the server. */
async function serverHalf({ engine, profile: { id } }: OpenTunnel, seen: SeenServer) {
  const reply = await engine.engine.handlers['connections.list']({ id });
  const [connection] = reply.ok ? reply.value.connections : [];
  const sockets = establishedOn(seen);
  if (!connection || !sockets) throw new Error('There is no connection, or not all was seen.');
  return matchServerHalves([connection], new Set(), sockets).get(connection.id);
}

/** Waits until the quiet look has told something of the first forward. */
function untilSight({ engine, profile }: OpenTunnel) {
  return eventually(() => {
    const state = engine.snapshot(profile.id).forwards[0]?.state;
    if (state?.status !== 'listening') throw new Error(`It is ${JSON.stringify(state)}.`);
    if (state.seen === undefined) throw new Error('Nobody has looked yet.');
    return state;
  });
}

const place = ({ address, port }: SystemListener) => `${address} ${port}`;

/** A server that is as open as its setting says, and a tunnel with one remote forward, agreed to. */
async function openRemote(gatewayPorts: 'yes' | 'no' | 'clientspecified', address: string) {
  const sshd = await suite.sshd({ gatewayPorts });
  const port = await findFreePort('0.0.0.0');
  const forward = { ...remoteForward(port, await banner(), address), exposureConfirmedFor: address };
  return { tunnel: await suite.open(sshd, [forward]), port };
}

describe('a look at the server', () => {
  it.each<[SocketTool, SeenServer['tool']]>([
    ['ss', 'ss'],
    ['netstat', 'netstat'],
    ['busybox', 'procNetTcp'],
    ['none', 'procNetTcp'],
  ])('finds our forward, its owner and its reach on a system with %s', async (tool, expected) => {
    const folder = suite.use(await createToolFolder(tool));
    const sshd = await suite.sshd({ extraConfig: [`SetEnv PATH=${folder.path}`] });
    const target = await banner();
    const [port, local] = [await findFreePort(), await findFreePort()];
    const tunnel = await suite.open(sshd, [remoteForward(port, target), localForward(local, target)]);
    const client = suite.use(await connectTcp(local));
    await client.waitFor('* OK');

    const seen = await see(tunnel);
    expect(seen).toMatchObject({
      tool: expected,
      system: 'Linux',
      account: { user: sshd.user, uid: sshd.account.uid },
      isWhole: true,
    });
    const ours = seen.listeners.filter((listener) => listener.ours !== null);
    expect(ours.map(place)).toEqual([`127.0.0.1 ${port}`, `::1 ${port}`]);
    expect(ours[0]).toMatchObject({
      owner: { uid: sshd.account.uid, user: sshd.user },
      reach: { kind: 'thisComputer' },
      ours: { tunnelId: tunnel.profile.id, tunnelName: 'Test', forwardId: tunnel.profile.forwards[0]?.id },
    });
    expect(seen.listeners.map(place)).toContain(`127.0.0.1 ${sshd.port}`);
    expect(await serverHalf(tunnel, seen)).toMatchObject({
      kind: 'seen',
      socket: { remote: { host: target.host, port: target.port } },
    });
    const dialled = seen.connections.filter(({ peer }) => peer.port === target.port);
    expect(dialled).toMatchObject([{ address: '127.0.0.1', owner: { uid: sshd.account.uid } }]);
  });

  it.each(['its time', 'the session'])(
    'leaves no program that hangs behind when %s is over',
    async (what) => {
      const word = randomUUID();
      const ss = "trap '' TERM HUP PIPE; sh -c 'sleep 1000; exit' & while :; do echo flood; sleep 0.01; done";
      const tools = suite.use(await createFakeTools({ ss }));
      const sshd = await suite.sshd({ extraConfig: [`SetEnv PATH=${tools.searchPath} WORD=${word}`] });
      const tunnel = await suite.open(sshd, [localForward(await findFreePort(), await banner())]);
      const looking = look(tunnel);
      await eventually(() => expect(processesWithEnvironment(word).length).toBeGreaterThan(3));
      if (what === 'the session') {
        await tunnel.engine.stop(tunnel.profile);
        expect((await looking).status).toBe('failed');
      } else {
        expect(await looking).toMatchObject({ status: 'failed', reason: 'timedOut' });
        expect(await look(tunnel), 'a minute is waited').toEqual(await looking);
      }
      await eventually(() => expect(processesWithEnvironment(word)).toEqual([]));
    },
  );

  it('calls nothing ours that a tunnel to the same address by another way has opened there', async () => {
    const [gate, inner] = await startBehindLines(suite, 2);
    const target = await banner();
    const port = await findFreePort();
    const engine = suite.engine();
    const direct = testProfile(inner.server, keyFile(inner.server), [remoteForward(port, target)]);
    const around = await profileThrough([gate.server, inner.server], target);
    const again = testProfile(inner.server, keyFile(inner.server), [
      localForward(await findFreePort(), target),
    ]);
    for (const profile of [direct, around, again]) {
      await engine.start(profile);
      await engine.until(profile, 'open');
      await engine.untilForward(profile, 0, 'listening');
    }
    const owners = async (profile: Profile) =>
      (await see({ engine, profile })).listeners
        .filter((listener) => listener.port === port)
        .map(({ ours }) => ours?.tunnelId ?? null);
    expect(await owners(again)).toContain(direct.id);
    // What 10.0.0.5 or localhost is, depends on who asks.
    expect(new Set(await owners(around))).toEqual(new Set([null]));
  });

  it('is made through a login shell that says something without an end of line', async () => {
    const sshd = await suite.sshd({
      extraConfig: ['ForceCommand printf "\\033]0;title\\007"; exec sh -c "$SSH_ORIGINAL_COMMAND"'],
    });
    const tunnel = await suite.open(sshd, [localForward(await findFreePort(), await banner())]);
    expect((await see(tunnel)).account.user).toBe(sshd.user);
  });

  it('is made where the server gives out no terminal', async () => {
    const sshd = await suite.sshd({ extraConfig: ['PermitTTY no'] });
    const tunnel = await suite.open(sshd, [localForward(await findFreePort(), await banner())]);
    expect((await see(tunnel)).account.user).toBe(sshd.user);
  });

  it('knows the server process of our own session', async () => {
    const sshd = await suite.sshd();
    const tunnel = await suite.open(sshd, [localForward(await findFreePort(), await banner())]);
    const { serverPid } = await see(tunnel);
    const [session = 0] = sshd.sessionPids();
    // As root sshd splits in two, and the half that runs as the user is the one.
    expect([session, ...childrenOf(session).map(({ pid }) => pid)]).toContain(serverPid);
  });

  it('marks the forwards of other tunnels to the same server too', async () => {
    const sshd = await suite.sshd();
    const target = await banner();
    const [one, two] = [await findFreePort(), await findFreePort()];
    const first = await suite.open(sshd, [remoteForward(one, target)]);
    const second = testProfile(sshd, keyFile(sshd), [remoteForward(two, target)]);
    await first.engine.start(second);
    await first.engine.untilForward(second, 0, 'listening');
    const ports = await eventually(async () => {
      const { listeners } = await see(first);
      const found = new Set(listeners.filter(({ ours }) => ours !== null).map(({ port }) => port));
      if (found.size < 2) throw new Error('The second is not there yet.');
      return found;
    });
    expect(ports).toEqual(new Set([one, two]));
  });

  it('is refused while the tunnel is not open, and ends with the session', async () => {
    const sshd = await suite.sshd();
    const tunnel = await suite.open(sshd, [localForward(await findFreePort(), await banner())]);
    const answers = [look(tunnel), look(tunnel)];
    await tunnel.engine.stop(tunnel.profile);
    for (const answer of answers) expect(['seen', 'failed']).toContain((await answer).status);
    await tunnel.engine.untilState(tunnel.profile, ({ status }) => status === 'stopped');
    await expect(look(tunnel)).rejects.toThrow('not open');
  });
});

describe('a server that runs no commands for us', () => {
  it.each([
    ['ForceCommand', { extraConfig: ['ForceCommand echo Go away.'] }, 'otherAnswer', 'Go away.'],
    [
      'a shell that lets nobody in',
      { extraConfig: ['ForceCommand /usr/sbin/nologin'] },
      'otherAnswer',
      /not avail/,
    ],
    ['MaxSessions 0', { maxSessions: 0 }, 'refused', expect.any(String)],
  ] as const)('says so for %s, and the forwards work', async (_name, options, reason, said) => {
    const sshd = await suite.sshd(options);
    const port = await findFreePort();
    const tunnel = await suite.open(sshd, [remoteForward(port, await banner())]);
    expect(await look(tunnel)).toMatchObject({
      status: 'noCommands',
      reason,
      said: typeof said === 'string' ? said : said instanceof RegExp ? expect.stringMatching(said) : said,
    });
    expect(await untilSight(tunnel)).toMatchObject({ seen: null, unseen: 'noCommands' });
    await expectGreeting(port);
  });

  it('says so for a key with command=, which runs once and no more', async () => {
    const key = suite.use(await createClientKey());
    const sshd = await suite.sshd({ authorizedKeys: [`command="echo Only this." ${key.publicKeyLine}`] });
    const port = await findFreePort();
    const server = { host: sshd.host, port: sshd.port, user: sshd.user, identityFile: key.path };
    const tunnel = await suite.open(server, [remoteForward(port, await banner())]);
    for (const _time of [1, 2, 3]) {
      expect(await look(tunnel)).toMatchObject({ status: 'noCommands', said: 'Only this.' });
    }
    await untilSight(tunnel);
    await expectGreeting(port);
    expect(sshd.log().match(/Starting session: forced-command/g)).toHaveLength(1);
  });
});

describe('a remote forward, once the server was looked at,', () => {
  it.each([
    ['no', 'localhost', 'asAsked', 'thisComputer'],
    ['no', '*', 'loopbackOnly', 'thisComputer'],
    ['no', '0.0.0.0', 'loopbackOnly', 'thisComputer'],
    ['yes', 'localhost', 'exposed', 'everyone'],
    ['yes', '*', 'asAsked', 'everyone'],
    ['clientspecified', 'localhost', 'asAsked', 'thisComputer'],
    ['clientspecified', '*', 'asAsked', 'everyone'],
    ['clientspecified', '127.0.0.2', 'asAsked', 'thisComputer'],
  ] as const)(
    'with GatewayPorts %s and %s asked for is %s',
    async (gatewayPorts, address, verdict, reach) => {
      const { tunnel, port } = await openRemote(gatewayPorts, address);
      const { seen } = await untilSight(tunnel);
      expect(seen).toMatchObject({ verdict, reach: { kind: reach } });
      for (const endpoint of seen?.endpoints ?? []) expect(endpoint.port).toBe(port);
    },
  );

  it('is looked for again on every session', async () => {
    const sshd = await suite.sshd({ gatewayPorts: 'no' });
    const forward = {
      ...remoteForward(await findFreePort(), await banner(), '*'),
      exposureConfirmedFor: '*',
    };
    const tunnel = await suite.open(sshd, [forward]);
    const first = await untilSight(tunnel);
    await sshd.dropSessions();
    const second = await eventually(async () => {
      const state = await untilSight(tunnel);
      if (state.seen?.at === first.seen?.at) throw new Error('That is still the first look.');
      return state;
    });
    expect(second.seen?.verdict).toBe('loopbackOnly');
  });
});
