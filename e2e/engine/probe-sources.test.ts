import { describe, expect, it } from 'vitest';
import { agreeToExposure } from '#shared/exposure-lease.ts';
import type { ProbeOutcome } from '#shared/probe.ts';
import type { Forward } from '#shared/profile.ts';
import { engineSuite, type OpenTunnel } from '../support/engine-suite.ts';
import { localForward, remoteForward } from '../support/engine-under-test.ts';
import { eventually } from '../support/eventually.ts';
import { findFreePort } from '../support/free-port.ts';
import { ownAddress } from '../support/own-address.ts';
import { startBannerServer } from '../support/targets.ts';
import { connectTcp, expectGreeting } from '../support/tcp-client.ts';

const suite = engineSuite();

const OWN = ownAddress();
const STRANGER = '203.0.113.9';

function allow(forward: Forward, ...allowFrom: readonly string[]): Forward {
  return agreeToExposure(forward, { term: 'always', allowFrom }, Date.now());
}

async function probe({ engine, profile }: OpenTunnel): Promise<ProbeOutcome> {
  const forwardId = profile.forwards[0]?.id ?? '';
  const result = await engine.engine.handlers['forwards.probe']({ id: profile.id, forwardId });
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
}

function forwardOf({ engine, profile }: OpenTunnel) {
  return engine.snapshot(profile.id).forwards[0];
}

/** A remote forward for all addresses, where the server opens it to them, seen where it is. */
async function openRemote(...allowFrom: readonly string[]) {
  const sshd = await suite.sshd({ gatewayPorts: 'clientspecified' });
  const target = suite.use(await startBannerServer());
  const port = await findFreePort('0.0.0.0');
  const tunnel = await suite.open(sshd, [allow(remoteForward(port, target, '*'), ...allowFrom)]);
  await eventually(() => expect(forwardOf(tunnel)?.state).toMatchObject({ seen: { verdict: 'asAsked' } }));
  return { tunnel, target, port };
}

describe('a probe of a forward with allowed sources', () => {
  it('says that the server itself is not among them, sends nothing, and is no refused client', async () => {
    const { tunnel, target, port } = await openRemote(OWN);
    expect(await probe(tunnel)).toMatchObject({
      tested: 'forward',
      sent: null,
      connectMs: null,
      answer: { kind: 'sourceNotAllowed', side: 'server', from: '127.0.0.1' },
    });
    expect(target.accepted()).toBe(0);
    expect(forwardOf(tunnel)?.target).toEqual({ status: 'unknown' });
    expect(forwardOf(tunnel)).not.toHaveProperty('refusedSources');

    // Whoever is on the list has not lost anything by it, and whoever is not is still counted.
    await expectGreeting(port, '* OK', OWN);
    suite.use(await connectTcp(port, '127.0.0.1'));
    await eventually(() => expect(forwardOf(tunnel)?.refusedSources?.count).toBe(1));
  });

  it.each(['127.0.0.1', '::1'])('goes in by the server’s loopback address that is: %s', async (address) => {
    const { tunnel } = await openRemote(STRANGER, address);
    expect((await probe(tunnel)).answer).toMatchObject({ kind: 'banner', service: 'imap' });
    expect(forwardOf(tunnel)).not.toHaveProperty('refusedSources');
  });

  it('on one address of this computer says the same of this computer', async () => {
    const sshd = await suite.sshd();
    const target = suite.use(await startBannerServer());
    const tunnel = await suite.open(sshd, [
      allow(localForward(await findFreePort(OWN), target, OWN), STRANGER),
    ]);
    expect((await probe(tunnel)).answer).toEqual({ kind: 'sourceNotAllowed', side: 'here', from: OWN });
    expect(forwardOf(tunnel)?.target).toEqual({ status: 'unknown' });
    expect(forwardOf(tunnel)).not.toHaveProperty('refusedSources');
  });

  it('on all addresses of this computer goes through, as loopback is never a stranger there', async () => {
    const sshd = await suite.sshd();
    const target = suite.use(await startBannerServer());
    const tunnel = await suite.open(sshd, [allow(localForward(await findFreePort(), target, '*'), STRANGER)]);
    expect((await probe(tunnel)).answer).toMatchObject({ kind: 'banner', service: 'imap' });
  });
});
