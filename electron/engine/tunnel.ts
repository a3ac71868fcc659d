import { assertNever } from '#shared/assert-never.ts';
import type { CommandError } from '#shared/contract/command.ts';
import type { Profile } from '#shared/profile.ts';
import { fitsPrompt, type PromptAnswer } from '#shared/prompt.ts';
import { fail, type Result } from '#shared/result.ts';
import type { HopProposal } from '#shared/second-hop.ts';
import type { ServerLook } from '#shared/server-look.ts';
import type { TunnelSnapshot } from '#shared/tunnel-state.ts';
import { Closings } from './closings.ts';
import type { ChannelSource } from './forward/channel-source.ts';
import { ForwardSet } from './forward-set.ts';
import { remoteEntrances } from './our-entrances.ts';
import { cancelError } from './prompt-desk.ts';
import { isSameWay } from './route/same-way.ts';
import type { RunningForward } from './running-forward/running-forward.ts';
import { markOurs } from './server/mark-ours.ts';
import { NOT_OPEN, ServerSide } from './server/server-side.ts';
import { SessionSide } from './session-side.ts';
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
  #profile: Profile;
  #machine: Machine = INITIAL_MACHINE;
  /** The session that was suspected of an expired password. */
  #suspected: ChannelSource | null = null;
  readonly #session: SessionSide;
  readonly #server: ServerSide;
  readonly #forwards: ForwardSet;
  #lastError: TunnelSnapshot['lastError'] = null;
  #retryTimer: NodeJS.Timeout | undefined;
  readonly #closings = new Closings();
  #isReportDue = false;
  #isStartDue = false;

  constructor(id: string, profile: Profile, world: TunnelWorld) {
    this.id = id;
    this.#world = world;
    this.#profile = profile;
    this.#session = new SessionSide({
      tunnelId: id,
      world,
      profile: () => this.#profile,
      sessionId: () => this.#machine.sessionId,
      happen: (event) => this.#happen(event),
    });
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
    return this.#machine.state.status === 'open' ? this.#session.channels : null;
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
    void this.#closings.done().then(() => {
      if (this.#isStartDue) this.#start();
    });
  }

  #start(): void {
    this.#isStartDue = false;
    const { status } = this.#machine.state;
    if (status === 'stopped' || status === 'failed') {
      this.#lastError = null;
      this.#server.forget();
      this.#session.startOver();
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
    const needsNewSession = !isSameWay(this.#profile, profile);
    const looksOtherwise = this.#profile.looksAtServer !== profile.looksAtServer;
    this.#profile = profile;
    if (needsNewSession) {
      this.#session.findWay();
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
      const error = cancelError(prompt);
      this.#session.decline(prompt, error);
      this.#happen({ type: 'cancelled', promptId, error });
      return true;
    }
    if (!fitsPrompt(prompt, answer)) return false;
    this.#session.answer(prompt, answer, sessionLives);
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
    await this.#closings.done();
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
        this.#session.open(effect.sessionId);
        return;
      case 'closeSession':
        this.#closings.add(this.#session.close());
        return;
      case 'attachForwards':
        this.#server.use(this.#session.channels);
        this.#forwards.use(this.#session.channels);
        return;
      case 'detachForwards':
        this.#session.detach();
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
        this.#session.watchStability(this.#machine.sessionId);
        return;
      case 'verifySession':
        this.#session.verify();
        return;
      case 'awaitClosed':
        void this.#awaitClosed();
        return;
      default:
        assertNever(effect);
    }
  }

  #arrangeForwards(): void {
    this.#closings.add(this.#forwards.arrange(this.#profile.forwards));
  }

  #releaseForwards(): void {
    this.#closings.add(this.#forwards.release());
    this.#session.detach();
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

  async #awaitClosed(): Promise<void> {
    await this.#closings.done();
    this.#happen({ type: 'closed' });
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
