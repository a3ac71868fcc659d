import { describe, expect, it } from 'vitest';
import type { AppSnapshot } from '#shared/contract/app.ts';
import type { Profile } from '#shared/profile.ts';
import type { Prompt } from '#shared/prompt.ts';
import type { TunnelError } from '#shared/tunnel-error.ts';
import type { TunnelSnapshot, TunnelState } from '#shared/tunnel-state.ts';
import { type AppState, afterEvent, emptyState, fromSnapshot } from './app-state.ts';
import type { PromptAsking } from './askings.ts';

describe('the state of the window', () => {
  it('keeps the very objects of profiles that did not change', () => {
    const before = fromSnapshot(snapshotOf([profileOf('a'), profileOf('b')]));
    const after = afterEvent(before, {
      name: 'profiles.changed',
      payload: { profiles: [structuredClone(profileOf('a')), { ...profileOf('b'), name: 'Renamed' }] },
    });
    expect(after.profiles.a).toBe(before.profiles.a);
    expect(after.profiles.b?.name).toBe('Renamed');
  });

  it('follows the order of the profiles', () => {
    const before = fromSnapshot(snapshotOf([profileOf('a'), profileOf('b')]));
    const payload = { profiles: [profileOf('b'), profileOf('a')] };
    expect(afterEvent(before, { name: 'profiles.changed', payload }).order).toEqual(['b', 'a']);
  });

  it('leaves all other tunnels untouched when one changes', () => {
    const before = reach(emptyState, tunnelOf('a', opened), tunnelOf('b', opened));
    const after = reach(before, tunnelOf('a', { status: 'stopping' }));
    expect(after.tunnels.b).toBe(before.tunnels.b);
    expect(after.tunnels.a?.state.status).toBe('stopping');
  });

  it('forgets a tunnel that is removed, and what it asked', () => {
    const before = reach(emptyState, tunnelOf('b', asking('p0')), tunnelOf('a', asking('p1')));
    const after = afterEvent(before, { name: 'tunnel.removed', payload: { id: 'a' } });
    expect(Object.keys(after.tunnels)).toEqual(['b']);
    expect(after.askings).toEqual([{ kind: 'prompt', tunnelId: 'b', promptId: 'p0' }]);
  });
});

describe('what waits for a person', () => {
  it('is there again after the window was loaded anew', () => {
    const snapshot = { ...snapshotOf([profileOf('a')]), tunnels: [tunnelOf('a', asking('p1'))] };
    expect(fromSnapshot(snapshot).askings).toEqual([{ kind: 'prompt', tunnelId: 'a', promptId: 'p1' }]);
  });

  it('keeps the order of asking while tunnels change', () => {
    const state = reach(
      emptyState,
      tunnelOf('a', asking('p1')),
      tunnelOf('b', asking('p2')),
      tunnelOf('c', opened),
      tunnelOf('a', asking('p1')),
    );
    expect(state.askings.map(({ tunnelId }) => tunnelId)).toEqual(['a', 'b']);
  });

  it('is the same list while nothing about it changes, so that no dialog is drawn again', () => {
    const before = reach(emptyState, tunnelOf('a', asking('p1')));
    expect(reach(before, tunnelOf('b', opened)).askings).toBe(before.askings);
  });

  it('leaves when it is answered, and a second asking stands at the end', () => {
    const state = reach(
      emptyState,
      tunnelOf('a', asking('p1')),
      tunnelOf('b', asking('p2')),
      tunnelOf('a', { status: 'connecting', attempt: 1, phase: 'auth' }),
      tunnelOf('a', asking('p3')),
    );
    expect(state.askings).toEqual([
      { kind: 'prompt', tunnelId: 'b', promptId: 'p2' },
      { kind: 'prompt', tunnelId: 'a', promptId: 'p3' },
    ]);
  });

  it('shows a changed host key once, when the tunnel fails', () => {
    const failed = tunnelOf('a', { status: 'failed', error: keyChanged });
    const state = reach(emptyState, tunnelOf('a', opened), failed);
    expect(state.askings).toEqual([{ kind: 'hostKeyChanged', tunnelId: 'a', error: keyChanged }]);
    expect(reach({ ...state, askings: [] }, failed).askings).toEqual([]);
  });

  it('warns once of one changed key, however many tunnels meet it', () => {
    const failed = (id: string, fingerprint: string) =>
      tunnelOf(id, { status: 'failed', error: { ...keyChanged, fingerprint } });
    const state = reach(
      emptyState,
      failed('a', 'SHA256:new'),
      failed('b', 'SHA256:new'),
      failed('c', 'SHA256:x'),
    );
    expect(state.askings.map(({ tunnelId }) => tunnelId)).toEqual(['a', 'c']);
  });

  it('keeps the warning of a check that has ended, and the one that is shown until it is read', () => {
    const state = reach(emptyState, tunnelOf('a', { status: 'failed', error: keyChanged }));
    const removed = afterEvent(state, { name: 'tunnel.removed', payload: { id: 'a' } });
    expect(removed.askings).toHaveLength(1);
    expect(reach(state, tunnelOf('a', connecting)).askings).toHaveLength(1);
  });

  it('drops the warning of a tunnel started again that waits behind another', () => {
    const state = reach(
      emptyState,
      tunnelOf('b', asking('p1')),
      tunnelOf('a', { status: 'failed', error: keyChanged }),
      tunnelOf('a', connecting),
    );
    expect(state.askings.map(({ tunnelId }) => tunnelId)).toEqual(['b']);
  });
});

