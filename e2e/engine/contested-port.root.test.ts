import { describe, expect, it } from 'vitest';
import { startDropbear } from '../support/dropbear.ts';
import { engineSuite, type TunnelServer } from '../support/engine-suite.ts';
import { eventually } from '../support/eventually.ts';
import { findFreePort } from '../support/free-port.ts';
import { forwardWithHop } from '../support/hop-profile.ts';
import { startPortHolder } from '../support/port-holder.ts';
import { startStranger } from '../support/stranger.ts';
import { startBannerServer } from '../support/targets.ts';
import { expectGreeting } from '../support/tcp-client.ts';

const suite = engineSuite();

/** Debian's `nobody`. */
const NOBODY = { uid: 65534, gid: 65534 };

async function openContested(server: TunnelServer, entrance: number) {
  const target = suite.use(await startBannerServer());
  const { forward, hopPort } = await forwardWithHop(server, target, 'socat', entrance);
  const { engine, profile } = await suite.open(server, [forward]);
  return { now: () => engine.snapshot(profile.id).forwards[0], hopPort, engine, profile };
}

describe('a port that another program shares with a forward', () => {
  it('is told from ours where that is another account’s', async () => {
    const sshd = await suite.sshd({ gatewayPorts: 'no' });
    const entrance = await findFreePort();
    suite.use(await startPortHolder(entrance, NOBODY));
    const { now, hopPort } = await openContested(sshd, entrance);
    const others = [{ address: '127.0.0.1', family: 'IPv4', program: null, user: 'nobody' }];
    await eventually(() => expect(now()?.state).toMatchObject({ seen: { others } }));
    await eventually(() => expectGreeting(hopPort, '* OK', '127.0.0.2'));
  });

  it.each([
    ['127.0.0.1', '::1'],
    ['::1', '127.0.0.1'],
  ])('is told from ours by dropbear too, with root at %s and us at %s', async (theirs, ours) => {
    const dropbear = suite.use(await startDropbear());
    await suite.knowHosts(dropbear.knownHosts());
    const entrance = await findFreePort();
    const stranger = suite.use(await startStranger(entrance, theirs));
    const { now, hopPort, engine, profile } = await openContested(dropbear, entrance);
    await eventually(() =>
      expect(now()?.state).toMatchObject({
        seen: { endpoints: [{ host: ours, port: entrance }], others: [{ address: theirs, user: 'root' }] },
      }),
    );
    const triedByProof = stranger.greeted();
    await eventually(() => expectGreeting(hopPort, '* OK', '127.0.0.2'));
    await engine.engine.handlers['listeners.listServer']({ id: profile.id });
    expect(stranger.greeted()).toBe(triedByProof);
  });
});
