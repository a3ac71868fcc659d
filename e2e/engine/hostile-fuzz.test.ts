import net from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { Profile } from '#shared/profile.ts';
import { engineSuite } from '../support/engine-suite.ts';
import { localForward, testProfile } from '../support/engine-under-test.ts';
import { eventually } from '../support/eventually.ts';
import { findFreePort } from '../support/free-port.ts';
import { startHostileServer } from '../support/hostile-server.ts';
import { startTcpServer } from '../support/tcp-server.ts';
import { watchProcess } from '../support/watch-own-process.ts';

const suite = engineSuite();

/** Each damages the stream of one connection of a good server. */
const SEEDS = Array.from({ length: 60 }, (_, at) => at + 1);

const clients = new Set<net.Socket>();
afterEach(() => {
  for (const client of clients) client.destroy();
  clients.clear();
});

/** A small generator of numbers below 1 (mulberry32): the same for the same seed. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Changes, drops, doubles or inserts some bytes, from a place in the stream that the seed chooses. */
function damager(seed: number): (chunk: Buffer) => Buffer {
  const random = randomFrom(seed);
  let untouched = Math.floor(random() * 3_000);
  return (chunk) => {
    if (chunk.length <= untouched) {
      untouched -= chunk.length;
      return chunk;
    }
    const at = untouched + Math.floor(random() * (chunk.length - untouched));
    untouched = Math.floor(random() * 2_000);
    const [before, after] = [chunk.subarray(0, at), chunk.subarray(at)];
    const some = Buffer.from(Array.from({ length: 1 + Math.floor(random() * 40) }, () => random() * 256));
    switch (Math.floor(random() * 5)) {
      case 0:
        return Buffer.concat([before, Buffer.from([Math.floor(random() * 256)]), after.subarray(1)]);
      case 1:
        return Buffer.concat([before, some, after.subarray(some.length)]);
      case 2:
        return Buffer.concat([before, after.subarray(some.length)]);
      case 3:
        return Buffer.concat([before, after.subarray(0, some.length), after]);
      default:
        return Buffer.concat([before, some, after]);
    }
  };
}

describe('the damaged stream of a good server', () => {
  it('never crashes the engine nor keeps a tunnel from its end, for 60 kinds of damage', async () => {
    const good = suite.use(
      await startHostileServer({
        onOpen: ({ connection }) => {
          connection.on('tcpip', (accept) => void accept().end(Buffer.alloc(20_000, 'data')));
        },
      }),
    );
    const watch = watchProcess();
    const engine = suite.engine({
      handshakeMs: 700,
      authReplyMs: 700,
      keepalive: { intervalMs: 200, countMax: 2 },
    });
    let knownHosts = '';
    const attempts: { readonly port: number; readonly profile: Profile }[] = [];
    for (const seed of SEEDS) {
      const line = suite.use(
        await startTcpServer((client) => {
          const damage = damager(seed);
          const server = net.connect({ host: good.host, port: good.port, noDelay: true });
          server.on('error', () => client.destroy());
          server.on('close', () => client.destroy());
          client.on('close', () => server.destroy());
          client.pipe(server);
          server.on('data', (chunk: Buffer) => client.write(damage(chunk)));
        }),
      );
      knownHosts += good.knownHosts().replace(`:${good.port} `, `:${line.port} `);
      const port = await findFreePort();
      const server = { host: line.host, port: line.port, user: 'victim' };
      const forwards = [localForward(port, { host: 'target', port: 1 })];
      attempts.push({
        port,
        profile: { ...testProfile(server, { method: 'password' as const }, forwards), looksAtServer: false },
      });
    }
    await suite.knowHosts(knownHosts);
    for (const { profile } of attempts) await engine.start(profile);
    for (const { port, profile } of attempts) {
      await engine.untilForward(profile, 0, 'listening');
      const client = net.connect(port, '127.0.0.1');
      clients.add(client);
      client.on('error', () => {});
      client.resume();
    }
    // However far it came: each has been stopped by its damage at least once, or carried on unharmed.
    await eventually(
      () => {
        for (const { profile } of attempts) {
          const states = engine.history.get(profile.id)?.map(({ state }) => state.status) ?? [];
          expect(states.some((each) => each !== 'connecting' && each !== 'stopped')).toBe(true);
        }
      },
      { timeoutMs: 20_000 },
    );
    const endings = attempts.flatMap(({ profile }) =>
      (engine.history.get(profile.id) ?? []).flatMap(({ state }) => ('error' in state ? [state.error] : [])),
    );
    expect(endings.length).toBeGreaterThan(SEEDS.length / 2);
    expect(endings.filter(({ code }) => code === 'unexpected')).toEqual([]);
    for (const { profile } of attempts) await engine.stop(profile);
    const { grownBytes, lagMs } = watch.report();
    expect(grownBytes).toBeLessThan(128 * 1024 * 1024);
    expect(lagMs).toBeLessThan(2_000);
  });
});
