import { describe, expect, it } from 'vitest';
import type { ForwardState, TunnelSnapshot } from '#shared/tunnel-state.ts';
import { makeProfile } from '../storage/storage-fixture.ts';
import { type TrayEntry, trayModel } from './tray-model.ts';
import { stoppedTunnel } from './tunnel-mirror.ts';

const actions = (entries: readonly TrayEntry[]) =>
  entries.flatMap((entry) =>
    entry.kind === 'action' ? [`${entry.label}${entry.enabled ? '' : ' (off)'}`] : [],
  );

describe('the entries of the tray', () => {
  it('say each tunnel’s state in words, in the order of the window', () => {
    const [mail, web] = [makeProfile({ name: 'Mail' }), makeProfile({ name: 'Web' })];
    const open: TunnelSnapshot = {
      id: mail.id,
      state: { status: 'open', attempt: 1, since: 0 },
      forwards: [
        {
          id: 'a',
          state: { status: 'listening', bound: [{ host: '127.0.0.1', port: 1 }] },
          target: { status: 'unknown' },
        },
        { id: 'b', state: { status: 'opening' }, target: { status: 'unknown' } },
      ],
      lastError: null,
    };
    const entries = trayModel([mail, web], (id) => (id === mail.id ? open : stoppedTunnel(id)));
    expect(entries.slice(0, 3)).toEqual([
      { kind: 'tunnel', id: mail.id, label: 'Mail: Open, 1 of 2 listening', running: true },
      { kind: 'tunnel', id: web.id, label: 'Web: Stopped', running: false },
      { kind: 'separator' },
    ]);
    expect(actions(entries)).toEqual(['Start all', 'Stop all', 'Show Culvert', 'Quit Culvert']);
  });

  it('offer only what can be done', () => {
    const mail = makeProfile();
    expect(actions(trayModel([mail], stoppedTunnel))).toContain('Stop all (off)');
    const opening = (id: string): TunnelSnapshot => ({
      ...stoppedTunnel(id),
      state: { status: 'connecting', attempt: 1, phase: 'dns' },
    });
    expect(actions(trayModel([mail], opening))).toContain('Start all (off)');
  });

  it('say so when there are no tunnels', () => {
    const entries = trayModel([], stoppedTunnel);
    expect(entries[0]).toEqual({ kind: 'note', label: 'No tunnels yet' });
    expect(actions(entries).slice(0, 2)).toEqual(['Start all (off)', 'Stop all (off)']);
  });

  it('say which tunnels are open to others now', () => {
    const made = makeProfile({ name: 'Mail' });
    const [forward] = made.forwards;
    if (forward?.kind !== 'local') throw new Error('The fixture has a local forward.');
    const profile = { ...made, forwards: [{ ...forward, bind: { address: '*', port: 8080 } }] };
    const label = (state: ForwardState) => {
      const forwards = [{ id: forward.id, state, target: { status: 'unknown' } as const }];
      const open = { status: 'open', attempt: 1, since: 0 } as const;
      const [entry] = trayModel([profile], (id) => ({ id, state: open, forwards, lastError: null }));
      return entry?.kind === 'tunnel' ? entry.label : '';
    };
    expect(label({ status: 'listening', bound: [{ host: '::', port: 8080 }] })).toBe(
      'Mail: Open, open to others',
    );
    expect(label({ status: 'opening' })).toBe('Mail: Open, 0 of 1 listening');
  });
});
