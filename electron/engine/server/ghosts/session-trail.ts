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
  /** The port on which each session listened last for each forward, by its identifier. */
  readonly #ports = new WeakMap<ChannelSource, Map<string, number>>();

  /** Learns the process behind a session, once. */
  async learn(source: ChannelSource, pid: number, openedAt: number): Promise<void> {
    if (this.#traces.some((trace) => trace.source === source)) return;
    const process = await identifyProcess(source, pid);
    if (process === null || this.#traces.some((trace) => trace.source === source)) return;
    this.#traces = [{ ...process, openedAt, source }, ...this.#traces].slice(0, MAX_TRACES);
  }

  /** The server listens on a port for this forward, on this session; before, it may have been another port. */
  noteListening(source: ChannelSource, forwardId: string, port: number): void {
    const ports = this.#ports.get(source) ?? new Map<string, number>();
    this.#ports.set(source, ports.set(forwardId, port));
  }

  /**
   * The sessions of ours that are lost here, live on there and listened on this port for this forward, the youngest
   * first. Asked over the present one.
   */
  async ghosts(source: ChannelSource, forwardId: string, port: number): Promise<readonly SessionTrace[]> {
    const lost = this.#traces.filter((trace) => trace.source !== source && trace.source.isLost());
    const running = await stillRunning(source, lost);
    if (running === null) return [];
    this.#traces = this.#traces.filter((trace) => !lost.includes(trace) || running.includes(trace));
    return lost.filter(
      (trace) => running.includes(trace) && this.#ports.get(trace.source)?.get(forwardId) === port,
    );
  }

  /** A ghost by the number of its process; null if it is none of ours. */
  find(pid: number): SessionTrace | null {
    return this.#traces.find((trace) => trace.pid === pid && trace.source.isLost()) ?? null;
  }
}
