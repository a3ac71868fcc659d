import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { succeed } from '#shared/result.ts';
import type { HopState } from '#shared/second-hop.ts';
import { FakeSession, readyLineOf } from '../testing/fake-session.ts';
import { SecondHop } from './second-hop.ts';

const server = { host: 'core.example.net', port: 22, user: 'andre' };
const target = { host: '127.0.0.1', port: 42000 };
const agreedFor = 'andre@core.example.net:22, *:42000 to files:548';
const rule = { port: 43000, tool: 'socat', agreedFor } as const;
const TAKEN = '2026/01/01 socat[7] E bind: Address already in use\n';
const LISTENING = '2026/01/01 socat[7] N listening on AF=10\n';

const hops: SecondHop[] = [];
beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(async () => {
  for (const hop of hops.splice(0)) await hop.close();
  vi.useRealTimers();
});

/** A hop, and what it said of itself at every change. */
function dig(session: FakeSession) {
  const told: (HopState | undefined)[] = [];
  const hop = new SecondHop({
    now: () => Date.now(),
    retryMs: 5_000,
    server: () => server,
    oursAt: () => null,
    onChange: () => told.push(hop.state),
  });
  hops.push(hop);
  move(hop, session);
  return { hop, told };
}

const move = (hop: SecondHop, session: FakeSession | null) =>
  hop.update(
    rule,
    session && {
      source: session.source,
      targets: [target],
      isLookedFor: true,
      agreedFor,
      findTarget: async () => succeed(target),
    },
  );

/** Answers the last hop's shell. */
async function answer(session: FakeSession, words: string): Promise<void> {
  await vi.advanceTimersByTimeAsync(0);
  session.channels.at(-1)?.say(readyLineOf(session));
  session.channels.at(-1)?.say(words);
  await vi.advanceTimersByTimeAsync(0);
}

describe('a second hop whose port is taken', () => {
  it('stays so while it is tried again, ever less often, and once it is free it is open', async () => {
    const session = new FakeSession();
    const { hop, told } = dig(session);
    for (const seconds of [5, 10, 20, 40, 60, 60]) {
      await answer(session, TAKEN);
      expect(hop.state).toMatchObject({
        status: 'failed',
        error: { reason: 'portInUse' },
        retryAt: Date.now() + seconds * 1000,
      });
      const tries = session.commands.length;
      await vi.advanceTimersByTimeAsync(seconds * 1000 - 1);
      expect(session.commands).toHaveLength(tries);
      await vi.advanceTimersByTimeAsync(1);
      expect(session.commands).toHaveLength(tries + 1);
    }
    expect(told.map((state) => state?.status)).toEqual([
      'digging',
      ...Array.from({ length: 6 }, () => 'failed'),
    ]);
    await answer(session, LISTENING);
    expect(hop.state).toMatchObject({ status: 'open' });
  });

  it('by itself, as the lost session’s has not ended yet, says nothing and tries every second', async () => {
    const session = new FakeSession();
    const { hop, told } = dig(session);
    await answer(session, LISTENING);
    session.lose();
    const next = new FakeSession();
    move(hop, null);
    move(hop, next);
    for (let second = 1; second <= 4; second += 1) {
      await answer(next, TAKEN);
      expect(hop.state).toEqual({ status: 'digging' });
      await vi.advanceTimersByTimeAsync(1_000);
      expect(next.commands).toHaveLength(second + 1);
    }
    await answer(next, LISTENING);
    expect(told.map((state) => state?.status)).toEqual(['digging', 'open', 'waiting', 'digging', 'open']);
  });

  it('for longer than a dying hop lives, says so', async () => {
    const session = new FakeSession();
    const { hop } = dig(session);
    await answer(session, LISTENING);
    session.lose();
    const next = new FakeSession();
    move(hop, next);
    for (let second = 0; second < 10; second += 1) {
      await answer(next, TAKEN);
      await vi.advanceTimersByTimeAsync(1_000);
    }
    await answer(next, TAKEN);
    expect(hop.state).toMatchObject({ status: 'failed', error: { reason: 'portInUse' } });
  });
});

