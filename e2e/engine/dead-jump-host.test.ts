import { describe, expect, it } from 'vitest';
import type { Profile } from '#shared/profile.ts';
import { engineSuite } from '../support/engine-suite.ts';
import type { EngineUnderTest } from '../support/engine-under-test.ts';
import { eventually } from '../support/eventually.ts';
import { startFullListener } from '../support/full-listener.ts';
import { type BehindLine, entranceOf, profileThrough, startBehindLines } from '../support/jump-way.ts';
import { startBannerServer, startSink } from '../support/targets.ts';
import { closeSocket, dialTcp, expectGreeting } from '../support/tcp-client.ts';

const suite = engineSuite();

/** Those who are pinged seldom fall silent long after those who are pinged often, whoever of them died. */
const TIMINGS = { keepalive: { intervalMs: 700, countMax: 1 }, signOfLifeMs: 1_000, connectMs: 2_500 };
const seldom = ({ server }: BehindLine) => ({ ...server, connection: { aliveInterval: 60 } });
const often = ({ server }: BehindLine) => server;

/** Far less than the patience with those who are pinged seldom (90 s), and enough for a busy machine. */
const SOON_MS = 15_000;

async function open(engine: EngineUnderTest, ...profiles: readonly Profile[]): Promise<void> {
  for (const profile of profiles) await engine.start(profile);
  for (const profile of profiles) {
    await engine.until(profile, 'open');
    await engine.untilForward(profile, 0, 'listening');
  }
}

type Pinged = typeof seldom | typeof often;

/** A tunnel by way of these, the last of them its server, each pinged as it says. */
async function tunnelThrough(...stations: readonly (readonly [BehindLine, Pinged])[]): Promise<Profile> {
  return profileThrough(
    stations.map(([station, pinged]) => pinged(station)),
    suite.use(await startBannerServer()),
  );
}

/** A gate that is pinged seldom, and two tunnels through it to servers of their own. */
async function twoThroughGate(pinged: readonly [Pinged, Pinged]) {
  const [gate, left, right] = await startBehindLines(suite, 3);
  const a = await tunnelThrough([gate, seldom], [left, pinged[0]]);
  const b = await tunnelThrough([gate, seldom], [right, pinged[1]]);
  return { engine: suite.engine(TIMINGS), gate, left, a, b };
}

/** Waits until the tunnel has come back from the death of this hop, and was told of nothing else. */
async function expectRedug(engine: EngineUnderTest, profile: Profile, { line }: BehindLine): Promise<void> {
  await engine.until(profile, 'waiting', SOON_MS);
  await engine.until(profile, 'open', SOON_MS);
  expect(causes(engine, profile)).toEqual([`serverSilent ${line.port}`]);
}

/** Every different end that the tunnel has told so far, such as `serverSilent 2201`. */
function causes(engine: EngineUnderTest, { id }: Profile): readonly string[] {
  const told = (engine.history.get(id) ?? []).flatMap(({ state, lastError }) => [
    ...(state.status === 'waiting' || state.status === 'failed' ? [state.error] : []),
    ...(lastError ? [lastError.error] : []),
  ]);
  return [...new Set(told.map((error) => `${error.code} ${'port' in error ? error.port : ''}`))];
}

