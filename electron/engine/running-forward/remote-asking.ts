import { assertNever } from '#shared/assert-never.ts';
import type { ForwardState } from '#shared/tunnel-state.ts';
import type { ChannelSource } from '../forward/channel-source.ts';
import type { RemoteForward, RemoteRefusal } from '../forward/remote.ts';
import type { ForwardProgress } from './forward-progress.ts';

/** What asking a server to listen needs. */
export interface RemoteAskingOptions {
  /** How long to wait before asking again for a remote port that was ours and is busy, in milliseconds. */
  readonly remoteRetryMs: number;
  /** Finds out who keeps the server from listening, for the error. */
  readonly explainRefusal: (forwardId: string, error: RemoteRefusal) => Promise<RemoteRefusal>;
  /** The server listens for this forward now, on this port; at which addresses, only a look at it tells. */
  onRemoteListening(forwardId: string, port: number): void;
}

/** Asks servers to listen for one forward, and sees to it that a refusal gets its reason. */
export class RemoteAsking {
  readonly #forwardId: string;
  readonly #options: RemoteAskingOptions;
  readonly #progress: ForwardProgress;
  /** The session that there is now. */
  readonly #present: () => ChannelSource | null;
  /** The server listened for this rule before, in this run. */
  #hasListened = false;

  constructor(
    forwardId: string,
    options: RemoteAskingOptions,
    progress: ForwardProgress,
    present: () => ChannelSource | null,
  ) {
    this.#forwardId = forwardId;
    this.#options = options;
    this.#progress = progress;
    this.#present = present;
  }

  /** Asks once over this session; the progress says what came of it. */
  async ask(remote: RemoteForward, source: ChannelSource): Promise<void> {
    if (this.#progress.state.status !== 'retrying') this.#progress.set({ status: 'opening' });
    const outcome = await remote.attach(source);
    switch (outcome.status) {
      case 'listening':
        this.#hasListened = true;
        this.#progress.set({ status: 'listening', bound: [outcome.bound] });
        this.#options.onRemoteListening(this.#forwardId, outcome.bound.port);
        return;
      case 'lost':
        this.#progress.set({ status: 'opening' });
        return;
      case 'refused':
        this.#refused(withLastHolder(outcome.error, this.#progress.state));
        void this.#explain(source);
        return;
      default:
        assertNever(outcome);
    }
  }

  /** What listened is closed: its port is no more ours than any other. */
  forget(): void {
    this.#hasListened = false;
  }

  /** A port that was ours and is busy is usually still held by our own dead session. */
  #refused(error: RemoteRefusal): void {
    if (this.#hasListened || error.holder?.kind === 'ghost')
      this.#progress.retryLater(error, this.#options.remoteRetryMs);
    else this.#progress.set({ status: 'refused', error });
  }

  async #explain(source: ChannelSource): Promise<void> {
    const { state } = this.#progress;
    const refusal = refusalIn(state);
    if (refusal === null) return;
    const error = await this.#options.explainRefusal(this.#forwardId, refusal);
    // Meanwhile it may have been asked for again.
    if (source !== this.#present() || this.#progress.state !== state) return;
    if (state.status === 'retrying') this.#progress.set({ ...state, error });
    else this.#refused(error);
  }
}

/** Until a new look has said more, the last one holds. */
function withLastHolder(error: RemoteRefusal, state: ForwardState): RemoteRefusal {
  const holder = refusalIn(state)?.holder;
  return holder === undefined ? error : { ...error, holder };
}

function refusalIn(state: ForwardState): RemoteRefusal | null {
  if (state.status !== 'retrying' && state.status !== 'refused') return null;
  return state.error.code === 'remoteForwardRefused' ? state.error : null;
}
