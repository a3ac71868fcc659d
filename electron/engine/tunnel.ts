import { assertNever } from '#shared/assert-never.ts';
import type { CommandError } from '#shared/contract/command.ts';
import type { Profile } from '#shared/profile.ts';
import { fitsPrompt, type Prompt, type PromptAnswer } from '#shared/prompt.ts';
import { fail, type Result } from '#shared/result.ts';
import type { HopProposal } from '#shared/second-hop.ts';
import type { ServerLook } from '#shared/server-look.ts';
import type { TunnelSnapshot } from '#shared/tunnel-state.ts';
import type { ChannelSource } from './forward/channel-source.ts';
import { ForwardSet } from './forward-set.ts';
import { remoteEntrances } from './our-entrances.ts';
import { cancelError, PromptDesk } from './prompt-desk.ts';
import type { Crew } from './route/crew.ts';
import { Line, type LineEnd } from './route/line.ts';
import type { Hop, Way } from './route/way.ts';
import type { RunningForward } from './running-forward/running-forward.ts';
import { markOurs } from './server/mark-ours.ts';
import { NOT_OPEN, ServerSide } from './server/server-side.ts';
import { passwordExpired } from './ssh/expiry.ts';
import type { MeasuredTunnel } from './traffic-sampler.ts';
import { type Effect, INITIAL_MACHINE, type Machine, type TunnelEvent, transition } from './transition.ts';
import type { TunnelWorld } from './tunnel-world.ts';

/**
 * A profile at run time: carries out what the transition function decides. One instance serves all
 * starts and stops of its profile.
 */
export class Tunnel {
  readonly id: string;
  readonly #world: TunnelWorld;
  readonly #prompts: PromptDesk;
  #profile: Profile;
  #way: Way;
  /** Where the last question about a host key, or for another password, came from. */
  #askedFor: Hop | null = null;
  #machine: Machine = INITIAL_MACHINE;
  #line: Line | null = null;
  #channels: ChannelSource | null = null;
  /** The session that was suspected of an expired password. */
  #suspected: ChannelSource | null = null;
  readonly #server: ServerSide;
  readonly #forwards: ForwardSet;
  #lastError: TunnelSnapshot['lastError'] = null;
  #retryTimer: NodeJS.Timeout | undefined;
  #stabilityTimer: NodeJS.Timeout | undefined;
  /** What is still being closed. */
  readonly #closing = new Set<Promise<unknown>>();
  #isReportDue = false;
  #isStartDue = false;

