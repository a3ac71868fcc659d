import { afterEach, describe, expect, it, vi } from 'vitest';
import type { ServerLook } from '#shared/server-look.ts';
import { runCommand } from './run-command.ts';
import { ServerLooks } from './server-looks.ts';
import { type FakeChannel, FakeSession, readyLineOf } from './testing/fake-session.ts';

function watch(session: FakeSession | null, isWanted = () => true) {
  const told: ServerLook[] = [];
  const looks = new ServerLooks({ now: () => Date.now(), isWanted, onLook: (look) => told.push(look) });
  looks.use(session?.source ?? null);
  return { looks, told };
}

/** Waits until the last command is open and read from. */
function untilRead({ channels }: FakeSession): Promise<FakeChannel> {
  return vi.waitFor(() => {
    const channel = channels.at(-1);
    if (!channel || channel.sent.length > 0 || channel.listenerCount('data') === 0)
      throw new Error('Nobody reads it yet.');
    return channel;
  });
}

/** Answers the look that is under way as a server without any tool does. */
async function answer(session: FakeSession, text?: string): Promise<void> {
  const channel = await untilRead(session);
  if (text !== undefined) {
    channel.say(text);
    channel.emit('close');
    return;
  }
  channel.say(readyLineOf(session));
  const nonce = /culvert-part (\w+)/.exec(channel.sent[0] ?? '')?.[1];
  const part = (name: string) => `culvert-part-${nonce} ${name}\n`;
  channel.say(
    `${part('account')}1000\nandre\n${part('ss-listening')}LISTEN 0 1 0.0.0.0:22 0.0.0.0:*\n${part('end')}`,
  );
  channel.emit('close');
}

afterEach(() => {
  vi.useRealTimers();
});

