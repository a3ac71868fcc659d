import { algorithmsFor } from '../../electron/engine/ssh/algorithms.ts';
import { keyFileProfile, knowHosts, localForward, saveProfiles } from '../journeys/support/saved-profiles.ts';
import { button, cardOf, expectState } from '../journeys/support/window.ts';
import { findFreePort } from '../support/free-port.ts';
import { type Sshd, startSshd } from '../support/sshd.ts';
import { startSource } from '../support/targets.ts';
import { dialTcp, hashToEnd } from '../support/tcp-client.ts';
import { expect, test } from './support/app.ts';

/** Bytes through each: several packets each way of every cipher. */
const BYTES = 1_000_000;

/** What one server is made to insist on. */
interface Demand {
  readonly kex: string;
  readonly cipher: string;
  /** Null where the cipher has its own. */
  readonly mac: string | null;
}

/** Every key exchange, cipher and MAC that we offer to somebody, a profile for old servers included, at least once. */
function everyDemand(): readonly Demand[] {
  const { kex, cipher, hmac } = algorithmsFor({ legacy: true, knownKeyTypes: [] });
  const withoutMac = cipher.filter((name) => !name.endsWith('-ctr'));
  const withMac = cipher.filter((name) => name.endsWith('-ctr'));
  const ciphers = [
    ...withoutMac.map((name) => ({ cipher: name, mac: null })),
    ...hmac.map((mac, index) => ({ cipher: withMac[index % withMac.length] ?? '', mac })),
  ];
  expect(ciphers.length).toBeGreaterThanOrEqual(kex.length);
  return ciphers.map((each, index) => ({ ...each, kex: kex[index % kex.length] ?? '' }));
}

function startDemanding({ kex, cipher, mac }: Demand): Promise<Sshd> {
  const extraConfig = [`KexAlgorithms ${kex}`, `Ciphers ${cipher}`, ...(mac === null ? [] : [`MACs ${mac}`])];
  return startSshd({ logLevel: 'DEBUG1', hostKeyTypes: ['ed25519'], extraConfig });
}

/** Electron's BoringSSL lacks some of what Node's OpenSSL has, and what is asked for in vain throws or blocks. */
test('every algorithm that is offered works in Electron, in both directions', async ({ computer }) => {
  const demands = everyDemand();
  const source = await startSource(BYTES);
  const servers = await Promise.all(demands.map(startDemanding));
  try {
    await knowHosts(computer, ...servers);
    const ports = await Promise.all(demands.map(() => findFreePort()));
    await saveProfiles(
      computer,
      servers.map((sshd, index) => ({
        ...keyFileProfile(`Server ${index}`, sshd, [localForward(ports[index] ?? 0, source)]),
        legacyAlgorithms: true,
      })),
    );
    const page = await (await computer.launch()).page();
    await button(page, 'Start all').click();
    for (const index of servers.keys()) await expectState(cardOf(page, `Server ${index}`), 'Open');
    for (const [index, demand] of demands.entries()) {
      const socket = await dialTcp(ports[index] ?? 0);
      expect(await hashToEnd(socket), JSON.stringify(demand)).toEqual({
        bytes: BYTES,
        sha256: source.sha256,
      });
      socket.destroy();
      const log = servers[index]?.log() ?? '';
      expect(log).toContain(`kex: algorithm: ${demand.kex} `.trim());
      expect(log).toContain(`cipher: ${demand.cipher}`);
      if (demand.mac !== null) expect(log).toContain(`MAC: ${demand.mac}`);
    }
  } finally {
    for (const { close } of [...servers, source]) await close();
  }
});