  constructor(id: string, profile: Profile, world: TunnelWorld) {
    this.id = id;
    this.#world = world;
    this.#prompts = new PromptDesk(id, world);
    this.#profile = profile;
    this.#way = world.way(profile);
    this.#server = new ServerSide({
      now: world.now,
      profile: () => this.#profile,
      lookMarked: () => world.lookAtServer(),
      onLook: (look) => this.#learnFromLook(look),
    });
    this.#forwards = new ForwardSet({
      remoteRetryMs: world.timings.remoteRetryMs,
      explainRefusal: (forwardId, error) => this.#server.explainRefusal(forwardId, error),
      localRetryMs: world.timings.localRetryMs,
      diagnoseBind: (error) => world.diagnoseBind(error),
      now: world.now,
      server: () => this.#profile.server,
      onChange: () => {
        this.#suspectExpiry();
        this.#report();
      },
      onRemoteListening: (forwardId, port) => this.#server.listensForUs(forwardId, port),
      oursOnServer: (forwardId, port) => world.oursOnServer(forwardId, port),
      onPortReleased: () => world.portReleased(),
    });
  }

  /** The session that is open, or null. */
  get channels(): ChannelSource | null {
    return this.#machine.state.status === 'open' ? this.#channels : null;
  }

  get snapshot(): TunnelSnapshot {
    return {
      id: this.id,
      state: this.#machine.state,
      forwards: this.running.map((forward) => forward.snapshot),
      lastError: this.#lastError,
    };
  }

  get profile(): Profile {
    return this.#profile;
  }

  /** The forwards that run now, for counting and for finding our own listeners. */
  get running(): readonly RunningForward[] {
    return this.#forwards.running;
  }

  /** Looks at the server over the session; null while there is none. Never rejects. */
  lookAtServer(again?: boolean): Promise<ServerLook | null> {
    return this.#server.look(again);
  }

  /** For the traffic sampler. */
  get measured(): MeasuredTunnel {
    return { id: this.id, forwards: this.running };
  }

  start(): void {
    this.#isStartDue = true;
    // What failed a moment ago may still be closing the very ports that the start wants to bind.
    void this.#allClosed().then(() => {
      if (this.#isStartDue) this.#start();
    });
  }

  #start(): void {
    this.#isStartDue = false;
    const { status } = this.#machine.state;
    if (status === 'stopped' || status === 'failed') {
      this.#prompts.startOver();
      this.#lastError = null;
      this.#server.forget();
      this.#way = this.#world.way(this.#profile);
    }
    this.#forwards.tryAgain();
    this.#happen({ type: 'start' });
  }

  stop(): void {
    this.#isStartDue = false;
    this.#happen({ type: 'stop' });
  }

  /** The computer woke up, or its network changed. */
  wake(): void {
    this.#forwards.wake();
    this.#happen({ type: 'wake' });
  }

  /** Takes an edited profile on: forwards without a reconnect, all else with one. */
  update(profile: Profile): void {
    const needsNewSession = !sameServer(this.#profile, profile);
    const looksOtherwise = this.#profile.looksAtServer !== profile.looksAtServer;
    this.#profile = profile;
    if (needsNewSession) {
      this.#way = this.#world.way(profile);
      this.#server.forget();
    }
    if (this.running.length > 0 || this.#isUp()) this.#arrangeForwards();
    if (looksOtherwise) this.#server.lookOrNot();
    const concernsSession = needsNewSession || this.#machine.state.status === 'failed';
    if (concernsSession) this.#happen({ type: 'edited', needsNewSession });
    else this.#report();
  }

  /** Gives a person's answer. False if that prompt is not open, or the answer does not fit it. */
  answer(promptId: string, answer: PromptAnswer): boolean {
    const { state } = this.#machine;
    if (state.status !== 'needsUser' || state.prompt.id !== promptId) return false;
    const { prompt, sessionLives } = state;
    if (answer.kind === 'cancel') {
      this.#happen({ type: 'cancelled', promptId, error: cancelError(prompt) });
      return true;
    }
    if (!fitsPrompt(prompt, answer)) return false;
    if (prompt.kind === 'unknownHostKey') this.#askedFor?.trust.trust(prompt.fingerprint);
    else this.#prompts.take(prompt, answer, sessionLives);
    this.#happen({ type: 'answered', promptId });
    return true;
  }

  /** What a second hop to this remote forward would be, on the server as it is now. Fails unless both are there. */
  async proposeHop(forwardId: string, port: number | null): Promise<Result<HopProposal, CommandError>> {
    const forward = this.#forwards.find(forwardId);
    // A look tells what it would lead to.
    if (forward?.hopPlace()?.isLookedFor === false) await this.#server.look();
    const place = forward?.hopPlace() ?? null;
    if (place === null) return fail(NOT_OPEN);
    const hop = forward?.snapshot.secondHop;
    return this.#server.proposeHop(place, port, hop?.status === 'open' ? hop.bound.port : null);
  }

  /** Ends the server's side of a lost session of ours, and asks for its port at once. */
  async endGhost(forwardId: string, pid: number): Promise<Result<null, CommandError>> {
    const ended = await this.#server.endGhost(pid);
    if (ended.ok) this.#forwards.find(forwardId)?.tryAgain();
    return ended;
  }

  /** Stops and resolves when everything is really closed. */
  async close(): Promise<void> {
    this.stop();
    await this.#allClosed();
  }

  #isUp(): boolean {
    const { status } = this.#machine.state;
    return status !== 'stopped' && status !== 'failed' && status !== 'stopping';
  }

  #happen(event: TunnelEvent): void {
    const policy = { now: this.#world.now, random: this.#world.random, retries: this.#world.retries };
    const before = this.#machine;
    const { machine, effects } = transition(before, event, policy);
    this.#machine = machine;
    // Attempts that fail afterwards are no losses: what matters is when and why it was lost.
    if (event.type === 'lost' && before.state.status === 'open' && machine !== before)
      this.#lastError = { at: this.#world.now(), error: event.error };
    for (const effect of effects) this.#carryOut(effect);
    if (machine !== before) this.#report();
  }

  #carryOut(effect: Effect): void {
    switch (effect.type) {
      case 'bindListeners':
        this.#arrangeForwards();
        return;
      case 'releaseListeners':
        this.#releaseForwards();
        return;
      case 'openSession':
        this.#openSession(effect.sessionId);
        return;
      case 'closeSession':
        this.#closeSession();
        return;
      case 'attachForwards':
        this.#server.use(this.#channels);
        this.#forwards.use(this.#channels);
        return;
      case 'detachForwards':
        this.#channels = null;
        this.#server.use(null);
        this.#forwards.use(null);
        return;
      case 'scheduleRetry':
        clearTimeout(this.#retryTimer);
        this.#retryTimer = setTimeout(
          () => this.#happen({ type: 'due' }),
          Math.max(0, effect.at - this.#world.now()),
        );
        return;
      case 'cancelRetry':
        clearTimeout(this.#retryTimer);
        return;
      case 'watchStability':
        this.#watchStability();
        return;
      case 'verifySession':
        this.#line?.verify();
        return;
      case 'awaitClosed':
        void this.#awaitClosed();
        return;
      default:
        assertNever(effect);
    }
  }

  #arrangeForwards(): void {
    this.#track(this.#forwards.arrange(this.#profile.forwards));
  }

  #releaseForwards(): void {
    this.#track(this.#forwards.release());
    this.#channels = null;
    this.#server.use(null);
  }

  /** A server that allows a target to nobody may do so because the password has run out, which only a look can tell; once a session. */
  #suspectExpiry(): void {
    const { channels } = this;
    if (channels === null || channels === this.#suspected || !this.#profile.looksAtServer) return;
    const isRefused = this.running.some(({ snapshot: { target } }) => {
      return target.status === 'failed' && target.error.code === 'targetNotAllowed';
    });
    if (!isRefused) return;
    this.#suspected = channels;
    void this.#server.look();
  }

  #learnFromLook(look: ServerLook): void {
    const expired = passwordExpired(look, this.#profile.server);
    // Open it would be, and let nothing through.
    if (expired) this.#happen({ type: 'lost', sessionId: this.#machine.sessionId, error: expired });
    const marked = look.status === 'seen' ? markOurs(look, remoteEntrances(this)) : look;
    this.#forwards.learnFromLook(marked);
  }

  #openSession(sessionId: number): void {
    // The practice server may have started, or moved, since the last attempt.
    if (this.#profile.practice) this.#way = this.#world.way(this.#profile);
    this.#line = new Line({
      way: this.#way,
      jumpCount: this.#way.hops.length - 1,
      jumps: this.#world.jumps,
      crew: this.#crew(sessionId),
      timings: this.#world.timings,
      onOpen: (channels) => {
        if (this.#machine.sessionId !== sessionId) return;
        this.#channels = channels;
        this.#prompts.startOver();
        this.#happen({ type: 'connected', sessionId });
      },
      onEnd: (end) => this.#ended(sessionId, end),
    });
  }

  #ended(sessionId: number, { end, hop }: LineEnd): void {
    if (this.#machine.sessionId !== sessionId) return;
    clearTimeout(this.#stabilityTimer);
    this.#line = null;
    this.#channels = null;
    const prompted = (prompt: Prompt) => {
      this.#askedFor = hop;
      this.#happen({ type: 'prompted', sessionId, prompt, sessionLives: false });
    };
    switch (end.kind) {
      case 'lost':
        this.#happen({ type: 'lost', sessionId, error: end.error });
        return;
      case 'askAgain':
        prompted(this.#prompts.passwordAgain(hop.server));
        return;
      case 'hostKeyRefused': {
        const distrust = hop.trust.explain(end.key);
        if (distrust.kind === 'ask') prompted(this.#prompts.trustKey(distrust.prompt));
        else this.#happen({ type: 'lost', sessionId, error: distrust.error });
        return;
      }
      default:
        assertNever(end);
    }
  }

  #crew(sessionId: number): Crew {
    return {
      owner: this,
      deskFor: (account) =>
        this.#prompts.loginDesk(account, {
          isPresent: () => this.#machine.sessionId === sessionId,
          prompted: (prompt) => this.#happen({ type: 'prompted', sessionId, prompt, sessionLives: true }),
        }),
      onPhase: (phase, jump) => this.#happen({ type: 'phaseReached', sessionId, phase, jump }),
    };
  }

  #closeSession(): void {
    clearTimeout(this.#stabilityTimer);
    const line = this.#line;
    this.#line = null;
    this.#prompts.sessionClosed();
    if (line) this.#track(line.close());
    // The jump hosts stay for a reconnect, but not beyond Stop, a failure, or an edit that may lead another way.
    this.#track(this.#world.jumps.dismiss(this));
  }

  #watchStability(): void {
    const { sessionId } = this.#machine;
    clearTimeout(this.#stabilityTimer);
    this.#stabilityTimer = setTimeout(
      () => this.#happen({ type: 'provedStable', sessionId }),
      this.#world.timings.stableMs,
    );
  }

  async #awaitClosed(): Promise<void> {
    await this.#allClosed();
    this.#happen({ type: 'closed' });
  }

  async #allClosed(): Promise<void> {
    while (this.#closing.size > 0) await Promise.allSettled(this.#closing);
  }

  #track(closing: Promise<void>): void {
    this.#closing.add(closing);
    void closing.finally(() => this.#closing.delete(closing));
  }

  /** One report for all that changes in the same turn. */
  #report(): void {
    if (this.#isReportDue) return;
    this.#isReportDue = true;
    queueMicrotask(() => {
      this.#isReportDue = false;
      this.#world.changed(this.snapshot);
    });
  }
}

function sameServer(a: Profile, b: Profile): boolean {
  return JSON.stringify(wayFields(a)) === JSON.stringify(wayFields(b));
}

/** All of a profile that its session, or the way there, depends on. */
function wayFields(profile: Profile): readonly unknown[] {
  const { server, login, hostKeys, connection, jumpHosts, proxy, legacyAlgorithms, practice } = profile;
  const { forwardsAgent = false } = profile;
  return [server, login, hostKeys, connection, jumpHosts, proxy, legacyAlgorithms, forwardsAgent, practice];
}
