import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { Connection } from 'ssh2';
import { describe, expect, it } from 'vitest';
import { ssh2 } from '../../electron/engine/ssh/ssh2.ts';
import { engineSuite } from '../support/engine-suite.ts';
import { localForward, testProfile } from '../support/engine-under-test.ts';
import { eventually } from '../support/eventually.ts';
import { findFreePort } from '../support/free-port.ts';
import { createHostKey, type HostKey, knownHostsLines } from '../support/host-keys.ts';
import { startSource } from '../support/targets.ts';
import { dialTcp, hashToEnd } from '../support/tcp-client.ts';

const suite = engineSuite();

/** A server that shows one key, and can be told to show another one from the next key exchange on. */
async function twoFacedServer(first: HostKey, second: HostKey) {
  let atServer: Connection | undefined;
  const server = new ssh2.Server({ hostKeys: [first.privateKey] }, (connection) => {
    atServer = connection;
    connection.on('error', () => {}).on('authentication', (attempt) => attempt.accept());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const parsed = ssh2.utils.parseKey(second.privateKey);
  if (parsed instanceof Error) throw parsed;
  return {
    host: '127.0.0.1',
    port,
    user: 'nobody',
    identityFile: '/nonexistent',
    /** The other key needs a hand in ssh2's insides: an honest server never does this. */
    rekey: (withOtherKey: boolean): Promise<void> => {
      const inside = atServer as unknown as { _protocol: { _hostKeys: Record<string, unknown> } };
      if (withOtherKey) inside._protocol._hostKeys['ssh-ed25519'] = parsed;
      atServer?.rekey();
      return new Promise((resolve) => atServer?.once('rekey', () => resolve()));
    },
    close: async () => {
      atServer?.end();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

describe('the host key of an open session', () => {
  it('is checked anew at every rekey that a real sshd asks for, and the session goes on', async () => {
    const bytes = 2 * 1024 * 1024;
    const sshd = await suite.sshd({ logLevel: 'DEBUG1', extraConfig: ['RekeyLimit 256K'] });
    const source = suite.use(await startSource(bytes));
    const forward = localForward(await findFreePort(), source);
    const { engine, profile } = await suite.open(sshd, [forward]);
    expect((await hashToEnd(await dialTcp(forward.bind.port))).sha256).toBe(source.sha256);
    // One exchange at the start, and one for every quarter of a mebibyte.
    expect(sshd.log().match(/SSH2_MSG_NEWKEYS received/g)?.length ?? 0).toBeGreaterThan(4);
    expect(engine.snapshot(profile.id).state.status).toBe('open');
    expect(sshd.log().match(/Connection from/g)).toHaveLength(1);
  });

  it('is held on to: another one at a rekey ends the session, even one that is known too', async () => {
    const [first, second] = [await createHostKey('ed25519'), await createHostKey('ed25519')];
    const server = suite.use(await twoFacedServer(first, second));
    await suite.knowHosts(knownHostsLines(server.host, server.port, [first, second]));
    const engine = suite.engine();
    const target = { host: '127.0.0.1', port: 1 };
    const profile = {
      ...testProfile(server, { method: 'automatic' }, [localForward(await findFreePort(), target)]),
      looksAtServer: false,
    };
    await engine.start(profile);
    await engine.until(profile, 'open');
    await server.rekey(false);
    expect(engine.snapshot(profile.id).state.status).toBe('open');
    void server.rekey(true);
    await eventually(() =>
      expect(engine.history.get(profile.id)?.at(-1)?.state).toMatchObject({
        status: 'failed',
        error: { code: 'protocolError', detail: 'it changed its host key in mid-session' },
      }),
    );
  });
});
