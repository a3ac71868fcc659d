import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EntranceVerdict } from './entrance-sight.ts';
import { lightsOf } from './lights.ts';
import type { Prompt } from './prompt.ts';
import { ALL_TUNNEL_ERRORS } from './tunnel-error-samples.ts';
import type { ConnectPhase, ForwardState, TargetState, TunnelSnapshot, TunnelState } from './tunnel-state.ts';

const NOW = 10_000_000;
const error = { code: 'connectionLost', host: 'core', port: 22 } as const;
const prompt = { kind: 'password', id: '1', host: 'core', port: 22, user: 'andre', attempt: 1 } as const;
const hostKey: Prompt = {
  kind: 'unknownHostKey',
  id: '1',
  host: 'core',
  port: 22,
  keyType: 'ssh-ed25519',
  fingerprint: 'SHA256:x',
  randomart: '',
  otherKnownTypes: [],
  knownHostsFile: '/known_hosts',
};

const open: TunnelState = { status: 'open', attempt: 1, since: NOW - 60_000 };
const connecting = (phase: ConnectPhase): TunnelState => ({ status: 'connecting', attempt: 1, phase });
const waiting: TunnelState = { status: 'waiting', attempt: 1, retryAt: NOW, error };

const listening: ForwardState = {
  status: 'listening',
  bound: [{ host: '127.0.0.1', port: 42424 }],
  seen: {
    at: 0,
    endpoints: [{ host: '127.0.0.1', port: 42424 }],
    reach: { kind: 'thisComputer' },
    verdict: 'asAsked',
  },
};
const sight = (verdict: EntranceVerdict): ForwardState => ({
  status: 'listening',
  bound: [{ host: '*', port: 42424 }],
  seen: {
    at: NOW,
    endpoints: [{ host: '127.0.0.1', port: 42424 }],
    reach: { kind: verdict === 'loopbackOnly' ? 'thisComputer' : 'everyone' },
    verdict,
  },
});
const contested: ForwardState = {
  status: 'listening',
  bound: [{ host: '*', port: 42424 }],
  seen: {
    at: NOW,
    endpoints: [{ host: '::', port: 42424 }],
    reach: { kind: 'everyone' },
    verdict: 'asAsked',
    others: [{ address: '0.0.0.0', family: 'IPv4', program: null, user: 'root' }],
  },
};
const VERDICTS: readonly EntranceVerdict[] = ['asAsked', 'loopbackOnly', 'exposed'];
const unseen: ForwardState = {
  status: 'listening',
  bound: [{ host: 'localhost', port: 42424 }],
  seen: null,
  unseen: 'noCommands',
};
const unseenWide: ForwardState = {
  ...unseen,
  bound: [{ host: '0.0.0.0', port: 42424 }],
  unseen: 'notWanted',
};
const unlookedLoopback: ForwardState = { status: 'listening', bound: [{ host: 'localhost', port: 42424 }] };
const unlooked: ForwardState = { status: 'listening', bound: [{ host: '*', port: 42424 }] };
const off: ForwardState = { status: 'off' };
const opening: ForwardState = { status: 'opening' };
const endpoint = { host: 'localhost', port: 42424 };
const blocked: ForwardState = {
  status: 'retrying',
  retryAt: NOW,
  error: {
    code: 'portInUse',
    endpoint,
    holder: { kind: 'program', name: 'nginx', pid: 812, since: null, address: '127.0.0.1' },
  },
};
const reserved: ForwardState = {
  status: 'refused',
  error: { code: 'portReserved', endpoint, range: { first: 42400, last: 42499 } },
};
const refused: ForwardState = { status: 'refused', error: { code: 'portInUse', endpoint, holder: null } };
const retrying: ForwardState = {
  status: 'retrying',
  retryAt: NOW,
  error: { code: 'remoteForwardRefused', endpoint },
};

