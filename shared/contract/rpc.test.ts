import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { succeed } from '../result.ts';
import { command, type Handlers, nothing } from './command.ts';
import { createPeer, type MessageChannelEnd } from './rpc.ts';

const commands = { 'text.shout': command(z.object({ text: z.string() }), z.string()) } as const;
const requests = { 'clock.read': command(nothing, z.number()) } as const;
const events = { 'text.said': z.object({ text: z.string() }) } as const;

const shout: Handlers<typeof commands> = { 'text.shout': async ({ text }) => succeed(text.toUpperCase()) };
const readClock: Handlers<typeof requests> = { 'clock.read': async () => succeed(12) };

/** Two ends of a channel that clones what it carries and delivers it later, as a MessagePort does. */
function makeChannel(): {
  readonly near: MessageChannelEnd;
  readonly far: MessageChannelEnd;
  readonly sent: unknown[];
} {
  const sent: unknown[] = [];
  const listeners: Record<'near' | 'far', ((message: unknown) => void)[]> = { near: [], far: [] };
  const end = (own: 'near' | 'far', other: 'near' | 'far'): MessageChannelEnd => ({
    post(message) {
      const copy: unknown = structuredClone(message);
      sent.push(copy);
      queueMicrotask(() => {
        for (const listener of listeners[other]) listener(copy);
      });
    },
    onMessage: (listener) => void listeners[own].push(listener),
  });
  return { near: end('near', 'far'), far: end('far', 'near'), sent };
}

