import { formatEndpoint } from '#shared/endpoint.ts';
import { entranceRemark } from '#shared/entrance-light.ts';
import type { HopState } from '#shared/second-hop.ts';
import type { TunnelSnapshot, TunnelState } from '#shared/tunnel-state.ts';
import { missingForwards, statusWord } from '#shared/tunnel-words.ts';
import { errorLine } from './error-line.ts';

/** Writes what happens to tunnels into the log: what fell when, and why, is asked on the morning after. */
export class TunnelLog {
  readonly #write: (line: string) => void;
  readonly #nameOf: (id: string) => string;
  readonly #last = new Map<string, string>();

  /** `write` takes one line; `nameOf` gives a tunnel's name. */
  constructor(write: (line: string) => void, nameOf: (id: string) => string) {
    this.#write = write;
    this.#nameOf = nameOf;
  }

  /** Takes in every snapshot, and writes a line for each that says something new. */
  note(snapshot: TunnelSnapshot): void {
    const { id, state } = snapshot;
    const words = [
      statusWord(state.status),
      reasonOf(state),
      missingForwards(snapshot),
      entranceRemark(snapshot),
      ...snapshot.forwards.map(({ secondHop }) => hopRemark(secondHop)),
    ];
    const line = words.filter((word) => word !== null && word !== '').join(', ');
    if (line === (this.#last.get(id) ?? statusWord('stopped'))) return;
    this.#last.set(id, line);
    this.#write(`Tunnel “${this.#nameOf(id)}”: ${line}`);
  }

  forget(id: string): void {
    this.#last.delete(id);
  }
}

/** What runs on somebody's server is worth a line, and so is what does not. */
function hopRemark(hop: HopState | undefined): string | null {
  switch (hop?.status) {
    case 'open':
      return `second hop at ${formatEndpoint(hop.bound)}`;
    case 'unheard':
      return `second hop at ${formatEndpoint(hop.bound)} not heard of`;
    case 'failed':
      return errorLine(hop.error);
    default:
      return null;
  }
}

function reasonOf(state: TunnelState): string | null {
  switch (state.status) {
    case 'waiting':
    case 'failed':
      return errorLine(state.error);
    case 'needsUser':
      return state.prompt.kind;
    case 'connecting':
      return state.attempt > 1 ? `attempt ${state.attempt}` : null;
    default:
      return null;
  }
}
