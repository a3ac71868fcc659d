import { describe, expect, it } from 'vitest';
import { type Forward, forwardSchema } from '#shared/profile.ts';
import { type HopState, hopAgreedFor, type SecondHop } from '#shared/second-hop.ts';
import { hopWords } from './hop-words.ts';

type RemoteForward = Extract<Forward, { kind: 'remote' }>;

const server = { user: 'andre', host: 'core', port: 22 };
const forward = forwardSchema.parse({
  id: '00000000-0000-4000-8000-000000000001',
  kind: 'remote',
  bind: { address: '*', port: 42000 },
  target: { host: 'files', port: 548 },
  exposureConfirmedFor: '*',
}) as RemoteForward;
const rule: SecondHop = { port: 43000, tool: 'socat', agreedFor: hopAgreedFor(server, forward) };
const { exposureConfirmedFor: _yes, ...closed } = forward;

const words = (change: Partial<RemoteForward> = {}, state?: HopState) =>
  hopWords({ server, forward: { ...forward, ...change }, rule, state }, 60_000);

describe('the words of a second hop', () => {
  it('say at rest with what it is dug', () => {
    expect(words()).toBe('is dug with the tunnel');
    expect(words({ enabled: false })).toBe('is dug with the forward');
  });

  it('say why it would not be dug', () => {
    expect(words({ bind: { address: 'localhost', port: 42000 } })).toContain('for the server itself only');
    expect(words({ target: { host: 'other', port: 548 } })).toContain('you agreed to it for something else');
    expect(words({ allowFrom: ['10.0.0.1'] })).toBe('is not dug while only some may enter');
  });

  it('do not promise a hop, nor wait for one, while the forward is closed to others', () => {
    for (const state of [undefined, { status: 'waiting' }] as const) {
      expect(hopWords({ server, forward: closed, rule, state }, 0)).toBe(
        'is not dug while the forward is closed to others',
      );
    }
    expect(words({}, { status: 'waiting' })).toBe('waits for the forward');
  });

  it('say how long it has been open', () => {
    const state: HopState = { status: 'open', bound: { host: '*', port: 43000 }, since: 0 };
    expect(words({}, state)).toBe('open for anyone who can reach the server, 1 min');
  });
});
