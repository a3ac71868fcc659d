import { describe, expect, it } from 'vitest';
import type { Forward } from '#shared/profile.ts';
import { engineSuite, keyFile, type OpenTunnel, type TunnelServer } from '../support/engine-suite.ts';
import { remoteForward, testProfile } from '../support/engine-under-test.ts';
import { eventually } from '../support/eventually.ts';
import { findFreePort } from '../support/free-port.ts';
import { forwardWithHop } from '../support/hop-profile.ts';
import { createToolFolder } from '../support/server-tools.ts';
import { startStranger } from '../support/stranger.ts';
import { startBannerServer } from '../support/targets.ts';
import { expectGreeting, isListening } from '../support/tcp-client.ts';

const suite = engineSuite();

async function open(server: TunnelServer, forward: Forward, looksAtServer = true): Promise<OpenTunnel> {
  const engine = suite.engine();
  const profile = { ...testProfile(server, keyFile(server), [forward]), looksAtServer };
  await engine.start(profile);
  await engine.untilForward(profile, 0, 'listening');
  return { engine, profile };
}

const forwardOf = ({ engine, profile }: OpenTunnel) => engine.snapshot(profile.id).forwards[0];

const noChannels = { extraConfig: ['AllowTcpForwarding remote'] };

describe('a second hop to a forward that got one address family alone', () => {
  it.each([
    ['as a look and a connection tell', {}, true],
    ['as a connection tells where nobody looks', {}, false],
    ['as a look tells where no connection is allowed', noChannels, true],
  ] as const)('leads to that one, %s', async (_name, options, looks) => {
    const target = suite.use(await startBannerServer());
    const sshd = await suite.sshd({ gatewayPorts: 'no', ...options });
    const entrance = await findFreePort();
    const stranger = suite.use(await startStranger(entrance, '127.0.0.1'));
    const { forward, hopPort } = await forwardWithHop(sshd, target, 'socat', entrance);
    const tunnel = await open(sshd, forward, looks);
    await eventually(() => expect(forwardOf(tunnel)?.secondHop?.status).toBe('open'));
    const greetedBefore = stranger.greeted();
    await expectGreeting(hopPort, '* OK', '127.0.0.2');
    expect(stranger.greeted()).toBe(greetedBefore);
  });

  it('is not dug where nobody can tell which one that is', async () => {
    const target = suite.use(await startBannerServer());
    const sshd = await suite.sshd({ gatewayPorts: 'no', ...noChannels });
    const entrance = await findFreePort();
    suite.use(await startStranger(entrance, '127.0.0.1'));
    const { forward, hopPort } = await forwardWithHop(sshd, target, 'socat', entrance);
    const tunnel = await open(sshd, forward, false);
    await eventually(() =>
      expect(forwardOf(tunnel)?.secondHop).toMatchObject({
        status: 'failed',
        error: { reason: 'entranceUnknown' },
      }),
    );
    expect(await isListening(hopPort, '127.0.0.2')).toBe(false);
  });

  it('is proposed for that one', async () => {
    const target = suite.use(await startBannerServer());
    const sshd = await suite.sshd({ gatewayPorts: 'no' });
    const entrance = await findFreePort();
    suite.use(await startStranger(entrance, '127.0.0.1'));
    const forward = { ...remoteForward(entrance, target, '*'), exposureConfirmedFor: '*' };
    const { engine, profile } = await open(sshd, forward);
    await eventually(() => expect(forwardOf({ engine, profile })?.state).toHaveProperty('seen'));
    const proposal = await engine.engine.handlers['secondHops.propose']({
      id: profile.id,
      forwardId: forward.id,
      port: null,
    });
    expect(proposal).toMatchObject({ ok: true, value: { target: { host: '::1', port: entrance } } });
  });
});

