import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { agreeToExposure, type ExposureLease } from '#shared/exposure-lease.ts';
import type { Forward } from '#shared/profile.ts';
import { engineSuite, type OpenTunnel } from '../support/engine-suite.ts';
import { dynamicForward, localForward, remoteForward } from '../support/engine-under-test.ts';
import { eventually } from '../support/eventually.ts';
import { findFreePort } from '../support/free-port.ts';
import { ownAddress } from '../support/own-address.ts';
import { startBannerServer } from '../support/targets.ts';
import { connectTcp, expectGreeting, isListening } from '../support/tcp-client.ts';

const suite = engineSuite();

/** What a client comes from that dials this very address of this computer. */
const OWN = ownAddress();

async function banner() {
  return suite.use(await startBannerServer());
}

function allow<Rule extends Forward>(forward: Rule, ...allowFrom: readonly string[]): Rule {
  return agreeToExposure(forward, { term: 'always', allowFrom }, Date.now());
}

/** Open from now on for so many milliseconds. */
function openFor<Rule extends Forward>(forward: Rule, milliseconds: number): Rule {
  const { address } = forward.bind;
  const exposureLease: ExposureLease = { address, ends: { when: 'at', at: Date.now() + milliseconds } };
  return { ...forward, exposureLease };
}

/** Dials, and says what came back before the end. A reset can come as early as in the middle of connecting. */
function knock(port: number, host: string): Promise<{ readonly isReset: boolean; readonly text: string }> {
  return new Promise((resolve) => {
    let text = '';
    let isReset = false;
    const socket = connect({ host, port });
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
      socket.end();
    });
    socket.on('error', (error: NodeJS.ErrnoException) => {
      isReset = error.code === 'ECONNRESET';
    });
    socket.on('close', () => resolve({ isReset, text }));
  });
}

function snapshotOf({ engine, profile }: OpenTunnel, index = 0) {
  const snapshot = engine.snapshot(profile.id).forwards[index];
  if (!snapshot) throw new Error(`There is no forward ${index}.`);
  return snapshot;
}

describe('the sources of a forward on this computer', () => {
  it('get in when they are named, and are reset before a byte when they are not', async () => {
    const sshd = await suite.sshd();
    const target = await banner();
    const port = await findFreePort();
    const tunnel = await suite.open(sshd, [allow(localForward(port, target, '*'), '203.0.113.0/24')]);
    for (const host of ['127.0.0.1', '127.0.0.2', '::1']) await expectGreeting(port, '* OK', host);
    expect(snapshotOf(tunnel)).not.toHaveProperty('refusedSources');

    expect(await knock(port, OWN)).toEqual({ isReset: true, text: '' });
    await eventually(() => snapshotOf(tunnel).refusedSources !== undefined);
    expect(snapshotOf(tunnel).refusedSources).toEqual({
      count: 1,
      latest: [{ address: OWN, count: 1, at: expect.any(Number) }],
    });
  });

  it('of SOCKS are judged before a word is read', async () => {
    const sshd = await suite.sshd();
    const port = await findFreePort();
    const socks = { ...dynamicForward(port), bind: { address: '0.0.0.0', port } };
    const tunnel = await suite.open(sshd, [allow(socks, '203.0.113.9')]);
    expect(await knock(port, OWN)).toEqual({ isReset: true, text: '' });
    expect(snapshotOf(tunnel).refusedSources?.count).toBe(1);
    expect(await isListening(port)).toBe(true);
  });

  it('change at once: who may not enter any more is reset, who may goes on, and there is no reconnect', async () => {
    const sshd = await suite.sshd();
    const target = await banner();
    const port = await findFreePort();
    const rule = localForward(port, target, '*');
    const tunnel = await suite.open(sshd, [allow(rule)]);
    const [friend, stranger] = [
      suite.use(await connectTcp(port, '127.0.0.1')),
      suite.use(await connectTcp(port, OWN)),
    ];
    for (const client of [friend, stranger]) await client.waitFor('* OK');
    const sessions = sshd.sessionPids();

    await tunnel.engine.update({ ...tunnel.profile, forwards: [allow(rule, '203.0.113.9')] });
    expect(await stranger.ended).toBe('reset');
    expect(await knock(port, OWN)).toEqual({ isReset: true, text: '' });

    await tunnel.engine.update({ ...tunnel.profile, forwards: [allow(rule, OWN)] });
    await expectGreeting(port, '* OK', OWN);
    expect(friend.socket.destroyed).toBe(false);
    expect(sshd.sessionPids()).toEqual(sessions);
  });

  it('that knock without end are reported a few times a second', async () => {
    const sshd = await suite.sshd();
    const target = await banner();
    const port = await findFreePort();
    const tunnel = await suite.open(sshd, [allow(localForward(port, target, '*'), '203.0.113.9')]);
    const reportsBefore = tunnel.engine.history.get(tunnel.profile.id)?.length ?? 0;
    const begun = performance.now();
    for (let i = 0; i < 200; i += 1) await knock(port, OWN);
    await eventually(() => snapshotOf(tunnel).refusedSources?.count === 200);
    const reports = (tunnel.engine.history.get(tunnel.profile.id)?.length ?? 0) - reportsBefore;
    expect(reports).toBeLessThanOrEqual(2 + (performance.now() - begun) / 250);
    expect(snapshotOf(tunnel).refusedSources?.latest).toHaveLength(1);
  });
});

