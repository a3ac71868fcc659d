import { assertNever } from '#shared/assert-never.ts';
import type { CommandError } from '#shared/contract/command.ts';
import { describeError } from '#shared/describe-error.ts';
import type { Profile } from '#shared/profile.ts';
import { fail, type Result, succeed } from '#shared/result.ts';
import type { HopProposal } from '#shared/second-hop.ts';
import type { ServerLook } from '#shared/server-look.ts';
import type { ChannelSource } from '../forward/channel-source.ts';
import type { RemoteRefusal } from '../forward/remote.ts';
import { makeServerLineSafe } from '../ssh/server-text.ts';
import { explainRefusal } from './ghosts/explain-refusal.ts';
import { endProcess } from './ghosts/server-process.ts';
import { SessionTrail } from './ghosts/session-trail.ts';
import type { HopPlace, HopTargetDoubt } from './second-hop/hop-place.ts';
import { proposeHop } from './second-hop/propose-hop.ts';
import { ServerLooks } from './server-looks.ts';

interface ServerSideOptions {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** The server as the profile has it, and whether to look at it. */
  readonly profile: () => Pick<Profile, 'server' | 'looksAtServer'>;
  /** A look in which the forwards of all our tunnels are marked; null while the tunnel is not open. */
  readonly lookMarked: () => Promise<ServerLook | null>;
  /** Told of every look that the present session allowed; nothing of ours is marked in it. */
  onLook(look: ServerLook): void;
}

/** What is asked of a session or a listener that is not there. */
export const NOT_OPEN: CommandError = {
  code: 'notNow',
  message: 'The tunnel must be open, and this forward must listen. Try again then.',
};

/** How long it may take to find what a hop would lead to, in milliseconds. */
const FIND_TARGET_MS = 12_000;

const NO_GHOST: CommandError = { code: 'notNow', message: 'That session is not there any more.' };

/** What one tunnel knows of its server, and asks of it over the session. It outlives the sessions. */
export class ServerSide {
  readonly #options: ServerSideOptions;
  readonly #looks: ServerLooks;
  readonly #trail = new SessionTrail();
  #source: ChannelSource | null = null;
  /** When that session opened, in milliseconds since the epoch. */
  #openedAt = 0;

  constructor(options: ServerSideOptions) {
    this.#options = options;
    this.#looks = new ServerLooks({
      now: options.now,
      isWanted: () => options.profile().looksAtServer,
      onLook: (look) => this.#learn(look),
    });
  }

  /** There is a session, or there is none. */
  use(source: ChannelSource | null): void {
    if (source !== null && source !== this.#source) this.#openedAt = this.#options.now();
    this.#source = source;
    this.#looks.use(source);
  }

  /** A person starts the tunnel, or it leads to another server: what was refused before may be granted now. */
  forget(): void {
    this.#looks.forget();
  }

  /** The profile says otherwise than before whether to look at the server. */
  lookOrNot(): void {
    this.#looks.askSoon();
  }

  /** Looks at the server; null while there is no session. Never rejects. */
  look(again?: boolean): Promise<ServerLook | null> {
    return this.#looks.look(again);
  }

  /** It listens for this forward on this port now: a look will tell where. */
  listensForUs(forwardId: string, port: number): void {
    if (this.#source !== null) this.#trail.noteListening(this.#source, forwardId, port);
    this.#looks.askSoon();
  }

  /** Finds out who keeps the server from listening for this forward, where it may be looked at. */
  async explainRefusal(forwardId: string, error: RemoteRefusal): Promise<RemoteRefusal> {
    const source = this.#source;
    if (source === null || source.isLost() || error.endpoint.port === 0) return error;
    if (!this.#options.profile().looksAtServer) return error;
    const { port } = error.endpoint;
    // A look from before the refusal may have seen nobody there yet, which would be the last word.
    await this.#looks.outdate();
    const asking = this.#trail.ghosts(source, forwardId, port);
    const [look, ghosts] = await Promise.all([this.#options.lookMarked(), asking]);
    if (look?.status !== 'seen') return error;
    const holder = explainRefusal(look, port, ghosts);
    return holder === null ? error : { ...error, holder };
  }

  /**
   * What a second hop at this place would be, on the server as it is now. A null `port` leaves it to us; `ownPort` is that of
   * the hop which the new one would replace.
   */
  async proposeHop(
    place: HopPlace,
    port: number | null,
    ownPort: number | null,
  ): Promise<Result<HopProposal, CommandError>> {
    const found = await place.findTarget(AbortSignal.timeout(FIND_TARGET_MS));
    const { server } = this.#options.profile();
    if (!found.ok) return fail(hopDoubt(server, place, found.error));
    const target = found.value;
    const look = await this.#looks.look();
    const seen = look?.status === 'seen' ? look : null;
    const takenPorts = new Set(seen?.listeners.map((listener) => listener.port));
    takenPorts.add(target.port);
    if (ownPort !== null) takenPorts.delete(ownPort);
    return proposeHop({
      source: place.source,
      agreedFor: place.agreedFor,
      target,
      server,
      port,
      takenPorts,
      knowsAllPorts: seen?.isWhole === true,
      uid: seen?.account.uid ?? null,
    });
  }

  /** Ends the server's side of a lost session of ours, by the number of its process there. */
  async endGhost(pid: number): Promise<Result<null, CommandError>> {
    const [source, ghost] = [this.#source, this.#trail.find(pid)];
    if (ghost === null) return fail(NO_GHOST);
    if (source === null || source.isLost()) return fail(NOT_OPEN);
    const outcome = await endProcess(source, ghost);
    const { host } = this.#options.profile().server;
    switch (outcome.status) {
      case 'ended':
      case 'gone':
        return succeed(null);
      case 'refused': {
        const said = makeServerLineSafe(outcome.said);
        const message = `${host} did not end it${said === '' ? '' : ` (${said})`}. Its administrator can.`;
        return fail({ code: 'unavailable', message });
      }
      case 'unanswered':
        return fail({ code: 'unavailable', message: `${host} did not answer. Try again.` });
      default:
        return assertNever(outcome);
    }
  }

  #learn(look: ServerLook): void {
    if (look.status === 'seen' && look.serverPid !== null && this.#source !== null) {
      void this.#trail.learn(this.#source, look.serverPid, this.#openedAt);
    }
    this.#options.onLook(look);
  }
}

/** Why there is nothing to propose, in the words in which a hop that is not dug says it. */
function hopDoubt({ host }: Profile['server'], { targets }: HopPlace, reason: HopTargetDoubt): CommandError {
  const port = targets[0]?.port ?? 0;
  const { what, advice } = describeError({ code: 'secondHopFailed', host, port, reason, detail: '' });
  return { code: 'unavailable', message: `${what} ${advice}` };
}
