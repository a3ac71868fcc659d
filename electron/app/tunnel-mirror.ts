import type { TunnelSnapshot } from '#shared/tunnel-state.ts';

/**
 * What is known of every tunnel, from the engine's events, so that a new window, the tray and the menu need
 * not ask. A tunnel that was never started is simply stopped.
 */
export class TunnelMirror {
  readonly #snapshots = new Map<string, TunnelSnapshot>();
  readonly #onChange: (snapshot: TunnelSnapshot) => void;

  constructor(onChange: (snapshot: TunnelSnapshot) => void) {
    this.#onChange = onChange;
  }

  get(id: string): TunnelSnapshot {
    return this.#snapshots.get(id) ?? stoppedTunnel(id);
  }

  all(): readonly TunnelSnapshot[] {
    return [...this.#snapshots.values()];
  }

  set(snapshot: TunnelSnapshot): void {
    this.#snapshots.set(snapshot.id, snapshot);
    this.#onChange(snapshot);
  }

  forget(id: string): void {
    this.#snapshots.delete(id);
  }
}

/** A tunnel that does nothing. */
export function stoppedTunnel(id: string): TunnelSnapshot {
  return { id, state: { status: 'stopped' }, forwards: [], lastError: null };
}