const unknown: TargetState = { status: 'unknown' };
const socks: TargetState = { status: 'notApplicable' };
const answered = (agoMs: number): TargetState => ({ status: 'answered', at: NOW - agoMs });
const probed = (summary: string, agoMs: number, hungUp = false): TargetState => ({
  status: 'answered',
  at: NOW - agoMs,
  probe: { summary, hungUp },
});
const targetError = { code: 'targetRefused', target: { host: 'imap', port: 143 }, detail: '' } as const;
const failed = (agoMs: number): TargetState => ({ status: 'failed', at: NOW - agoMs, error: targetError });

function lights(state: TunnelState, ...forwards: [ForwardState, TargetState?][]) {
  const snapshot: TunnelSnapshot = {
    id: 'x',
    state,
    forwards: forwards.map(([forward, target = unknown], index) => ({
      id: String(index),
      state: forward,
      target,
    })),
    lastError: null,
  };
  return lightsOf(snapshot, NOW);
}

describe('the SSH light', () => {
  it.each<[TunnelState, string, string]>([
    [{ status: 'stopped' }, 'off', 'not connected'],
    [connecting('dns'), 'busy', 'looking up the server'],
    [connecting('tcp'), 'busy', 'connecting'],
    [connecting('kex'), 'busy', 'exchanging keys'],
    [connecting('auth'), 'busy', 'logging in'],
    [connecting('turn'), 'busy', 'waits for the same password'],
    [{ status: 'needsUser', attempt: 1, prompt, sessionLives: true }, 'ask', 'waits for you'],
    [{ status: 'needsUser', attempt: 1, prompt: hostKey, sessionLives: false }, 'ask', 'unknown host key'],
    [open, 'ok', 'logged in'],
    [waiting, 'bad', 'not connected, tries again'],
    [{ status: 'stopping' }, 'busy', 'closing'],
    [{ status: 'failed', error }, 'bad', 'failed'],
  ])('in %j is %s: %s', (state, tone, words) => {
    expect(lights(state).ssh).toEqual({ tone, words });
  });
});