describe('a proof of an entrance', () => {
  it.each([
    ['tells ours from another’s where the system names no programs', [], true],
    [
      'is missing where no connection is allowed, and then the reach is unknown',
      noChannels.extraConfig,
      false,
    ],
  ] as const)('%s', async (_name, options, isProved) => {
    const target = suite.use(await startBannerServer());
    const tools = suite.use(await createToolFolder('none'));
    const extraConfig = [`SetEnv PATH=${tools.path}`, ...options];
    const sshd = await suite.sshd({ gatewayPorts: 'no', extraConfig });
    const port = await findFreePort();
    suite.use(await startStranger(port, '127.0.0.1'));
    const tunnel = await open(sshd, remoteForward(port, target));
    const proved = { seen: { endpoints: [{ host: '::1', port }], others: [{ address: '127.0.0.1' }] } };
    await eventually(() =>
      expect(forwardOf(tunnel)?.state).toMatchObject(isProved ? proved : { seen: null, unseen: 'notFound' }),
    );
  });

  it('is not noticed by the target', async () => {
    const target = suite.use(await startBannerServer());
    const sshd = await suite.sshd({ gatewayPorts: 'no' });
    const { forward } = await forwardWithHop(sshd, target, 'socat');
    const tunnel = await open(sshd, forward);
    await eventually(() => expect(forwardOf(tunnel)?.secondHop?.status).toBe('open'));
    expect(target.accepted()).toBe(0);
    expect(forwardOf(tunnel)?.target).toEqual({ status: 'unknown' });
  });
});

describe('an entrance, of which another program has one address family,', () => {
  it.each([
    ['no', 'localhost', '127.0.0.1', 'IPv4'],
    ['no', '*', '127.0.0.1', 'IPv4'],
    ['no', 'localhost', '::1', 'IPv6'],
    ['yes', '*', '0.0.0.0', 'IPv4'],
  ] as const)(
    'with GatewayPorts %s and %s asked for, the other at %s, is contested',
    async (gatewayPorts, address, host, family) => {
      const target = suite.use(await startBannerServer());
      const sshd = await suite.sshd({ gatewayPorts });
      const port = await findFreePort();
      suite.use(await startStranger(port, host));
      const forward = { ...remoteForward(port, target, address), exposureConfirmedFor: address };
      const tunnel = await open(sshd, forward);
      await eventually(() =>
        expect(forwardOf(tunnel)?.state).toMatchObject({ seen: { others: [{ address: host, family }] } }),
      );
      const { engine, profile } = tunnel;
      const look = await engine.engine.handlers['listeners.listServer']({ id: profile.id });
      if (!look.ok || look.value.status !== 'seen') throw new Error(JSON.stringify(look));
      const ours = look.value.listeners.filter((each) => each.port === port && each.ours !== null);
      expect(ours.map((each) => each.address)).not.toContain(host);
      expect(ours).toHaveLength(1);
    },
  );

  it('is tested where it is ours', async () => {
    const target = suite.use(await startBannerServer());
    const sshd = await suite.sshd({ gatewayPorts: 'no' });
    const port = await findFreePort();
    const stranger = suite.use(await startStranger(port, '127.0.0.1'));
    const tunnel = await open(sshd, remoteForward(port, target));
    await eventually(() => expect(forwardOf(tunnel)?.state).toMatchObject({ seen: { others: [{}] } }));
    expect(await probe(tunnel)).toMatchObject({ answer: { kind: 'banner', service: 'imap' } });
    expect(stranger.greeted()).toBe(0);
  });

  it.each([true, false])(
    'is not taken for a target that hung up when the other takes a test (speaks: %s)',
    async (speaks) => {
      const target = suite.use(await startBannerServer());
      const sshd = await suite.sshd({ gatewayPorts: 'no' });
      const port = await findFreePort();
      suite.use(await startStranger(port, '127.0.0.1', speaks));
      // Nobody looks, and the only allowed source is on the other's side.
      const forward = {
        ...remoteForward(port, target, '*'),
        exposureConfirmedFor: '*',
        allowFrom: ['127.0.0.1'],
      };
      const tunnel = await open(sshd, forward, false);
      expect(await probe(tunnel)).toMatchObject({
        connectMs: null,
        answer: { kind: 'otherProgram', entrance: { host: '127.0.0.1', port } },
      });
      expect(forwardOf(tunnel)?.target).toEqual({ status: 'unknown' });
    },
  );
});

async function probe({ engine, profile }: OpenTunnel) {
  const forwardId = profile.forwards[0]?.id ?? '';
  const result = await engine.engine.handlers['forwards.probe']({ id: profile.id, forwardId });
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
}
