import type { Job, Load } from './load.ts';
import type { Lag } from './main-lag.ts';
import { median, percentile } from './statistics.ts';

/** Somebody whose speed is measured: a way from a port of 127.0.0.1 to the target. */
export interface Contestant {
  readonly name: string;
  readonly port: number;
}

/** How much is done in one round. */
export interface Amounts {
  readonly rounds: number;
  readonly bulkBytes: number;
  readonly roundTrips: number;
  readonly connections: number;
}

/** The medians over the rounds. */
export interface Speed {
  readonly pullMBps: number;
  readonly pushMBps: number;
  readonly roundTripP50Us: number;
  readonly roundTripP99Us: number;
  /** Each to its end, one after the other. */
  readonly connectionsPerSecond: number;
  /** One after the other, not waiting for the end of the last. */
  readonly hastyConnectionsPerSecond: number;
  readonly parallelConnectionsPerSecond: number;
  /** The largest lag of Culvert's main process in any round of pull or push, whoever carried the bytes. */
  readonly mainLag: Lag;
}

/** How many connections the parallel measurement keeps opening at a time. */
export const PARALLEL = 16;

/** One round of one contestant. */
type Sample = Speed;

/**
 * Measures all contestants in turn, round by round, so that a disturbance hits all of them alike. A first, smaller
 * round is not counted: it warms up.
 */
export async function measureSpeeds(
  contestants: readonly Contestant[],
  load: Load,
  amounts: Amounts,
  measureLag: (work: () => Promise<void>) => Promise<Lag>,
): Promise<ReadonlyMap<string, Speed>> {
  const warmUp = { rounds: 1, bulkBytes: amounts.bulkBytes / 5, roundTrips: 500, connections: 100 };
  const samples = new Map<string, Sample[]>(contestants.map(({ name }) => [name, []]));
  for (let round = 0; round <= amounts.rounds; round += 1) {
    for (const { name, port } of contestants) {
      const sample = await measureOne(port, load, round === 0 ? warmUp : amounts, measureLag);
      console.log(`round ${round}  ${name.padEnd(24)} ${brief(sample)}`);
      if (round > 0) samples.get(name)?.push(sample);
    }
  }
  return new Map([...samples].map(([name, all]) => [name, medians(all)]));
}

async function measureOne(
  port: number,
  load: Load,
  amounts: Amounts,
  measureLag: (work: () => Promise<void>) => Promise<Lag>,
): Promise<Sample> {
  const seconds = async (job: Omit<Job, 'port'>) => {
    const [milliseconds = Number.NaN] = await load.measure({ ...job, port });
    return milliseconds / 1000;
  };
  let pull = Number.NaN;
  let push = Number.NaN;
  const mainLag = await measureLag(async () => {
    pull = await seconds({ kind: 'pull', count: amounts.bulkBytes });
    push = await seconds({ kind: 'push', count: amounts.bulkBytes });
  });
  const trips = await load.measure({ kind: 'roundTrips', port, count: amounts.roundTrips });
  const sequential = await seconds({ kind: 'connections', count: amounts.connections });
  const hasty = await seconds({ kind: 'hastyConnections', count: amounts.connections });
  const parallel = await seconds({
    kind: 'connections',
    count: amounts.connections * 2,
    parallel: PARALLEL,
  });
  return {
    pullMBps: amounts.bulkBytes / 1e6 / pull,
    pushMBps: amounts.bulkBytes / 1e6 / push,
    roundTripP50Us: percentile(trips, 0.5) * 1000,
    roundTripP99Us: percentile(trips, 0.99) * 1000,
    connectionsPerSecond: amounts.connections / sequential,
    hastyConnectionsPerSecond: amounts.connections / hasty,
    parallelConnectionsPerSecond: (amounts.connections * 2) / parallel,
    mainLag,
  };
}

function medians(samples: readonly Sample[]): Speed {
  const middle = (pick: (sample: Sample) => number) => median(samples.map(pick));
  const worst = (pick: (sample: Sample) => number) => Math.max(...samples.map(pick));
  return {
    pullMBps: middle((sample) => sample.pullMBps),
    pushMBps: middle((sample) => sample.pushMBps),
    roundTripP50Us: middle((sample) => sample.roundTripP50Us),
    roundTripP99Us: middle((sample) => sample.roundTripP99Us),
    connectionsPerSecond: middle((sample) => sample.connectionsPerSecond),
    hastyConnectionsPerSecond: middle((sample) => sample.hastyConnectionsPerSecond),
    parallelConnectionsPerSecond: middle((sample) => sample.parallelConnectionsPerSecond),
    mainLag: {
      p99Ms: worst((sample) => sample.mainLag.p99Ms),
      maxMs: worst((sample) => sample.mainLag.maxMs),
    },
  };
}

function brief(sample: Sample): string {
  const whole = (value: number) => value.toFixed(0);
  return [
    `pull ${whole(sample.pullMBps)} MB/s`,
    `push ${whole(sample.pushMBps)} MB/s`,
    `round trip ${whole(sample.roundTripP50Us)} / ${whole(sample.roundTripP99Us)} us`,
    `${whole(sample.connectionsPerSecond)} conn/s`,
    `${whole(sample.hastyConnectionsPerSecond)} conn/s in haste`,
    `${whole(sample.parallelConnectionsPerSecond)} conn/s by ${PARALLEL}`,
    `main late ${sample.mainLag.maxMs.toFixed(1)} ms`,
  ].join(', ');
}
