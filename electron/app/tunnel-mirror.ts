import type { TunnelSnapshot } from '#shared/tunnel-state.ts';
import { isRunning } from '#shared/tunnel-words.ts';

/**
 * What is known of every tunnel, from the engine's events, so that a new window, the tray and the menu need
 * not ask. A tunnel that was never started is simply stopped.
 */
export class TunnelMirror {
  readonly #snapshots = new Map<string, TunnelSnapshot>();
  readonly #onChange: (snapshot: TunnelSnapshot) => void;

  #silentSince: number | null = null;

  constructor(onChange: (snapshot: TunnelSnapshot) => void) {
    this.#onChange = onChange;
  }

  get(id: string): TunnelSnapshot {
    const known = this.#snapshots.get(id) ?? stoppedTunnel(id);
    if (this.#silentSince === null || !isRunning(known.state.status)) return known;
    return { ...known, engineSilentSince: this.#silentSince };
  }

  all(): readonly TunnelSnapshot[] {
    return [...this.#snapshots.keys()].map((id) => this.get(id));
  }

  set(snapshot: TunnelSnapshot): void {
    this.#snapshots.set(snapshot.id, snapshot);
    this.#onChange(this.get(snapshot.id));
  }

  /** The engine has not answered since then, in milliseconds since the epoch; null when it does. All that runs is told anew. */
  setSilence(since: number | null): void {
    if (since === this.#silentSince) return;
    this.#silentSince = since;
    for (const { id, state } of this.#snapshots.values()) {
      if (isRunning(state.status)) this.#onChange(this.get(id));
    }
  }

  forget(id: string): void {
    this.#snapshots.delete(id);
  }
}

/** A tunnel that does nothing. */
export function stoppedTunnel(id: string): TunnelSnapshot {
  return { id, state: { status: 'stopped' }, forwards: [], lastError: null };
}
