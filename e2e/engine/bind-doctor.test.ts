import { createServer, type Server } from 'node:net';
import { describe, expect, it } from 'vitest';
import { readFirstFreePort } from '../../electron/engine/bind-doctor/privileged-ports.ts';
import { engineSuite, keyFile, type TunnelServer } from '../support/engine-suite.ts';
import { type EngineUnderTest, localForward, testProfile } from '../support/engine-under-test.ts';
import { findFreePort } from '../support/free-port.ts';
import { startPortHolder } from '../support/port-holder.ts';
import { startBannerServer } from '../support/targets.ts';
import { expectGreeting } from '../support/tcp-client.ts';

const suite = engineSuite();

/** Starts a tunnel whose one forward cannot listen yet, and gives its error. */
async function start(engine: EngineUnderTest, server: TunnelServer, port: number, address?: string) {
  const target = suite.use(await startBannerServer());
  const profile = testProfile(server, keyFile(server), [localForward(port, target, address)]);
  await engine.start(profile);
  await engine.until(profile, 'open');
  return profile;
}

async function errorOf(engine: EngineUnderTest, profile: { id: string }, status: 'retrying' | 'refused') {
  const { state } = await engine.untilForward(profile as never, 0, status);
  return 'error' in state ? state.error : null;
}

/** Holds a port in this process. */
async function hold(port: number, host: string): Promise<Server> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen({ port, host, ipv6Only: host === '::' }, resolve);
  });
  suite.use({ close: () => new Promise<void>((resolve) => void server.close(() => resolve())) });
  return server;
}

describe('a port that another program holds', () => {
  it('is told with the program, its number and its start, and is taken when it ends', async () => {
    const sshd = await suite.sshd();
    const before = Date.now();
    const holder = suite.use(await startPortHolder(await findFreePort()));
    const engine = suite.engine();
    const profile = await start(engine, sshd, holder.port);
    const error = await errorOf(engine, profile, 'retrying');
    expect(error).toMatchObject({
      code: 'portInUse',
      holder: { kind: 'program', name: 'node', pid: holder.pid, address: '127.0.0.1' },
    });
    const since = error?.code === 'portInUse' && error.holder?.kind === 'program' ? error.holder.since : null;
    // The kernel counts the start of the system in whole seconds.
    expect(since).toBeGreaterThan(before - 2000);
    expect(since).toBeLessThan(Date.now() + 2000);

    await holder.close();
    await engine.untilForward(profile, 0, 'listening');
    await expectGreeting(holder.port);
  });

  it('stays in one state from try to try, and is never called listening', async () => {
    const sshd = await suite.sshd();
    const holder = suite.use(await startPortHolder(await findFreePort()));
    const engine = suite.engine({ localRetryMs: 50 });
    const profile = await start(engine, sshd, holder.port);
    await engine.untilForward(profile, 0, 'retrying');
    const statuses = () =>
      (engine.history.get(profile.id) ?? []).flatMap(
        ({ forwards: [forward] }) => forward?.state.status ?? [],
      );
    const at = statuses().length;
    await expect.poll(() => statuses().length).toBeGreaterThan(at + 3);
    expect(new Set(statuses().slice(at))).toEqual(new Set(['retrying']));
  });

  it.each([
    ['*', '127.0.0.2', '127.0.0.2'],
    ['127.0.0.1', '0.0.0.0', '0.0.0.0'],
    ['localhost', '::1', '::1'],
  ])('is told with the other address: %s wanted, %s taken', async (wanted, held, told) => {
    const sshd = await suite.sshd();
    const port = await findFreePort();
    await hold(port, held);
    const engine = suite.engine();
    const target = suite.use(await startBannerServer());
    const forward = { ...localForward(port, target, wanted), exposureConfirmedFor: wanted };
    const profile = testProfile(sshd, keyFile(sshd), [forward]);
    await engine.start(profile);
    expect(await errorOf(engine, profile, 'retrying')).toMatchObject({
      code: 'portInUse',
      endpoint: { host: wanted === 'localhost' ? '::1' : wanted },
      holder: { kind: 'program', pid: process.pid, address: told },
    });
  });
});