describe('the sources of a forward on the server', () => {
  it('are those that the server reports, and are rejected before the target is dialled', async () => {
    const sshd = await suite.sshd({ gatewayPorts: 'clientspecified' });
    const target = await banner();
    const port = await findFreePort();
    const rule = remoteForward(port, target, '*');
    const tunnel = await suite.open(sshd, [allow(rule, '::1', OWN)]);
    for (const host of ['::1', OWN]) await expectGreeting(port, '* OK', host);

    // The server's own loopback is a source like any other: a second hop makes everybody look like it.
    expect((await knock(port, '127.0.0.1')).text).toBe('');
    await eventually(() => snapshotOf(tunnel).refusedSources?.latest[0]?.address === '127.0.0.1');
    expect(target.accepted(), 'not dialled for the stranger').toBe(2);

    const friend = suite.use(await connectTcp(port, '::1'));
    await friend.waitFor('* OK');
    await tunnel.engine.update({ ...tunnel.profile, forwards: [allow(rule, OWN)] });
    await friend.ended;
    await expectGreeting(port, '* OK', OWN);
  });
});

describe('a forward that is open for a time', () => {
  it('closes by itself, with the connections through it, and opens again with another yes', async () => {
    const sshd = await suite.sshd({ gatewayPorts: 'clientspecified' });
    const target = await banner();
    const [here, there] = [await findFreePort(), await findFreePort()];
    const rules = [localForward(here, target, '*'), remoteForward(there, target, '*')] as const;
    const own = localForward(await findFreePort(), target);
    const tunnel = await suite.open(sshd, [own, ...rules.map((rule) => openFor(rule, 2000))]);
    const clients = [
      suite.use(await connectTcp(here)),
      suite.use(await connectTcp(there)),
      suite.use(await connectTcp(own.bind.port)),
    ] as const;
    for (const client of clients) await client.waitFor('* OK');

    for (const index of [1, 2]) {
      const { state } = await tunnel.engine.untilForward(tunnel.profile, index, 'refused', 5000);
      expect(state).toMatchObject({ error: { code: 'exposureExpired', endpoint: { host: '*' } } });
    }
    expect(await clients[0].ended).toBe('reset');
    await clients[1].ended;
    expect(await isListening(here)).toBe(false);
    await eventually(async () => !(await isListening(there)));
    expect(clients[2].socket.destroyed, 'what is for this computer only goes on').toBe(false);
    expect(tunnel.engine.snapshot(tunnel.profile.id).state.status).toBe('open');

    // A start does not help, a yes does.
    await tunnel.engine.start(tunnel.profile);
    await tunnel.engine.untilForward(tunnel.profile, 1, 'refused');
    const again = rules.map((rule) => openFor(rule, 60_000));
    await tunnel.engine.update({ ...tunnel.profile, forwards: [own, ...again] });
    for (const port of [here, there]) await eventually(() => isListening(port));
    for (const port of [here, there]) await expectGreeting(port, '* OK', '127.0.0.2');
  });

  it('is extended while it runs, and nobody notices', async () => {
    const sshd = await suite.sshd();
    const target = await banner();
    const port = await findFreePort();
    const rule = localForward(port, target, '*');
    const tunnel = await suite.open(sshd, [openFor(rule, 1500)]);
    const first = Date.now() + 1500;
    const client = suite.use(await connectTcp(port, OWN));
    await client.waitFor('* OK');
    await tunnel.engine.update({ ...tunnel.profile, forwards: [openFor(rule, 60_000)] });
    await eventually(() => Date.now() > first + 100);
    expect(client.socket.destroyed).toBe(false);
    expect(snapshotOf(tunnel).state.status).toBe('listening');
  });

  it('stays closed when the time was over before Start, also after a wake', async () => {
    const sshd = await suite.sshd();
    const target = await banner();
    const port = await findFreePort();
    const rule = openFor(localForward(port, target, '*'), -1);
    const other = localForward(await findFreePort(), target);
    const tunnel = await suite.open(sshd, [other]);
    await tunnel.engine.update({ ...tunnel.profile, forwards: [other, rule] });
    await tunnel.engine.untilForward(tunnel.profile, 1, 'refused');
    await tunnel.engine.engine.handlers['engine.wake'](null);
    expect(await isListening(port)).toBe(false);
    expect(snapshotOf(tunnel, 1).state).toMatchObject({ error: { code: 'exposureExpired' } });
  });

  it('is opened by another yes also where the port was taken before', async () => {
    const sshd = await suite.sshd();
    const target = await banner();
    const port = await findFreePort();
    const squatter = suite.use(await startBannerServer({ port, host: OWN }));
    const rule = localForward(port, target, OWN);
    const other = localForward(await findFreePort(), target);
    const tunnel = await suite.open(sshd, [other]);
    await tunnel.engine.update({ ...tunnel.profile, forwards: [other, openFor(rule, 500)] });
    await eventually(() => {
      expect(snapshotOf(tunnel, 1).state).toMatchObject({ error: { code: 'exposureExpired' } });
    });
    await squatter.close();
    await tunnel.engine.update({ ...tunnel.profile, forwards: [other, openFor(rule, 60_000)] });
    await tunnel.engine.untilForward(tunnel.profile, 1, 'listening');
  });

  it('is closed at once by who takes the yes back', async () => {
    const sshd = await suite.sshd();
    const target = await banner();
    const port = await findFreePort();
    const rule = localForward(port, target, '*');
    const tunnel = await suite.open(sshd, [openFor(rule, 60_000)]);
    const client = suite.use(await connectTcp(port));
    await client.waitFor('* OK');
    await tunnel.engine.update({ ...tunnel.profile, forwards: [rule] });
    expect(await client.ended).toBe('reset');
    expect((await tunnel.engine.untilForward(tunnel.profile, 0, 'refused')).state).toMatchObject({
      error: { code: 'exposureNotConfirmed' },
    });
    expect(await isListening(port)).toBe(false);
  });
});