describe('the listener light', () => {
  it.each<[string, TunnelState, ForwardState[], string, string]>([
    ['is off while stopped', { status: 'stopped' }, [], 'off', 'not listening'],
    ['is off when failed', { status: 'failed', error }, [], 'off', 'not listening'],
    ['does not call a tunnel idle that is closing', { status: 'stopping' }, [], 'busy', 'closing'],
    ['says that nothing is switched on', open, [off], 'off', 'nothing to listen on'],
    ['is green when the one forward listens', open, [listening], 'ok', 'listening'],
    ['counts when all of several listen', open, [listening, listening, off], 'ok', '2 listening'],
    ['is busy while the one opens', open, [opening], 'busy', 'opening'],
    ['counts while some open', open, [listening, opening], 'busy', '1 of 2 listening'],
    ['names why the one was refused', open, [refused], 'bad', 'port 42424 taken'],
    ['names who has the port', open, [blocked], 'busy', 'port 42424 taken by nginx'],
    ['names a port that the system keeps', open, [reserved], 'bad', 'port 42424 reserved'],
    ['counts when one of several was refused', open, [listening, refused], 'bad', '1 of 2 listening'],
    [
      'shows the worst, and a refusal is worse than a retry',
      open,
      [retrying, refused],
      'bad',
      '0 of 2 listening',
    ],
    ['is busy over a retry', open, [retrying], 'busy', 'refused by the server'],
    ['does not promise service before the session', waiting, [listening], 'busy', 'port held, clients wait'],
    ['is green for an open entrance that was seen to be so', open, [sight('asAsked')], 'ok', 'listening'],
    [
      'warns of one whose port another program shares',
      open,
      [contested],
      'busy',
      'shared with another program',
    ],
    ['warns of one on loopback only', open, [sight('loopbackOnly')], 'busy', 'only on the server itself'],
    [
      'counts those on loopback only',
      open,
      [listening, sight('loopbackOnly')],
      'busy',
      '1 of 2 only on the server itself',
    ],
    ['is red for an exposure nobody agreed to', open, [sight('exposed')], 'bad', 'open to more than asked'],
    [
      'puts that exposure before a refusal',
      open,
      [sight('exposed'), refused],
      'bad',
      '1 of 2 open to more than asked',
    ],
    ['does not promise before it was looked', open, [unlooked], 'busy', 'listening, looking where'],
    ['promises nothing for loopback either', open, [unlookedLoopback], 'busy', 'listening, looking where'],
    ['says when nobody can tell', open, [unseen], 'ok', 'listening, reach unknown'],
    [
      'is not green where others should reach it',
      open,
      [unseenWide, unseen],
      'off',
      '2 listening, reach unknown',
    ],
    [
      'says nothing of sights without a session',
      waiting,
      [sight('exposed')],
      'busy',
      'port held, clients wait',
    ],
    ['shows a refusal while connecting', connecting('tcp'), [refused], 'bad', 'port 42424 taken'],
  ])('%s', (_claim, state, forwards, tone, words) => {
    expect(lights(state, ...forwards.map((forward): [ForwardState] => [forward])).listener).toEqual({
      tone,
      words,
    });
  });

  it.each(ALL_TUNNEL_ERRORS.map((each) => [each.code, each] as const))(
    'has words for a forward refused because of %s',
    (_code, each) => {
      const { tone, words } = lights(open, [{ status: 'refused', error: each }]).listener;
      expect(tone).toBe('bad');
      expect(words).toMatch(/\S.*[^.]$/);
      expect(words).not.toMatch(/undefined|\[object/);
    },
  );
});

describe('the target light', () => {
  it.each<[string, TunnelState, [ForwardState, TargetState][], string, string]>([
    ['is grey when nothing is known', open, [[listening, unknown]], 'off', 'unknown'],
    ['does not apply to SOCKS', open, [[listening, socks]], 'off', 'not applicable'],
    [
      'ignores SOCKS beside a real target',
      open,
      [
        [listening, socks],
        [listening, answered(0)],
      ],
      'ok',
      'answered just now',
    ],
    [
      'says what a probe heard, and how long ago',
      open,
      [[listening, probed('said * OK ready', 3000)]],
      'ok',
      'said * OK ready 3 s ago',
    ],
    [
      'is not green for a target that hung up on a probe',
      open,
      [[listening, probed('hung up at once', 3000, true)]],
      'busy',
      'hung up at once 3 s ago',
    ],
    [
      'is grey for a probe from before this session',
      open,
      [[listening, probed('said * OK ready', 61_000)]],
      'off',
      'said * OK ready 1 min ago',
    ],
    ['says how long ago', open, [[listening, answered(5000)]], 'ok', 'answered 5 s ago'],
    [
      'is red when the last connection failed',
      open,
      [[listening, failed(5000)]],
      'bad',
      'did not answer 5 s ago',
    ],
    [
      'lets a failure outweigh an answer',
      open,
      [
        [listening, answered(0)],
        [listening, failed(5000)],
      ],
      'bad',
      'did not answer 5 s ago',
    ],
    [
      'tells the latest of several failures',
      open,
      [
        [listening, failed(9000)],
        [listening, failed(3000)],
      ],
      'bad',
      'did not answer 3 s ago',
    ],
    [
      'is grey for an answer from before this session',
      open,
      [[listening, answered(61_000)]],
      'off',
      'answered 1 min ago',
    ],
    [
      'is grey for a failure from before this session',
      open,
      [[listening, failed(61_000)]],
      'off',
      'did not answer 1 min ago',
    ],
    [
      'is grey for a failure while there is no session',
      waiting,
      [[listening, failed(5000)]],
      'off',
      'did not answer 5 s ago',
    ],
    ['is grey while there is no session', waiting, [[listening, answered(5000)]], 'off', 'answered 5 s ago'],
    ['does not count a forward that is switched off', open, [[off, answered(0)]], 'off', 'unknown'],
    ['is grey when stopped', { status: 'stopped' }, [], 'off', 'unknown'],
  ])('%s', (_claim, state, forwards, tone, words) => {
    expect(lights(state, ...forwards).target).toEqual({ tone, words });
  });
});

describe('no light lies', () => {
  const anyState = fc.constantFrom<TunnelState>(
    { status: 'stopped' },
    connecting('dns'),
    connecting('auth'),
    { status: 'needsUser', attempt: 1, prompt, sessionLives: true },
    open,
    { status: 'open', attempt: 1, since: NOW },
    waiting,
    { status: 'stopping' },
    { status: 'failed', error },
  );
  const anyForward = fc.tuple(
    fc.constantFrom(
      off,
      opening,
      listening,
      retrying,
      refused,
      unseen,
      unseenWide,
      unlooked,
      ...VERDICTS.map(sight),
    ),
    fc.constantFrom(
      unknown,
      socks,
      answered(0),
      answered(30_000),
      answered(90_000),
      failed(0),
      failed(90_000),
    ),
  );

  it('is green only for what is known now', () => {
    fc.assert(
      fc.property(anyState, fc.array(anyForward, { maxLength: 4 }), (state, forwards) => {
        const { ssh, listener, target } = lights(state, ...forwards);
        const wanted = forwards.filter(([forward]) => forward.status !== 'off');
        if (ssh.tone === 'ok') expect(state.status).toBe('open');
        if (listener.tone === 'ok') {
          expect(state.status).toBe('open');
          expect(wanted.length).toBeGreaterThan(0);
          expect(wanted.every(([forward]) => forward.status === 'listening')).toBe(true);
          const shaky = [unlooked, unseenWide, contested, sight('exposed'), sight('loopbackOnly')].map(
            (each) => JSON.stringify(each),
          );
          expect(wanted.some(([forward]) => shaky.includes(JSON.stringify(forward)))).toBe(false);
        }
        if (target.tone === 'ok') {
          const since = state.status === 'open' ? state.since : Number.POSITIVE_INFINITY;
          expect(wanted.some(([, seen]) => seen.status === 'answered' && seen.at >= since)).toBe(true);
          expect(wanted.some(([, seen]) => seen.status === 'failed')).toBe(false);
        }
        for (const light of [ssh, listener, target]) expect(light.words).toMatch(/^\S.*\S$/);
      }),
      { numRuns: 2000 },
    );
  });

  it('is grey where the engine does not answer, whatever was known before', () => {
    const unknown = { tone: 'off', words: 'unknown' };
    const forward = { id: 'f', state: listening, target: { status: 'answered', at: NOW } } as const;
    const tunnel = { id: 'a', state: open, forwards: [forward], lastError: null };
    expect(lightsOf(tunnel, NOW)).toMatchObject({
      ssh: { tone: 'ok' },
      listener: { tone: 'ok' },
      target: { tone: 'ok' },
    });
    expect(lightsOf({ ...tunnel, engineSilentSince: NOW }, NOW)).toEqual({
      ssh: unknown,
      listener: unknown,
      target: unknown,
    });
  });

  it('is never off or green where something is wrong or asked of the user', () => {
    fc.assert(
      fc.property(anyState, fc.array(anyForward, { maxLength: 4 }), (state, forwards) => {
        const { ssh, listener } = lights(state, ...forwards);
        if (state.status === 'failed' || state.status === 'waiting') expect(ssh.tone).toBe('bad');
        if (state.status === 'needsUser') expect(ssh.tone).toBe('ask');
        const isUp = !['stopped', 'failed', 'stopping'].includes(state.status);
        if (isUp && forwards.some(([forward]) => forward.status === 'refused'))
          expect(listener.tone).toBe('bad');
      }),
      { numRuns: 1000 },
    );
  });
});
