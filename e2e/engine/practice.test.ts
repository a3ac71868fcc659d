import { readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { PRACTICE_TARGETS } from '#shared/practice.ts';
import type { Profile } from '#shared/profile.ts';
import { engineSuite } from '../support/engine-suite.ts';
import {
  dynamicForward,
  type EngineUnderTest,
  localForward,
  remoteForward,
  testProfile,
} from '../support/engine-under-test.ts';
import { findFreePort } from '../support/free-port.ts';
import { startBannerServer } from '../support/targets.ts';
import { connectTcp, expectGreeting } from '../support/tcp-client.ts';

const suite = engineSuite();

type Identity = NonNullable<
  Parameters<EngineUnderTest['engine']['handlers']['engine.startPractice']>[0]['identity']
>;

async function startPractice({ engine }: EngineUnderTest, identity: Identity | null, port: number | null) {
  const started = await engine.handlers['engine.startPractice']({ identity, preferredPort: port });
  if (!started.ok) throw new Error(JSON.stringify(started.error));
  return started.value;
}

/** As the app makes it: what it says of the server, nobody reads. */
function practiceProfile(forwards: Profile['forwards']): Profile {
  const nowhere = { host: 'practice.invalid', port: 22, user: 'nobody' };
  return { ...testProfile(nowhere, { method: 'password' }, forwards), name: 'Practice', practice: true };
}

describe('the practice server', () => {
  it('greets a newcomer without a question, and leaves known_hosts alone', async () => {
    await suite.knowHosts('# mine\n');
    const engine = suite.engine();
    await startPractice(engine, null, null);
    const port = await findFreePort();
    const profile = practiceProfile([localForward(port, PRACTICE_TARGETS.imap)]);
    await engine.start(profile);
    await engine.until(profile, 'open');
    await expectGreeting(port, '* OK');
    expect(engine.history.get(profile.id)?.some(({ state }) => state.status === 'needsUser')).toBe(false);
    expect(await readFile(suite.knownHostsFile(), 'utf8')).toBe('# mine\n');
  });

  it('shows its page through SOCKS, under a name that only it knows', async () => {
    const engine = suite.engine();
    await startPractice(engine, null, null);
    const port = await findFreePort();
    const profile = practiceProfile([dynamicForward(port)]);
    await engine.start(profile);
    await engine.until(profile, 'open');
    const client = suite.use(await connectTcp(port));
    const { host } = PRACTICE_TARGETS.web;
    client.socket.write(Buffer.from([5, 1, 0, 5, 1, 0, 3, host.length, ...Buffer.from(host), 0, 80]));
    client.socket.write(`GET / HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
    await client.waitFor('HTTP/1.1 200');
  });

  it('is the same one after a restart of the engine, and needs no question then either', async () => {
    const first = suite.engine();
    const { identity, port } = await startPractice(first, null, null);
    await first.close();
    const second = suite.engine();
    const again = await startPractice(second, identity, port);
    expect(again.identity).toEqual(identity);
    const entrance = await findFreePort();
    const profile = practiceProfile([localForward(entrance, PRACTICE_TARGETS.imap)]);
    await second.start(profile);
    await second.until(profile, 'open');
    await expectGreeting(entrance);
    expect(second.history.get(profile.id)?.some(({ state }) => state.status === 'needsUser')).toBe(false);
  });

  it('reaches nothing but its own two services', async () => {
    const elsewhere = suite.use(await startBannerServer());
    const engine = suite.engine();
    await startPractice(engine, null, null);
    const [local, remote] = [await findFreePort(), await findFreePort()];
    const profile = practiceProfile([localForward(local, elsewhere), remoteForward(remote, elsewhere)]);
    await engine.start(profile);
    await engine.until(profile, 'open');
    expect(await suite.use(await connectTcp(local)).ended).toBe('reset');
    expect(elsewhere.accepted()).toBe(0);
    expect(engine.snapshot(profile.id).forwards[0]?.target.status).toBe('failed');
    await engine.untilForward(profile, 1, 'refused');
  });

  it('is found by a tunnel that was started first', async () => {
    const engine = suite.engine();
    const port = await findFreePort();
    const profile = practiceProfile([localForward(port, PRACTICE_TARGETS.imap)]);
    await engine.start(profile);
    expect((await engine.until(profile, 'waiting')).error.code).toBe('connectionRefused');
    await startPractice(engine, null, null);
    await engine.until(profile, 'open');
    await expectGreeting(port);
  });

  it('is gone, with its port, once the engine is closed', async () => {
    const engine = suite.engine();
    const { port } = await startPractice(engine, null, null);
    await engine.close();
    const refused = await new Promise((resolve) => {
      connect({ host: '127.0.0.1', port }).on('error', ({ message }) => resolve(message));
    });
    expect(refused).toContain('ECONNREFUSED');
  });
});