describe('a second hop on a slow server', () => {
  it('is tried again when not a word was heard, but not when the words were others', async () => {
    const session = new FakeSession();
    const { hop } = dig(session);
    await vi.advanceTimersByTimeAsync(15_000);
    expect(hop.state).toMatchObject({ status: 'failed', error: { reason: 'ended' } });
    await vi.advanceTimersByTimeAsync(5_000);
    session.channels.at(-1)?.say('Welcome to the menu.\n');
    await vi.advanceTimersByTimeAsync(15_000);
    expect(hop.state).toMatchObject({ status: 'failed', error: { reason: 'noCommands' }, retryAt: null });
  });

  it('begins also behind words without an end of line', async () => {
    const session = new FakeSession();
    const { hop } = dig(session);
    await vi.advanceTimersByTimeAsync(0);
    session.channels[0]?.say('\u001b]0;title\u0007');
    await answer(session, LISTENING);
    expect(hop.state).toMatchObject({ status: 'open' });
  });
});

describe('a second hop that the server refuses', () => {
  it('is busy where another command of ours runs, and is dug when that is over', async () => {
    const session = new FakeSession();
    dig(session);
    await answer(session, LISTENING);
    session.isRefusing = true;
    const { hop } = dig(session);
    await vi.advanceTimersByTimeAsync(0);
    expect(hop.state).toMatchObject({
      status: 'failed',
      error: { reason: 'busy' },
      retryAt: expect.any(Number),
    });
    session.isRefusing = false;
    await vi.advanceTimersByTimeAsync(5_000);
    await answer(session, LISTENING);
    expect(hop.state).toMatchObject({ status: 'open' });
  });

  it('is not tried again where none was ever allowed', async () => {
    const session = new FakeSession();
    session.isRefusing = true;
    const { hop } = dig(session);
    await vi.advanceTimersByTimeAsync(120_000);
    expect(hop.state).toMatchObject({ status: 'failed', error: { reason: 'noCommands' }, retryAt: null });
    expect(session.commands).toHaveLength(1);
  });
});

describe('a second hop that is open', () => {
  it('is not believed in when nothing is heard of it for longer than it waits for us, and is again when it speaks', async () => {
    const session = new FakeSession();
    const { hop } = dig(session);
    await answer(session, LISTENING);
    const [channel] = session.channels;
    for (let second = 0; second < 10; second += 1) {
      channel?.say('culvert-hop lives\n');
      await vi.advanceTimersByTimeAsync(1_000);
      expect(hop.state).toMatchObject({ status: 'open' });
    }
    const heardAt = Date.now() - 1_000;
    const toTheSecond = [heardAt, heardAt + 1_000];
    await vi.advanceTimersByTimeAsync(3_500);
    expect(hop.state).toMatchObject({ status: 'open' });
    await vi.advanceTimersByTimeAsync(2_500);
    expect(hop.state).toMatchObject({ status: 'unheard', bound: { host: '*', port: 43000 } });
    expect(toTheSecond).toContain(hop.state?.status === 'unheard' && hop.state.lastHeardAt);
    channel?.say('culvert-hop lives\n');
    await vi.advanceTimersByTimeAsync(1_000);
    expect(hop.state).toMatchObject({ status: 'open' });
  });

  it('is full as long as its program says so, whose words may come in pieces', async () => {
    const session = new FakeSession();
    const { hop, told } = dig(session);
    await answer(session, LISTENING);
    const [channel] = session.channels;
    const says = async (words: string) => {
      channel?.say(words);
      await vi.advanceTimersByTimeAsync(1_000);
    };
    await says('2026/01/01 socat[7] N accepting connection\n2026/01/01 socat[7] N maxchildren are ac');
    expect(hop.state).not.toHaveProperty('fullWith');
    await says('tive, waiting\n');
    expect(hop.state).toMatchObject({ status: 'open', fullWith: 256 });
    await says(LISTENING);
    expect(hop.state).not.toHaveProperty('fullWith');
    await says('culvert-hop full 30\n');
    expect(hop.state).toMatchObject({ fullWith: 30 });
    const count = told.length;
    await says('culvert-hop full 99999\nculvert-hop lives\n');
    expect(told).toHaveLength(count);
    await says('culvert-hop free\n');
    expect(hop.state).not.toHaveProperty('fullWith');
  });
});
