import type { ChannelSource } from '../../forward/channel-source.ts';
import { identifyProcess, type ServerProcess, stillRunning } from './server-process.ts';

/** A server's process that served a session of ours. */
export interface SessionTrace extends ServerProcess {
  /** Milliseconds since the epoch. */
  readonly openedAt: number;
}

/** Older sessions are long gone, or somebody else's business by now. */
const MAX_TRACES = 8;

/**
 * Which processes on the server served this tunnel's sessions. An ordinary user is not shown who holds a port there, so
 * that a session learns its own process while it lives is the only way to know its ghost later.
 */
export class SessionTrail {
  #traces: readonly (SessionTrace & { readonly source: ChannelSource })[] = [];

  /** Learns the process behind a session, once. */
  async learn(source: ChannelSource, pid: number, openedAt: number): Promise<void> {
    if (this.#traces.some((trace) => trace.source === source)) return;
    const process = await identifyProcess(source, pid);
    if (process === null || this.#traces.some((trace) => trace.source === source)) return;
    this.#traces = [{ ...process, openedAt, source }, ...this.#traces].slice(0, MAX_TRACES);
  }

  /** The sessions of ours that are lost here and live on there, the youngest first. Asked over the present one. */
  async ghosts(source: ChannelSource): Promise<readonly SessionTrace[]> {
    const lost = this.#traces.filter((trace) => trace.source !== source && trace.source.isLost());
    const running = await stillRunning(source, lost);
    if (running === null) return [];
    this.#traces = this.#traces.filter((trace) => !lost.includes(trace) || running.includes(trace));
    return lost.filter((trace) => running.includes(trace));
  }

  /** A ghost by the number of its process; null if it is none of ours. */
  find(pid: number): SessionTrace | null {
    return this.#traces.find((trace) => trace.pid === pid && trace.source.isLost()) ?? null;
  }
}
