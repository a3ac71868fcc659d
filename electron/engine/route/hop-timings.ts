import type { SessionTimings } from '../ssh/session.ts';
import type { Hop } from './way.ts';

/** The time limits of a session to a hop: Culvert's own, but for what the user chose for this one. */
export function hopTimings(usual: SessionTimings, { connection }: Pick<Hop, 'connection'>): SessionTimings {
  const { connectTimeout, aliveInterval, aliveCountMax } = connection;
  return {
    ...usual,
    connectMs: connectTimeout === undefined ? usual.connectMs : connectTimeout * 1_000,
    keepalive: {
      intervalMs: aliveInterval === undefined ? usual.keepalive.intervalMs : aliveInterval * 1_000,
      countMax: aliveCountMax ?? usual.keepalive.countMax,
    },
  };
}
