import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { engineSuite } from '../support/engine-suite.ts';
import { localForward } from '../support/engine-under-test.ts';
import { eventually } from '../support/eventually.ts';
import { findFreePort } from '../support/free-port.ts';
import { runProgram } from '../support/programs.ts';
import { requireRoot } from '../support/root.ts';
import { startBannerServer } from '../support/targets.ts';
import { expectGreeting } from '../support/tcp-client.ts';

beforeAll(() => requireRoot('To close another program’s sockets'));
beforeEach(() => void vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] }));
afterEach(() => void vi.useRealTimers());
const suite = engineSuite();

describe('a listener that the system closes under us', () => {
  it('is bound anew', async () => {
    const sshd = await suite.sshd();
    const target = suite.use(await startBannerServer());
    const port = await findFreePort();
    const { engine } = await suite.open(sshd, [localForward(port, target)]);
    const look = async () => {
      vi.advanceTimersByTime(20_000);
      // Reads the same table, so that the engine's own look is over, too.
      await engine.engine.handlers['listeners.list'](null);
    };
    await look();
    await runProgram('ss', ['-K', '-l', '-t', `sport = :${port}`]);
    await expect(expectGreeting(port)).rejects.toThrow();
    await eventually(async () => {
      await look();
      await expectGreeting(port);
    });
  });
});