/** Lets everything that is on its way arrive. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

interface Parts {
  readonly handlers?: Handlers<typeof commands>;
  readonly onEvent?: (name: string, payload: unknown) => void;
}

function makePair({ handlers = shout, onEvent = () => {} }: Parts = {}) {
  const channel = makeChannel();
  const bugs: [string, unknown][] = [];
  const onBug = (what: string, error: unknown) => bugs.push([what, error]);
  const main = createPeer<typeof commands, Record<never, never>, typeof requests, typeof events>({
    channel: channel.near,
    incoming: requests,
    handlers: readClock,
    received: events,
    onEvent,
    onBug,
  });
  const engine = createPeer<typeof requests, typeof events, typeof commands, Record<never, never>>({
    channel: channel.far,
    incoming: commands,
    handlers,
    received: {},
    onEvent: () => {},
    onBug,
  });
  return { main, engine, bugs, channel };
}

describe('a conversation between two peers', () => {
  it('carries commands both ways', async () => {
    const { main, engine, bugs } = makePair();
    expect(await main.call('text.shout', { text: 'hello' })).toEqual({ ok: true, value: 'HELLO' });
    expect(await engine.call('clock.read', null)).toEqual({ ok: true, value: 12 });
    expect(bugs).toEqual([]);
  });

  it('gives each call its own answer, in whatever order they come', async () => {
    const releases: (() => void)[] = [];
    const handlers: Handlers<typeof commands> = {
      'text.shout': ({ text }) => new Promise((resolve) => releases.push(() => resolve(succeed(text)))),
    };
    const { main } = makePair({ handlers });
    const calls = ['a', 'b', 'c'].map((text) => main.call('text.shout', { text }));
    await settled();
    for (const release of releases.reverse()) release();
    expect(await Promise.all(calls)).toEqual(['a', 'b', 'c'].map((value) => ({ ok: true, value })));
  });

  it('carries events, in order', async () => {
    const heard: unknown[] = [];
    const { engine } = makePair({ onEvent: (name, payload) => heard.push([name, payload]) });
    engine.emit('text.said', { text: '1' });
    engine.emit('text.said', { text: '2' });
    await settled();
    expect(heard).toEqual([
      ['text.said', { text: '1' }],
      ['text.said', { text: '2' }],
    ]);
  });

  it('refuses a command with bad input, and says so', async () => {
    const { main } = makePair();
    const result = await main.call('text.shout', { text: 1 } as unknown as { text: string });
    expect(result).toMatchObject({ ok: false, error: { code: 'invalid' } });
  });

  it('reports a handler that throws and answers all the same', async () => {
    const handlers: Handlers<typeof commands> = { 'text.shout': () => Promise.reject(new Error('oh')) };
    const { main, bugs } = makePair({ handlers });
    expect(await main.call('text.shout', { text: 'x' })).toMatchObject({
      ok: false,
      error: { code: 'internal' },
    });
    expect(bugs).toEqual([['text.shout', expect.objectContaining({ message: 'oh' })]]);
  });

  it('answers a call whose result cannot be sent', async () => {
    const unclonable = (() => {}) as unknown as string;
    const { main, bugs } = makePair({ handlers: { 'text.shout': async () => succeed(unclonable) } });
    expect(await main.call('text.shout', { text: 'x' })).toMatchObject({
      ok: false,
      error: { code: 'internal' },
    });
    expect(bugs).toHaveLength(1);
  });

  it('fails a call whose input cannot be sent', async () => {
    const { main, bugs } = makePair();
    const input = { text: (() => {}) as unknown as string };
    expect(await main.call('text.shout', input)).toMatchObject({ ok: false, error: { code: 'internal' } });
    expect(bugs).toHaveLength(1);
  });

  it('reports an event that does not fit, and an unknown one, and passes neither on', async () => {
    const heard: unknown[] = [];
    const { engine, bugs, channel } = makePair({ onEvent: (name) => heard.push(name) });
    engine.emit('text.said', { text: 1 } as unknown as { text: string });
    channel.far.post({ kind: 'event', name: 'toString', payload: {} });
    channel.far.post({ kind: 'event', name: '__proto__', payload: {} });
    await settled();
    expect(heard).toEqual([]);
    expect(bugs.map(([what]) => what)).toEqual(['text.said', 'toString', '__proto__']);
  });

  it('survives a listener that throws', async () => {
    const { engine, bugs, main } = makePair({
      onEvent: () => {
        throw new Error('oh');
      },
    });
    engine.emit('text.said', { text: 'x' });
    await settled();
    expect(bugs).toEqual([['text.said', expect.objectContaining({ message: 'oh' })]]);
    expect((await main.call('text.shout', { text: 'x' })).ok).toBe(true);
  });

  it('takes no answer twice, and none that nobody waits for', async () => {
    const { main, bugs, channel } = makePair();
    for (const id of [0, 1, 99])
      channel.far.post({ kind: 'reply', id, result: { ok: true, value: 'forged' } });
    await settled();
    expect(await main.call('text.shout', { text: 'x' })).toEqual({ ok: true, value: 'X' });
    expect(bugs).toEqual([]);
  });
});

describe('a peer whose other side is gone', () => {
  it('settles every call that waits, and every later one', async () => {
    const { main } = makePair({ handlers: { 'text.shout': () => new Promise(() => {}) } });
    const waiting = [main.call('text.shout', { text: 'a' }), main.call('text.shout', { text: 'b' })];
    await settled();
    main.disconnect();
    main.disconnect();
    for (const result of await Promise.all([...waiting, main.call('text.shout', { text: 'c' })])) {
      expect(result).toMatchObject({ ok: false, error: { code: 'unavailable' } });
    }
  });

  it('sends nothing more', async () => {
    const { main, engine, channel } = makePair();
    main.disconnect();
    engine.disconnect();
    engine.emit('text.said', { text: 'x' });
    await main.call('text.shout', { text: 'x' });
    await settled();
    expect(channel.sent).toEqual([]);
  });

  it('hears nothing more', async () => {
    const heard: unknown[] = [];
    const { main, engine } = makePair({ onEvent: (name) => heard.push(name) });
    main.disconnect();
    engine.emit('text.said', { text: 'x' });
    await settled();
    expect(heard).toEqual([]);
  });

  it('does not answer a call that it was still carrying out', async () => {
    let finish = () => {};
    const handlers: Handlers<typeof commands> = {
      'text.shout': () =>
        new Promise((resolve) => {
          finish = () => resolve(succeed('late'));
        }),
    };
    const { main, engine, channel } = makePair({ handlers });
    void main.call('text.shout', { text: 'x' });
    await settled();
    engine.disconnect();
    finish();
    await settled();
    expect(channel.sent).toHaveLength(1);
  });
});

describe('a malformed message', () => {
  it.each([
    null,
    undefined,
    0,
    '',
    'call',
    [],
    {},
    { kind: 'call' },
    { kind: 'reply', id: 1 },
    { kind: 'reply', id: 1, result: null },
    { kind: 'reply', id: 1, result: { ok: 'yes' } },
    { kind: 'event' },
    { kind: 'toString' },
  ])('is reported and dropped: %j', async (message) => {
    const { channel, bugs, main } = makePair();
    const call = main.call('text.shout', { text: 'x' });
    channel.far.post(message);
    expect(await call).toEqual({ ok: true, value: 'X' });
    await settled();
    expect(bugs).toHaveLength(1);
  });

  it('never throws and never gives a caller anything but a result', async () => {
    const anything = fc.oneof(
      fc.anything(),
      fc.record(
        {
          kind: fc.constantFrom('call', 'reply', 'event', 'other'),
          id: fc.oneof(fc.constantFrom(1, 2), fc.anything()),
          name: fc.oneof(
            fc.constantFrom('text.shout', 'text.said', 'clock.read', '__proto__'),
            fc.anything(),
          ),
          input: fc.anything(),
          payload: fc.anything(),
          result: fc.oneof(
            fc.anything(),
            fc.record({ ok: fc.anything(), value: fc.anything(), error: fc.anything() }),
          ),
        },
        { requiredKeys: ['kind'] },
      ),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(anything, { maxLength: 5 }), async (messages) => {
        const listeners: ((message: unknown) => void)[] = [];
        const main = createPeer<typeof commands, Record<never, never>, typeof requests, typeof events>({
          channel: { post: () => {}, onMessage: (listener) => void listeners.push(listener) },
          incoming: requests,
          handlers: readClock,
          received: events,
          onEvent: (_name, payload) => expect(events['text.said'].safeParse(payload).success).toBe(true),
          onBug: () => {},
        });
        const call = main.call('text.shout', { text: 'x' });
        for (const message of messages) for (const listener of listeners) listener(message);
        main.disconnect();
        const result = await call;
        expect(typeof result.ok).toBe('boolean');
        if (!result.ok) expect(typeof result.error.message).toBe('string');
      }),
      { numRuns: 500 },
    );
  });
});
