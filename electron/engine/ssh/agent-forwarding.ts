import type { Duplex } from 'node:stream';
import type { BaseAgent, IdentityCallback, ParsedKey, SignCallback, SigningRequestOptions } from 'ssh2';
import type { Profile } from '#shared/profile.ts';
import { findAgentSocket } from './agent-socket.ts';
import { ssh2 } from './ssh2.ts';

/**
 * The agent that a session lends to the server, or null where the profile does not say so, or no agent is there: as with
 * `ssh -A`, that is no reason not to log in. It is the agent that the profile logs in with, else the usual one.
 */
export function forwardedAgent({
  login,
  forwardsAgent = false,
}: Pick<Profile, 'login' | 'forwardsAgent'>): ForwardedAgent | null {
  if (!forwardsAgent) return null;
  const socket = findAgentSocket('socket' in login ? login.socket : undefined);
  return socket.ok ? new ForwardedAgent(socket.value) : null;
}

/** Gives ssh2 one connection to the agent for each program on the server that asks, and ends them all with the session. */
export class ForwardedAgent extends ssh2.BaseAgent<ParsedKey> {
  readonly #agent: BaseAgent;
  readonly #streams = new Set<Duplex>();
  #isClosed = false;

  constructor(socket: string) {
    super();
    this.#agent = ssh2.createAgent(socket);
  }

  /** ssh2 pipes what it gets both ways, and never ends it when the channel is lost. */
  override getStream(done: (error?: Error | null, stream?: Duplex) => void): void {
    this.#agent.getStream?.((error, stream) => {
      if (error || !stream || this.#isClosed) {
        stream?.destroy();
        done(error ?? new Error('The agent cannot be reached.'));
        return;
      }
      this.#streams.add(stream);
      stream.once('close', () => this.#streams.delete(stream));
      done(null, stream);
    });
  }

  override getIdentities(done: IdentityCallback<ParsedKey>): void {
    this.#agent.getIdentities(done as IdentityCallback);
  }

  override sign(
    key: ParsedKey,
    data: Buffer,
    options: SigningRequestOptions | SignCallback,
    done?: SignCallback,
  ): void {
    if (typeof options === 'function') this.#agent.sign(key, data, options);
    else this.#agent.sign(key, data, options, done);
  }

  close(): void {
    this.#isClosed = true;
    for (const stream of this.#streams) stream.destroy();
  }
}
