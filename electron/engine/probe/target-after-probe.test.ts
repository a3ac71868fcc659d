import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { HopProbe, ProbeAnswer, ProbeOutcome } from '#shared/probe.ts';
import type { Forward } from '#shared/profile.ts';
import { targetAfterProbe } from './target-after-probe.ts';

const target = { host: '127.0.0.1', port: 143 };
const forward: Forward = {
  id: randomUUID(),
  name: '',
  enabled: true,
  kind: 'remote',
  bind: { address: '*', port: 42000 },
  target,
};

const greeted: ProbeAnswer = { kind: 'banner', service: 'imap', text: '* OK ready', isComplete: true };
const entrance = { host: '127.0.0.1', port: 43000 };
const unreached: ProbeAnswer = { kind: 'entranceRefused', entrance, detail: 'Connection refused' };
const refused: ProbeAnswer = {
  kind: 'refused',
  error: { code: 'targetRefused', target, detail: 'ECONNREFUSED' },
};

const passage = (answer: ProbeAnswer) => ({
  sent: null,
  connectMs: answer === greeted ? 3 : null,
  firstByteMs: null,
  answer,
});
const byHop = (answer: ProbeAnswer): HopProbe => ({ entrance, ...passage(answer) });

function learn(answer: ProbeAnswer, secondHop?: HopProbe): string | undefined {
  const outcome: ProbeOutcome = {
    at: 1,
    tested: 'forward',
    ...passage(answer),
    ...(secondHop && { secondHop }),
  };
  return targetAfterProbe(forward, outcome)?.status;
}

describe('what a probe teaches about a target', () => {
  it('is nothing where our own connection could not even be sent', () => {
    expect(learn({ kind: 'sourceNotAllowed', side: 'server', from: '127.0.0.1' })).toBeUndefined();
    expect(learn(unreached, byHop({ kind: 'wayForbidden', entrance }))).toBeUndefined();
  });

  it('comes from the way through the tunnel’s port, whatever became of the hop', () => {
    expect(learn(greeted, byHop({ kind: 'wayForbidden', entrance }))).toBe('answered');
    expect(learn(greeted, byHop({ kind: 'timedOut', waitedMs: 5000 }))).toBe('answered');
    expect(learn(refused, byHop(refused))).toBe('failed');
  });

  it('comes from the way through the hop where the other taught nothing', () => {
    expect(learn(unreached, byHop(greeted))).toBe('answered');
    expect(learn(unreached, byHop(refused))).toBe('failed');
  });

  it('is nothing where only the hop was slow', () => {
    expect(learn(unreached, byHop({ kind: 'timedOut', waitedMs: 5000 }))).toBeUndefined();
  });
});
