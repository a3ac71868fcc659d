import { describe, expect, it, vi } from 'vitest';
import type { TunnelSnapshot } from '#shared/tunnel-state.ts';
import { PromptCaller } from './prompt-caller.ts';

const tunnel = (state: TunnelSnapshot['state']): TunnelSnapshot => ({
  id: 'a',
  state,
  forwards: [],
  lastError: null,
});
const connecting = tunnel({ status: 'connecting', attempt: 1, phase: 'auth' });
const asking = tunnel({
  status: 'needsUser',
  attempt: 1,
  sessionLives: true,
  prompt: { kind: 'passphrase', id: 'p', host: 'mail', port: 22, keyFile: '/key', attempt: 1 },
});
const open = tunnel({ status: 'open', attempt: 1, since: 0 });

describe('PromptCaller', () => {
  it('shows the window once for a clicked tunnel that asks', () => {
    const show = vi.fn();
    const caller = new PromptCaller(show);
    caller.expect('a');
    for (const snapshot of [connecting, asking, asking]) caller.note(snapshot);
    expect(show).toHaveBeenCalledOnce();
  });

  it('leaves the window alone for a tunnel that asks later, or was not clicked', () => {
    const show = vi.fn();
    const caller = new PromptCaller(show);
    caller.note(asking);
    caller.expect('a');
    for (const snapshot of [connecting, open, connecting, asking]) caller.note(snapshot);
    expect(show).not.toHaveBeenCalled();
  });
});
