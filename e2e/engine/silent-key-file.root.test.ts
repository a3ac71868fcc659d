import { expect, it } from 'vitest';
import { engineSuite, keyFile } from '../support/engine-suite.ts';
import { dynamicForward, testProfile } from '../support/engine-under-test.ts';
import { findFreePort } from '../support/free-port.ts';

const suite = engineSuite();

/** As on a share that is gone: its reader waits until the kernel says something (proc(5)). */
const SILENT = '/proc/kmsg';

it('key files that do not answer hold up no other tunnel, and can be stopped', async () => {
  const sshd = await suite.sshd();
  const engine = suite.engine();
  const start = async (identityFile: string) => {
    const forward = dynamicForward(await findFreePort());
    const profile = testProfile({ ...sshd, host: 'localhost' }, keyFile({ identityFile }), [forward]);
    await engine.start(profile);
    return profile;
  };
  await suite.knowHosts(sshd.knownHosts().replaceAll('127.0.0.1', 'localhost'));
  const stuck = await Promise.all(Array.from({ length: 6 }, () => start(SILENT)));
  for (const profile of stuck) {
    await engine.untilState(profile, (state) => state.status === 'connecting' && state.phase === 'auth');
  }
  const healthy = await start(sshd.identityFile);
  await engine.until(healthy, 'open');
  await Promise.all(stuck.map((profile) => engine.stop(profile)));
  for (const profile of stuck) await engine.until(profile, 'stopped');
  expect(engine.snapshot(healthy.id).state.status).toBe('open');
});
