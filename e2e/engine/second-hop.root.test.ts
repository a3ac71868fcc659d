import { describe, expect, it } from 'vitest';
import { HOP_TOOLS, hopAgreedFor } from '#shared/second-hop.ts';
import { engineSuite, keyFile } from '../support/engine-suite.ts';
import { remoteForward, testProfile } from '../support/engine-under-test.ts';
import { eventually } from '../support/eventually.ts';
import { findFreePort } from '../support/free-port.ts';
import { blackHolePort } from '../support/iptables-drop.ts';
import { startLagClock } from '../support/machine-lag.ts';
import { startBannerServer } from '../support/targets.ts';
import { connectTcp, expectGreeting, isListening } from '../support/tcp-client.ts';

const suite = engineSuite();

describe.each(HOP_TOOLS)('a second hop by %s', (tool) => {
  it('ends within 5 s when every packet is dropped, its connections too, though the server knows of nothing', async () => {
    const target = suite.use(await startBannerServer());
    const sshd = await suite.sshd();
    const [entrance, hopPort] = [await findFreePort(), await findFreePort()];
    const plain = remoteForward(entrance, target, '*');
    const secondHop = { port: hopPort, tool, agreedFor: hopAgreedFor(sshd, plain) };
    const forward = { ...plain, exposureConfirmedFor: '*', secondHop };
    const profile = testProfile(sshd, keyFile(sshd), [forward]);
    const engine = suite.engine({ keepalive: { intervalMs: 30_000, countMax: 3 } });
    await engine.start(profile);
    await eventually(() => expectGreeting(hopPort, '* OK', '127.0.0.2'));
    const client = suite.use(await connectTcp(hopPort, '127.0.0.2'));
    await client.waitFor('* OK');

    suite.use(await blackHolePort(sshd.port));
    const clock = startLagClock();
    await eventually(async () => expect(await isListening(hopPort, '127.0.0.2')).toBe(false));
    await client.ended;
    expect(await clock.elapsedMs()).toBeLessThan(5_000);
    // Neither side has noticed: it was the hop itself that ended.
    expect(engine.snapshot(profile.id).state.status).toBe('open');
    expect(sshd.sessionPids()).not.toEqual([]);
  });
});
