import { describe, expect, it } from 'vitest';
import { engineSuite, keyFile } from '../support/engine-suite.ts';
import { dynamicForward, localForward, remoteForward, testProfile } from '../support/engine-under-test.ts';
import { eventually } from '../support/eventually.ts';
import { findFreePort } from '../support/free-port.ts';
import { openTcpSockets, watchForLeaks } from '../support/leaks.ts';
import { runEngineProgram } from '../support/run-engine-program.ts';
import { startBannerServer, startBlackHole } from '../support/targets.ts';
import { connectTcp, dialTcp } from '../support/tcp-client.ts';

const suite = engineSuite();

describe('a closed engine', () => {
  it('leaves no socket, whatever its tunnels were doing', async () => {
    const [known, banner, hole] = [await suite.sshd(), await startBannerServer(), await startBlackHole()];
    for (const target of [banner, hole]) suite.use(target);
    const watch = watchForLeaks();
    const engine = suite.engine();
    await engine.engine.handlers['engine.startPractice']({ identity: null, preferredPort: null });
    const ports = await Promise.all([1, 2, 3, 4, 5].map(() => findFreePort()));
    const [first = 0, second = 0, remote = 0, socks = 0, dead = 0] = ports;
    const open = testProfile(known, keyFile(known), [
      localForward(first, banner),
      localForward(second, hole),
      remoteForward(remote, banner),
      dynamicForward(socks),
    ]);
    const waiting = testProfile({ ...known, port: await findFreePort() }, keyFile(known), [
      localForward(dead, banner),
    ]);
    const asking = testProfile({ ...known, host: 'localhost' }, keyFile(known), [
      localForward(await findFreePort(), banner),
    ]);
    for (const profile of [open, waiting, asking]) await engine.start(profile);
    await engine.until(open, 'open');
    for (const index of [0, 1, 2, 3]) await engine.untilForward(open, index, 'listening');
    await engine.until(waiting, 'waiting');
    await engine.until(asking, 'needsUser');
    const clients = await Promise.all([first, second, remote, socks, dead].map((port) => connectTcp(port)));
    for (const client of clients) suite.use(client);
    await clients[0]?.waitFor('* OK');
    clients[1]?.socket.write(Buffer.alloc(1_000_000));

    await engine.close();
    await engine.close();
    hole.dropClients();
    for (const client of clients) await client.close();
    await watch.expectNone();
    await eventually(() => expect(known.sessionPids()).toEqual([]));
  });

  it('lets its process end by itself', async () => {
    const sshd = await suite.sshd();
    const target = suite.use(await startBannerServer());
    const port = await findFreePort();
    const profile = testProfile(sshd, keyFile(sshd), [
      localForward(port, target),
      remoteForward(await findFreePort(), target),
    ]);
    const program = suite.use(await runEngineProgram(profile, suite.knownHostsFile()));
    expect(openTcpSockets(program.child.pid).map(({ local }) => local)).toContain(`127.0.0.1:${port}`);
    const client = await dialTcp(port);
    suite.use({ close: async () => void client.destroy() });
    const closing = performance.now();
    expect(await program.end()).toEqual([0, null]);
    expect(program.said()).toBe('open\nclosed\n');
    expect(performance.now() - closing).toBeLessThan(2_000);
  });
});
