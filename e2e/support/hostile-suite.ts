import { expect } from 'vitest';
import type { Login } from '#shared/login.ts';
import type { Forward, Profile } from '#shared/profile.ts';
import type { TunnelError } from '#shared/tunnel-error.ts';
import type { TunnelTimings } from '../../electron/engine/tunnel-world.ts';
import type { EngineSuite } from './engine-suite.ts';
import { type EngineUnderTest, testProfile } from './engine-under-test.ts';
import { type HostileServer, type HostileServerOptions, startHostileServer } from './hostile-server.ts';
import { watchProcess } from './watch-own-process.ts';

/**
 * What a hostile server may cost this process, in which it runs itself: without a limit each of these floods would take several
 * times as much.
 */
const MOST_BYTES = 64 * 1024 * 1024;

/** A person notices a window that answers later than this; the machine that tests run on is busy with other things. */
const MOST_LAG_MS = 1_000;

export interface AttackOptions extends HostileServerOptions {
  readonly login?: Login;
  readonly forwards?: readonly Forward[];
  readonly timings?: Partial<TunnelTimings>;
  /** Before the tunnel starts. */
  readonly prepare?: (engine: EngineUnderTest, server: HostileServer) => void;
}

/** A tunnel that was started at a hostile server. */
export interface Attack {
  readonly engine: EngineUnderTest;
  readonly profile: Profile;
  readonly server: HostileServer;
  /**
   * Waits until the session has ended, and gives the reason; proves that the engine has closed its socket although the server has
   * not, and that memory and event loop were within bounds all the time.
   */
  ending(): Promise<TunnelError>;
  /** Proves the latter of a session that goes on. */
  proveBounds(): void;
}

/** Starts a tunnel to a server that will misbehave. */
export async function attack(suite: EngineSuite, options: AttackOptions): Promise<Attack> {
  const { login = { method: 'password' }, forwards = [], timings, prepare, ...behaviour } = options;
  const server = suite.use(await startHostileServer(behaviour));
  await suite.knowHosts(server.knownHosts());
  const engine = suite.engine(timings);
  prepare?.(engine, server);
  const profile = { ...testProfile(server, login, forwards), looksAtServer: false };
  const watch = watchProcess();
  const proveBounds = () => {
    const { grownBytes, lagMs } = watch.report();
    expect(grownBytes, 'bytes more in use').toBeLessThan(MOST_BYTES);
    expect(lagMs, 'ms that the event loop was late').toBeLessThan(MOST_LAG_MS);
  };
  await engine.start(profile);
  return {
    engine,
    profile,
    server,
    proveBounds,
    ending: async () => {
      const state = await engine.untilState(
        profile,
        ({ status }) => status === 'failed' || status === 'waiting',
      );
      proveBounds();
      if (state.status !== 'failed' && state.status !== 'waiting') throw new Error('It has not ended.');
      return state.error;
    },
  };
}
