import type { Emits, PayloadOf } from '#shared/contract/command.ts';
import type { Events } from '#shared/contract/index.ts';
import type { TunnelSnapshot } from '#shared/tunnel-state.ts';

/** Picks what concerns tunnels out of the events that go to the window, for those here who look at tunnels. */
export class TunnelWatch {
  readonly #tunnels = new Map<string, TunnelSnapshot>();
  readonly #onChange: (changed: TunnelSnapshot | null, all: Iterable<TunnelSnapshot>) => void;

  /** `onChange` is given the tunnel that changed, or null when one is gone, and all that are known. */
  constructor(onChange: (changed: TunnelSnapshot | null, all: Iterable<TunnelSnapshot>) => void) {
    this.#onChange = onChange;
  }

  /** Takes in any event. */
  readonly note: Emits<Events> = (name, payload) => {
    if (name === 'tunnel.changed') {
      const snapshot = payload as PayloadOf<Events, 'tunnel.changed'>;
      this.#tunnels.set(snapshot.id, snapshot);
      this.#onChange(snapshot, this.#tunnels.values());
    }
    if (name === 'tunnel.removed') {
      this.#tunnels.delete((payload as PayloadOf<Events, 'tunnel.removed'>).id);
      this.#onChange(null, this.#tunnels.values());
    }
  };
}
