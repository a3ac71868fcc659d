import { describe, expect, it } from 'vitest';
import type { TunnelSnapshot } from '#shared/tunnel-state.ts';
import { summarize } from './tray-sign.ts';

const at = 0;
const error = { code: 'engineRestarted' } as const;
const tunnel = (
  state: TunnelSnapshot['state'],
  forwards: TunnelSnapshot['forwards'] = [],
): TunnelSnapshot => ({ id: 'a', state, forwards, lastError: null });
const open = tunnel({ status: 'open', attempt: 1, since: at });
const stopped = tunnel({ status: 'stopped' });
const failed = tunnel({ status: 'failed', error });
const waiting = tunnel({ status: 'waiting', attempt: 1, retryAt: at, error });

describe('summarize', () => {
  it('is idle while nothing is open', () => {
    expect(summarize([])).toEqual({ sign: 'idle', tooltip: 'Culvert: no tunnel is open' });
    expect(summarize([stopped, tunnel({ status: 'stopping' })]).sign).toBe('idle');
  });

  it('counts what is open', () => {
    expect(summarize([open, stopped, open])).toEqual({ sign: 'open', tooltip: 'Culvert: 2 open' });
  });

  it('asks for a look at what is wanted and not there', () => {
    expect(summarize([open, failed])).toEqual({
      sign: 'attention',
      tooltip: 'Culvert: 1 open, 1 needs a look',
    });
    expect(summarize([failed, waiting]).tooltip).toBe('Culvert: 2 need a look');
  });

  it('does not count a tunnel as open while the engine does not answer', () => {
    expect(summarize([{ ...open, engineSilentSince: at }])).toEqual({
      sign: 'attention',
      tooltip: 'Culvert: 1 needs a look',
    });
  });

  it('does not call a tunnel fine whose forwards are missing', () => {
    const target = { status: 'unknown' } as const;
    const refused = { id: 'f', state: { status: 'refused', error }, target } as const;
    const off = { id: 'g', state: { status: 'off' }, target } as const;
    expect(summarize([tunnel(open.state, [refused])]).sign).toBe('attention');
    expect(summarize([tunnel(open.state, [off])]).sign).toBe('open');
  });
});