describe('the looks of a tunnel', () => {
  it('are one at a time, and a fresh one answers twice', async () => {
    const session = new FakeSession();
    const { looks, told } = watch(session);
    const asked = [looks.look(), looks.look()];
    await answer(session);
    const [first, second] = await Promise.all(asked);
    expect(first).toMatchObject({ status: 'seen', account: { user: 'andre' } });
    expect(second).toBe(first);
    expect(await looks.look()).toBe(first);
    expect(session.commands).toHaveLength(1);
    expect(told).toEqual([first]);
  });

  it('run nothing while none is wanted, and say so', async () => {
    const session = new FakeSession();
    const { looks, told } = watch(session, () => false);
    expect(await looks.look()).toMatchObject({ status: 'notWanted' });
    looks.askSoon();
    await vi.waitFor(() => expect(told).toMatchObject([{ status: 'notWanted' }]));
    expect(session.commands).toEqual([]);
  });

  it('tell nothing of what was seen when none is wanted any more, and look anew when one is again', async () => {
    let isWanted = true;
    const session = new FakeSession();
    const { looks, told } = watch(session, () => isWanted);
    const asked = looks.look();
    await untilRead(session);
    isWanted = false;
    await answer(session);
    expect(await asked).toMatchObject({ status: 'notWanted' });
    expect(told).toEqual([]);
    isWanted = true;
    const again = looks.look();
    await vi.waitFor(() => expect(session.commands).toHaveLength(2));
    await answer(session);
    expect(await again).toMatchObject({ status: 'seen' });
  });

  it('ask a server that answers otherwise once and not again, until a person starts the tunnel', async () => {
    const session = new FakeSession();
    const { looks } = watch(session);
    const asked = looks.look();
    await answer(session, 'Go away.\n');
    expect(await asked).toMatchObject({ status: 'noCommands', reason: 'otherAnswer', said: 'Go away.' });
    const next = new FakeSession();
    looks.use(next.source);
    expect(await looks.look()).toMatchObject({ status: 'noCommands' });
    expect(next.commands).toHaveLength(0);
    looks.forget();
    void looks.look();
    expect(next.commands).toHaveLength(1);
    next.lose();
  });

  it('call a refusal after a good look busy, as all sessions may be in use (MaxSessions)', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const session = new FakeSession();
    const { looks } = watch(session);
    const asked = looks.look();
    await answer(session);
    await asked;
    vi.setSystemTime(Date.now() + 5_000);
    session.isRefusing = true;
    expect(await looks.look()).toMatchObject({ status: 'failed', reason: 'busy' });
    const next = new FakeSession();
    next.isRefusing = true;
    looks.use(next.source);
    expect(await looks.look(), 'on the next session, too').toMatchObject({ reason: 'busy' });
    looks.use(session.source);
    session.isRefusing = false;
    const again = looks.look();
    await answer(session);
    expect(await again).toMatchObject({ status: 'seen' });
  });

  it('end with the session, and there is none without one', async () => {
    const session = new FakeSession();
    const { looks, told } = watch(session);
    const asked = looks.look();
    await untilRead(session);
    looks.use(null);
    session.lose();
    expect(await asked).toMatchObject({ status: 'failed', reason: 'sessionLost' });
    expect(told).toEqual([]);
    expect(await looks.look()).toBeNull();
  });

  it('are made by themselves when something listens, and once more when that failed', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'] });
    const session = new FakeSession();
    const { looks, told } = watch(session);
    looks.askSoon();
    looks.askSoon();
    await vi.advanceTimersByTimeAsync(60);
    expect(session.commands).toHaveLength(1);
    session.channels[0]?.say(readyLineOf(session));
    await vi.advanceTimersByTimeAsync(10_000);
    expect(told).toMatchObject([{ status: 'failed', reason: 'timedOut' }]);
    await vi.advanceTimersByTimeAsync(50_000);
    expect(session.commands).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(session.commands).toHaveLength(2);
    await vi.advanceTimersByTimeAsync(120_000);
    expect(session.commands).toHaveLength(2);
    session.lose();
  });

  it('wait a minute after one that was not answered in time, on the same session', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'] });
    const session = new FakeSession();
    const { looks } = watch(session);
    const asked = looks.look();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(await asked, 'not a byte: it may be slow').toMatchObject({ status: 'failed', reason: 'silent' });
    await vi.advanceTimersByTimeAsync(55_000);
    expect(await looks.look()).toBe(await asked);
    looks.askSoon();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(session.commands).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(session.commands).toHaveLength(2);
    const next = new FakeSession();
    looks.use(next.source);
    const again = looks.look();
    await vi.advanceTimersByTimeAsync(0);
    next.channels[0]?.say('Go away.');
    await vi.advanceTimersByTimeAsync(10_000);
    expect(await again).toMatchObject({ status: 'noCommands', reason: 'otherAnswer', said: 'Go away.' });
    for (const each of [session, next]) each.lose();
  });

  it('ask a server that never says a word twice, on whatever session, and then only for a person', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'] });
    const sessions = [new FakeSession(), new FakeSession(), new FakeSession()] as const;
    const commands = () => sessions.flatMap((session) => session.commands).length;
    const { looks } = watch(sessions[0]);
    looks.askSoon();
    await vi.advanceTimersByTimeAsync(11_000);
    looks.use(sessions[1].source);
    looks.askSoon();
    await vi.advanceTimersByTimeAsync(11_000);
    expect(commands()).toBe(2);
    expect(sessions[0].channels[0]).toMatchObject({ signals: ['KILL'], isClosed: true });
    expect(await looks.look()).toMatchObject({ status: 'noCommands', reason: 'silent' });
    looks.use(sessions[2].source);
    looks.askSoon();
    await vi.advanceTimersByTimeAsync(300_000);
    expect(await looks.look()).toMatchObject({ status: 'noCommands', reason: 'silent' });
    expect(commands()).toBe(2);
    const asked = looks.look(true);
    await vi.advanceTimersByTimeAsync(0);
    expect(commands()).toBe(3);
    await answer(sessions[2]);
    expect(await asked).toMatchObject({ status: 'seen' });
    for (const session of sessions) session.lose();
  });

  it('take a server that has answered before and is silent now for slow', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'] });
    const session = new FakeSession();
    const { looks } = watch(session);
    const asked = looks.look();
    await vi.advanceTimersByTimeAsync(0);
    await answer(session);
    await asked;
    for (const _time of [1, 2, 3]) {
      await vi.advanceTimersByTimeAsync(61_000);
      const silent = looks.look();
      await vi.advanceTimersByTimeAsync(11_000);
      expect(await silent).toMatchObject({ status: 'failed', reason: 'silent' });
    }
    session.lose();
  });

  it('call a refusal busy while a command of ours runs on that session', async () => {
    const session = new FakeSession();
    const ran = runCommand(session.source, 'x');
    await vi.waitFor(() => expect(session.channels[0]?.listenerCount('data')).toBe(1));
    session.isRefusing = true;
    const { looks } = watch(session);
    expect(await looks.look()).toMatchObject({ status: 'failed', reason: 'busy' });
    session.channels[0]?.emit('close');
    await ran;
  });
});

describe('a command whose standard input waits for a line', () => {
  it('is fed nothing when something else runs in its place', async () => {
    const session = new FakeSession();
    const ran = runCommand(session.source, 'echo ready; exec sh', {
      stdin: 'secret plan',
      stdinAfterLine: 'ready',
      timeoutMs: 50,
    });
    await untilRead(session);
    session.channels[0]?.say('echo ready; exec sh\nnot ready\n');
    expect(await ran).toMatchObject({ ok: false, error: { reason: 'neverReady', said: expect.any(String) } });
    session.channels[0]?.say('ready\n');
    expect(session.channels[0]).toMatchObject({ sent: [], isClosed: true });
  });

  it('is fed once, when the line is whole', async () => {
    const session = new FakeSession();
    const ran = runCommand(session.source, 'x', { stdin: 'plan', stdinAfterLine: 'ready', timeoutMs: 5_000 });
    const channel = await untilRead(session);
    for (const text of ['hello\nre', 'ady', '\r\nmore\n', 'ready\n']) channel.say(text);
    expect(channel.sent).toEqual(['plan']);
    channel.emit('exit', 0);
    channel.emit('close');
    expect(await ran).toMatchObject({ ok: true, value: { exitCode: 0 } });
  });
});
