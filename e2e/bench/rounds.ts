import type { Job, Load } from './load.ts';
import type { Lag } from './main-lag.ts';
import { median, percentile } from './statistics.ts';

/** Somebody whose speed is measured: a way from two ports of 127.0.0.1 to the two targets. */
export interface Contestant {
  readonly name: string;
  /** Leads to the target that does what it is asked. */
  readonly port: number;
  /** Leads to the target that speaks first. */
  readonly greeterPort: number;
}

/** How much is done in all, by each contestant. */
export interface Amounts {
  /** How often the bulk is moved. */
  readonly rounds: number;
  readonly bulkBytes: number;
  /** In how many turns the rest is done. */
  readonly turns: number;
  readonly roundTrips: number;
  readonly connections: number;
  readonly greetings: number;
}

/** How fast bytes are moved in bulk: medians. */
interface BulkSpeed {
  readonly pullMBps: number;
  readonly pushMBps: number;
  /** The largest lag of Culvert's main process in any round, whoever carried the bytes. */
  readonly mainLag: Lag;
}

/** How long small things take: medians. */
interface SmallSpeed {
  readonly roundTripP50Us: number;
  readonly roundTripP99Us: number;
  /** Each to its end, one after the other. */
  readonly connectionsPerSecond: number;
  /** One after the other, not waiting for the end of the last. */
  readonly hastyConnectionsPerSecond: number;
  readonly parallelConnectionsPerSecond: number;
  /** Each to its end, one after the other, to a target that speaks first. */
  readonly greetingsPerSecond: number;
}

export type Speed = BulkSpeed & SmallSpeed;

/** How many connections the parallel measurement keeps opening at a time. */
export const PARALLEL = 16;

type MeasureLag = (work: () => Promise<void>) => Promise<Lag>;

/**
 * Measures all contestants by turns, so that a disturbance hits all of them alike: the bulk in a few long rounds, the
 * rest in many short ones. A first, smaller round of both is not counted: it warms up.
 */
export async function measureSpeeds(
  contestants: readonly Contestant[],
  load: Load,
  amounts: Amounts,
  measureLag: MeasureLag,
): Promise<ReadonlyMap<string, Speed>> {
  const bulk = await takeTurns(contestants, amounts.rounds, (contestant, isWarmUp) =>
    measureBulk(contestant, load, isWarmUp ? amounts.bulkBytes / 5 : amounts.bulkBytes, measureLag),
  );
  const small = await takeTurns(contestants, amounts.turns, (contestant) =>
    measureSmall(contestant, load, amounts),
  );
  return new Map(
    contestants.map(({ name }) => {
      const speed = { ...bulkSpeed(bulk.get(name) ?? []), ...smallSpeed(small.get(name) ?? []) };
      return [name, speed];
    }),
  );
}

async function takeTurns<Sample>(
  contestants: readonly Contestant[],
  turns: number,
  measure: (contestant: Contestant, isWarmUp: boolean) => Promise<Sample>,
): Promise<ReadonlyMap<string, readonly Sample[]>> {
  const samples = new Map<string, Sample[]>(contestants.map(({ name }) => [name, []]));
  for (let turn = 0; turn <= turns; turn += 1) {
    for (const contestant of contestants) {
      const sample = await measure(contestant, turn === 0);
      if (turn > 0) samples.get(contestant.name)?.push(sample);
    }
  }
  return samples;
}

async function measureBulk(
  { name, port }: Contestant,
  load: Load,
  bytes: number,
  measureLag: MeasureLag,
): Promise<BulkSpeed> {
  let pull = Number.NaN;
  let push = Number.NaN;
  const mainLag = await measureLag(async () => {
    pull = await seconds(load, { kind: 'pull', port, count: bytes });
    push = await seconds(load, { kind: 'push', port, count: bytes });
  });
  const sample = { pullMBps: bytes / 1e6 / pull, pushMBps: bytes / 1e6 / push, mainLag };
  const figures = `pull ${sample.pullMBps.toFixed(0)} MB/s, push ${sample.pushMBps.toFixed(0)} MB/s`;
  console.log(`${name.padEnd(24)} ${figures}, main late ${mainLag.maxMs.toFixed(1)} ms`);
  return sample;
}

function bulkSpeed(samples: readonly BulkSpeed[]): BulkSpeed {
  const worst = (pick: (lag: Lag) => number) => Math.max(...samples.map(({ mainLag }) => pick(mainLag)));
  return {
    pullMBps: median(samples.map((sample) => sample.pullMBps)),
    pushMBps: median(samples.map((sample) => sample.pushMBps)),
    mainLag: { p99Ms: worst((lag) => lag.p99Ms), maxMs: worst((lag) => lag.maxMs) },
  };
}

/** One turn: round trips in milliseconds, all else a second. */
interface SmallSample {
  readonly roundTrips: readonly number[];
  readonly connections: number;
  readonly hasty: number;
  readonly parallel: number;
  readonly greetings: number;
}

async function measureSmall(
  { name, port, greeterPort }: Contestant,
  load: Load,
  amounts: Amounts,
): Promise<SmallSample> {
  const share = (amount: number) => Math.ceil(amount / amounts.turns);
  const rate = async (job: Job) => job.count / (await seconds(load, job));
  const connections = share(amounts.connections);
  const roundTrips = await load.measure({ kind: 'roundTrips', port, count: share(amounts.roundTrips) });
  const sample = {
    roundTrips,
    connections: await rate({ kind: 'connections', port, count: connections }),
    hasty: await rate({ kind: 'hastyConnections', port, count: connections }),
    parallel: await rate({ kind: 'connections', port, count: connections * 2, parallel: PARALLEL }),
    greetings: await rate({ kind: 'greetings', port: greeterPort, count: share(amounts.greetings) }),
  };
  const { connections: one, hasty, parallel, greetings } = sample;
  const rates = [one, hasty, parallel, greetings].map((each) => each.toFixed(0)).join(' / ');
  console.log(
    `${name.padEnd(24)} round trip ${(percentile(roundTrips, 0.5) * 1000).toFixed(0)} us, connections ${rates} a second`,
  );
  return sample;
}

function smallSpeed(samples: readonly SmallSample[]): SmallSpeed {
  const trips = samples.flatMap(({ roundTrips }) => roundTrips);
  return {
    roundTripP50Us: percentile(trips, 0.5) * 1000,
    roundTripP99Us: percentile(trips, 0.99) * 1000,
    connectionsPerSecond: median(samples.map(({ connections }) => connections)),
    hastyConnectionsPerSecond: median(samples.map(({ hasty }) => hasty)),
    parallelConnectionsPerSecond: median(samples.map(({ parallel }) => parallel)),
    greetingsPerSecond: median(samples.map(({ greetings }) => greetings)),
  };
}

async function seconds(load: Load, job: Job): Promise<number> {
  const [milliseconds = Number.NaN] = await load.measure(job);
  return milliseconds / 1000;
}