describe('a port of our own', () => {
  it('is told with the tunnel, and goes over as soon as that one is stopped', async () => {
    const sshd = await suite.sshd();
    const port = await findFreePort();
    // So long that no try of its own can be what brings it up.
    const engine = suite.engine({ localRetryMs: 600_000 });
    const first = await start(engine, sshd, port);
    await engine.untilForward(first, 0, 'listening');
    const second = await start(engine, sshd, port);
    expect(await errorOf(engine, second, 'retrying')).toMatchObject({
      holder: {
        kind: 'ourTunnel',
        tunnelId: first.id,
        tunnelName: 'Test',
        forwardId: first.forwards[0]?.id,
      },
    });
    await engine.stop(first);
    await engine.untilForward(second, 0, 'listening');
    await expectGreeting(port);
  });

  it('goes over as well when the other forward moves away, and Start tries at once', async () => {
    const sshd = await suite.sshd();
    const [port, elsewhere] = [await findFreePort(), await findFreePort()];
    const engine = suite.engine({ localRetryMs: 600_000 });
    const first = await start(engine, sshd, port);
    const second = await start(engine, sshd, port);
    await engine.untilForward(second, 0, 'retrying');
    const [forward] = first.forwards;
    if (forward?.kind !== 'local') throw new Error('It has a local forward.');
    await engine.update({
      ...first,
      forwards: [{ ...forward, bind: { ...forward.bind, port: elsewhere } }],
    });
    await engine.untilForward(first, 0, 'listening');
    await engine.untilForward(second, 0, 'listening');

    const holder = suite.use(await startPortHolder(await findFreePort()));
    const third = await start(engine, sshd, holder.port);
    await engine.untilForward(third, 0, 'retrying');
    await holder.close();
    await engine.start(third);
    await engine.untilForward(third, 0, 'listening');
  });

  it('is told to be the practice server’s', async () => {
    const sshd = await suite.sshd();
    const engine = suite.engine();
    const started = await engine.engine.handlers['engine.startPractice']({
      identity: null,
      preferredPort: null,
    });
    const port = started.ok ? started.value.port : 0;
    const profile = await start(engine, sshd, port);
    expect(await errorOf(engine, profile, 'retrying')).toMatchObject({ holder: { kind: 'practiceServer' } });
  });
});

describe('an address that is not here', () => {
  it('is final, and told with those that are', async () => {
    const sshd = await suite.sshd();
    const engine = suite.engine();
    const target = suite.use(await startBannerServer());
    const forward = { ...localForward(8080, target, '192.0.2.1'), exposureConfirmedFor: '192.0.2.1' };
    const profile = testProfile(sshd, keyFile(sshd), [forward]);
    await engine.start(profile);
    const error = await errorOf(engine, profile, 'refused');
    expect(error).toMatchObject({ code: 'addressNotHere', endpoint: { host: '192.0.2.1' } });
    const addresses = error?.code === 'addressNotHere' ? error.addresses : [];
    expect(addresses).not.toContain('127.0.0.1');
    for (const address of addresses) await hold(0, address);
  });

  it('is told again when the rule comes back after one whose port was taken', async () => {
    const sshd = await suite.sshd();
    const holder = suite.use(await startPortHolder(await findFreePort()));
    const engine = suite.engine({ localRetryMs: 600_000 });
    const target = suite.use(await startBannerServer());
    const away = { ...localForward(8080, target, '192.0.2.1'), exposureConfirmedFor: '192.0.2.1' };
    const taken = { ...away, bind: { address: '127.0.0.1', port: holder.port } };
    const profile = testProfile(sshd, keyFile(sshd), [away]);
    await engine.start(profile);
    await engine.until(profile, 'open');
    expect(await errorOf(engine, profile, 'refused')).toMatchObject({ code: 'addressNotHere' });
    await engine.update({ ...profile, forwards: [taken] });
    expect(await errorOf(engine, profile, 'retrying')).toMatchObject({ code: 'portInUse' });
    await engine.update(profile);
    expect(await errorOf(engine, profile, 'refused')).toMatchObject({ code: 'addressNotHere' });
  });
});

describe('the next free port', () => {
  const find = async (address: string, from: number, avoid: readonly number[] = []) => {
    const engine = suite.engine();
    const found = await engine.engine.handlers['ports.findFree']({ address, from, avoid: [...avoid] });
    return found.ok ? found.value.port : undefined;
  };

  it('passes over what is taken and what is promised, and is let go again', async () => {
    const from = await findFreePort();
    await hold(from, '127.0.0.1');
    // Of localhost only the second address is taken.
    await hold(from + 1, '::1');
    const found = await find('localhost', from, [from + 2]);
    expect(found).toBeGreaterThanOrEqual(from + 3);
    expect(await find('localhost', found ?? 0)).toBe(found);
    expect(await find('127.0.0.1', from)).toBe(from + 1);
  });

  it('is none above the last one, or at an address that is not here', async () => {
    expect(await find('127.0.0.1', 65535, [65535])).toBeNull();
    expect(await find('192.0.2.1', 20_000)).toBeNull();
  });
});

it('knows from which port on this computer lets everybody bind', async () => {
  expect(await readFirstFreePort()).toBeGreaterThanOrEqual(0);
});