describe('a question that goes away while a person is at it', () => {
  const shown = (progress?: PromptAsking['progress']) => {
    const state = reach(emptyState, tunnelOf('a', asking('p1')), tunnelOf('b', asking('p2')));
    const [first, ...others] = state.askings;
    if (first?.kind !== 'prompt') throw new Error('No question is shown.');
    return { ...state, askings: [{ ...first, ...(progress && { progress }) }, ...others] };
  };
  const over = { kind: 'over', tunnelId: 'a', prompt: { id: 'p1', kind: 'password' } };
  const behind = { kind: 'prompt', tunnelId: 'b', promptId: 'p2' };

  it.each<[string, TunnelState]>([
    ['is stopped', { status: 'stopping' }],
    ['logs in anew', { status: 'connecting', attempt: 1, phase: 'dns' }],
    ['is let in without it', opened],
    ['fails', { status: 'failed', error: { code: 'engineRestarted' } }],
  ])('stands as over in front of the next when its tunnel %s', (_what, next) => {
    expect(reach(shown('seen'), tunnelOf('a', next)).askings).toMatchObject([over, behind]);
  });

  it('stands as over when another question of its tunnel takes its place, which waits its turn', () => {
    expect(reach(shown('seen'), tunnelOf('a', asking('p3'))).askings).toMatchObject([
      over,
      behind,
      { kind: 'prompt', tunnelId: 'a', promptId: 'p3' },
    ]);
  });

  it('stands as over when its tunnel is removed, and stays whatever comes', () => {
    const removed = afterEvent(shown('seen'), { name: 'tunnel.removed', payload: { id: 'a' } });
    expect(removed.askings).toMatchObject([over, behind]);
    const later = reach(removed, tunnelOf('a', connecting), tunnelOf('a', { status: 'stopped' }));
    expect(later.askings).toEqual(removed.askings);
  });

  it('gives way at once when it was answered, or before anybody can have read it', () => {
    for (const state of [shown('answered'), shown()]) {
      expect(reach(state, tunnelOf('a', connecting)).askings).toEqual([behind]);
    }
  });

  it('leaves without a word where it waited behind another', () => {
    const state = reach(shown('seen'), tunnelOf('b', { status: 'stopping' }));
    expect(state.askings).toMatchObject([{ kind: 'prompt', promptId: 'p1' }]);
  });
});

const connecting: TunnelState = { status: 'connecting', attempt: 1, phase: 'tcp' };

const opened: TunnelState = { status: 'open', attempt: 1, since: 0 };

const keyChanged = {
  code: 'hostKeyChanged',
  host: 'core.example.org',
  port: 22,
  keyType: 'ssh-ed25519',
  fingerprint: 'SHA256:new',
  randomart: '',
  alias: null,
  address: null,
  knownAs: 'core.example.org',
  known: [],
} as const satisfies TunnelError;

function asking(id: string): TunnelState {
  const prompt: Prompt = { kind: 'password', id, host: 'core', port: 22, user: 'andre', attempt: 1 };
  return { status: 'needsUser', attempt: 1, prompt, sessionLives: true };
}

function tunnelOf(id: string, state: TunnelState): TunnelSnapshot {
  return { id, state, forwards: [], lastError: null };
}

function reach(state: AppState, ...tunnels: readonly TunnelSnapshot[]): AppState {
  return tunnels.reduce(
    (current, payload) => afterEvent(current, { name: 'tunnel.changed', payload }),
    state,
  );
}

function profileOf(id: string): Profile {
  return {
    id,
    name: id.toUpperCase(),
    server: { host: 'core.example.org', port: 22, user: 'andre' },
    login: { method: 'automatic' },
    forwards: [],
    startOnOpen: false,
    legacyAlgorithms: false,
    looksAtServer: true,
    practice: false,
  };
}

function snapshotOf(profiles: Profile[]): AppSnapshot {
  const { settings, environment } = emptyState;
  return { profiles, tunnels: [], settings, notices: [], environment };
}
