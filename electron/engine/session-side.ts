import { assertNever } from '#shared/assert-never.ts';
import type { Profile } from '#shared/profile.ts';
import type { Prompt, PromptAnswer } from '#shared/prompt.ts';
import type { TunnelError } from '#shared/tunnel-error.ts';
import type { ChannelSource } from './forward/channel-source.ts';
import { PromptDesk } from './prompt-desk.ts';
import type { Crew } from './route/crew.ts';
import { Line, type LineEnd } from './route/line.ts';
import type { Hop, Way } from './route/way.ts';
import type { TunnelEvent } from './transition.ts';
import type { TunnelWorld } from './tunnel-world.ts';

interface SessionSideOptions {
  readonly tunnelId: string;
  readonly world: TunnelWorld;
  profile(): Profile;
  /** Names the session that counts: events of any other are dropped. */
  sessionId(): number;
  happen(event: TunnelEvent): void;
}

/** What a tunnel has to do with its sessions: the way to them, the one line at a time, and what their logins ask. */
export class SessionSide {
  readonly #options: SessionSideOptions;
  readonly #prompts: PromptDesk;
  #way: Way;
  /** Where the last question about a host key, or for another password, came from. */
  #askedFor: Hop | null = null;
  #line: Line | null = null;
  #channels: ChannelSource | null = null;
  #stabilityTimer: NodeJS.Timeout | undefined;

  constructor(options: SessionSideOptions) {
    this.#options = options;
    this.#prompts = new PromptDesk(options.tunnelId, options.world);
    this.#way = options.world.way(options.profile());
  }

  /** Those of the session that is logged in; null while none is. */
  get channels(): ChannelSource | null {
    return this.#channels;
  }

  /** A person starts anew: all that was tried or given before is past. */
  startOver(): void {
    this.#prompts.startOver();
    this.findWay();
  }

  /** The profile leads another way from now on, or may. */
  findWay(): void {
    const { world, profile } = this.#options;
    this.#way = world.way(profile());
  }

  open(sessionId: number): void {
    const { world, profile, happen } = this.#options;
    // The practice server may have started, or moved, since the last attempt.
    if (profile().practice) this.findWay();
    this.#line = new Line({
      way: this.#way,
      jumpCount: this.#way.hops.length - 1,
      jumps: world.jumps,
      crew: this.#crew(sessionId),
      timings: world.timings,
      onOpen: (channels) => {
        if (!this.#counts(sessionId)) return;
        this.#channels = channels;
        this.#prompts.startOver();
        happen({ type: 'connected', sessionId });
      },
      onEnd: (end) => this.#ended(sessionId, end),
    });
  }

  /** Reports `provedStable` if this session is still the one after the world's time. */
  watchStability(sessionId: number): void {
    const { world, happen } = this.#options;
    clearTimeout(this.#stabilityTimer);
    this.#stabilityTimer = setTimeout(
      () => happen({ type: 'provedStable', sessionId }),
      world.timings.stableMs,
    );
  }

  /** After the computer woke up: finds out soon whether the session still lives. */
  verify(): void {
    this.#line?.verify();
  }

  /** Takes a fitting answer: for the session that asked, or for the next one if that is dead. */
  answer(prompt: Prompt, answer: PromptAnswer, sessionLives: boolean): void {
    if (prompt.kind === 'unknownHostKey') this.#askedFor?.trust.trust(prompt.fingerprint);
    else this.#prompts.take(prompt, answer, sessionLives);
  }

  /** A person said no to the question. */
  decline(prompt: Prompt, error: TunnelError): void {
    this.#prompts.decline(prompt);
    this.#options.world.jumps.decline(this, error);
  }

  /** The session is of no use any more, though it may still be closing. */
  detach(): void {
    this.#channels = null;
  }

  /** Ends the line; resolves when all of it is closed, jump hosts that nobody else goes through too. */
  async close(): Promise<void> {
    clearTimeout(this.#stabilityTimer);
    const line = this.#line;
    this.#line = null;
    this.#prompts.sessionClosed();
    // The jump hosts stay for a reconnect, but not beyond Stop, a failure, or an edit that may lead another way.
    await Promise.all([line?.close(), this.#options.world.jumps.dismiss(this)]);
  }

  #counts(sessionId: number): boolean {
    return this.#options.sessionId() === sessionId;
  }

  #ended(sessionId: number, { end, hop }: LineEnd): void {
    if (!this.#counts(sessionId)) return;
    const { happen } = this.#options;
    clearTimeout(this.#stabilityTimer);
    this.#line = null;
    this.#channels = null;
    const lost = (error: TunnelError) => {
      this.#prompts.sessionEnded();
      happen({ type: 'lost', sessionId, error });
    };
    const prompted = (prompt: Prompt) => {
      this.#askedFor = hop;
      happen({ type: 'prompted', sessionId, prompt, sessionLives: false });
    };
    switch (end.kind) {
      case 'lost':
        lost(end.error);
        return;
      case 'askAgain':
        prompted(this.#prompts.passwordAgain(hop));
        return;
      case 'hostKeyRefused': {
        const distrust = hop.trust.explain(end.key);
        if (distrust.kind === 'ask') prompted(this.#prompts.trustKey(distrust.prompt));
        else lost(distrust.error);
        return;
      }
      default:
        assertNever(end);
    }
  }

  #crew(sessionId: number): Crew {
    const { happen } = this.#options;
    return {
      owner: this,
      deskFor: (account) =>
        this.#prompts.loginDesk(account, {
          isPresent: () => this.#counts(sessionId) && this.#line !== null,
          prompted: (prompt) => happen({ type: 'prompted', sessionId, prompt, sessionLives: true }),
        }),
      onPhase: (phase, jump) => happen({ type: 'phaseReached', sessionId, phase, jump }),
    };
  }
}