describe('a jump host whose connection died without a word', () => {
  it('is the one cause when the server behind it falls silent, and is dialled anew', async () => {
    const [gate, inner] = await startBehindLines(suite, 2);
    const profile = await tunnelThrough([gate, seldom], [inner, often]);
    const engine = suite.engine(TIMINGS);
    await open(engine, profile);
    gate.line.strand();
    await expectRedug(engine, profile, gate);
    expect(gate.line.accepted()).toBe(2);
    await expectGreeting(entranceOf(profile));
  });

  it('is found out about by the first of two tunnels, and dialled once for both', async () => {
    const { engine, gate, a, b } = await twoThroughGate([often, seldom]);
    await open(engine, a, b);
    gate.line.strand();
    for (const profile of [a, b]) await engine.until(profile, 'waiting', SOON_MS);
    for (const profile of [a, b]) await engine.until(profile, 'open', SOON_MS);
    for (const profile of [a, b]) {
      expect(causes(engine, profile)).toEqual([`serverSilent ${gate.line.port}`]);
    }
    expect(gate.line.accepted()).toBe(2);
  });

  it('is found out about by Start, before the way through it has run out of time', async () => {
    const { engine, gate, a, b } = await twoThroughGate([seldom, seldom]);
    await open(engine, a);
    gate.line.strand();
    await engine.start(b);
    await engine.until(b, 'open', SOON_MS);
    expect(causes(engine, b)).toEqual([`serverSilent ${gate.line.port}`]);
    await engine.until(a, 'open', SOON_MS);
    expect(gate.line.accepted()).toBe(2);
  });

  it('is the one cause after a wake, though the server behind it is given no more time', async () => {
    const [gate, inner] = await startBehindLines(suite, 2);
    const profile = await tunnelThrough([gate, often], [inner, often]);
    const engine = suite.engine(TIMINGS);
    await open(engine, profile);
    gate.line.strand();
    await engine.engine.handlers['engine.wake'](null);
    await engine.until(profile, 'waiting');
    await engine.until(profile, 'open');
    expect(causes(engine, profile)).toEqual([`serverSilent ${gate.line.port}`]);
  });

  it('is told from the one before it, which lives and is kept', async () => {
    const [outer, gate, inner] = await startBehindLines(suite, 3);
    const profile = await tunnelThrough([outer, seldom], [gate, seldom], [inner, often]);
    const engine = suite.engine(TIMINGS);
    await open(engine, profile);
    gate.line.strand();
    await expectRedug(engine, profile, gate);
    expect([outer.line.accepted(), gate.line.accepted()]).toEqual([1, 2]);
  });
});

describe('a server that died behind a jump host which lives', () => {
  it('is the one cause, and costs nobody else the jump host', async () => {
    const { engine, gate, left: dead, a, b } = await twoThroughGate([often, often]);
    await open(engine, a, b);
    dead.line.stall();
    await engine.until(a, 'waiting');
    // The next attempt gets a connection to it on which nothing comes.
    await engine.untilState(a, (state) => state.status === 'connecting' && state.phase === 'kex');
    expect(causes(engine, a)).toEqual([`serverSilent ${dead.line.port}`]);
    dead.line.resume();
    await engine.until(a, 'open');
    expect(causes(engine, b)).toEqual([]);
    await expectGreeting(entranceOf(b));
    expect(gate.line.accepted()).toBe(1);
  });

  it('is the one cause when the jump host gets no connection to it', async () => {
    const [gate, well] = await startBehindLines(suite, 2);
    const dead = suite.use(await startFullListener());
    const target = suite.use(await startBannerServer());
    const a = await profileThrough([seldom(gate), { ...well.server, ...dead }], target);
    const b = await profileThrough([seldom(gate), often(well)], target);
    const engine = suite.engine(TIMINGS);
    await open(engine, b);
    await engine.start(a);
    await engine.until(a, 'waiting');
    expect(causes(engine, a)).toEqual([`connectTimedOut ${dead.port}`]);
    expect(causes(engine, b)).toEqual([]);
    expect(gate.line.accepted()).toBe(1);
  });
});

describe('a jump host that lives on a saturated line', () => {
  it('is kept though its answers are late, and the tunnels over it too', async () => {
    const [gate, left, right] = await startBehindLines(suite, 3);
    const sink = suite.use(await startSink());
    const a = await profileThrough([seldom(gate), seldom(left)], sink);
    const b = await profileThrough([seldom(gate), often(right)], sink);
    const engine = suite.engine(TIMINGS);
    await open(engine, a);
    gate.line.setBandwidth(200_000);
    const client = await dialTcp(entranceOf(a));
    suite.use({ close: () => closeSocket(client) });
    client.write(Buffer.alloc(8_000_000));
    await eventually(() => expect(sink.bytesSoFar()).toBeGreaterThan(200_000));
    await engine.start(b);
    // The question to the jump host waits behind megabytes.
    await engine.until(b, 'waiting');
    expect(causes(engine, b)).toEqual([`connectTimedOut ${right.line.port}`]);
    expect(causes(engine, a)).toEqual([]);
    expect(gate.line.accepted()).toBe(1);
  });
});
