import type { CommandError } from '#shared/contract/command.ts';
import type { Profile } from '#shared/profile.ts';
import { fail, type Result, succeed } from '#shared/result.ts';
import type { TunnelError } from '#shared/tunnel-error.ts';
import { isRunning, startHelps } from '#shared/tunnel-words.ts';
import type { ProfileStore } from '../storage/profile-store.ts';
import type { WantedStore } from '../storage/wanted-store.ts';
import type { CrashVerdict, EngineKeeper } from './engine-keeper.ts';
import { KeyedQueue } from './keyed-queue.ts';
import { failedTunnel, tunnelAwaitingEngine } from './lost-tunnel.ts';
import type { PracticeKeeper } from './practice-keeper.ts';
import { StartLine } from './start-line.ts';
import { stoppedTunnel, type TunnelMirror } from './tunnel-mirror.ts';

type Done = Result<null, CommandError>;

interface RunnerOptions {
  readonly profiles: ProfileStore;
  readonly wanted: WantedStore;
  readonly engine: EngineKeeper;
  readonly mirror: TunnelMirror;
  readonly practice: PracticeKeeper;
  now(): number;
  /** The user stopped these tunnels. */
  onStopped(ids: readonly string[]): void;
  /** Called with a sentence for people when something beside the tunnel did not work. */
  tell(text: string): void;
}

/**
 * Starts and stops tunnels, and knows which are wanted: those are started when Culvert opens and when a new
 * engine takes over from a lost one. Commands for one tunnel reach the engine in the order they were given.
 */
export class TunnelRunner {
  readonly #options: RunnerOptions;
  readonly #queue = new KeyedQueue();
  readonly #line: StartLine;
  /** To be started as soon as there is an engine. */
  #awaitingEngine: ReadonlySet<string> = new Set();
  /** Counts engines that came and went. */
  #engineLife = 0;

  #toldForgetful = false;

  constructor(options: RunnerOptions) {
    this.#options = options;
    this.#line = new StartLine(async (id) => this.#note(await this.#enqueueStart(id, 'itself')));
  }

  /** Wants what was wanted when Culvert was last open, and what shall start whenever it opens. */
  resume(): void {
    const { profiles, wanted } = this.#options;
    const ids = profiles
      .list()
      .filter(({ id, startOnOpen }) => startOnOpen || wanted.has(id))
      .map(({ id }) => id);
    this.#want(ids);
    this.#awaitingEngine = new Set(ids);
  }

  /** Starts one tunnel at once; a waiting one tries again. While there is no engine, it starts with the next. */
  start(id: string): Promise<Done> {
    if (!this.#options.profiles.find(id)) return Promise.resolve(noSuchTunnel());
    this.#want([id]);
    this.#line.remove(id);
    return this.#enqueueStart(id, 'person');
  }

  /** Stops one tunnel and wants it no longer. */
  stop(id: string): Promise<Done> {
    if (!this.#options.profiles.find(id)) return Promise.resolve(noSuchTunnel());
    this.#unwant([id]);
    this.#options.onStopped([id]);
    return this.#enqueueStop(id);
  }

  /** Claims that this tunnel is to be open, now and after a restart. */
  isWanted(id: string): boolean {
    return this.#options.wanted.has(id);
  }

  /** Starts what does not run, a few at a time, and tries forwards again that were refused. */
  startAll(): void {
    const { profiles, mirror } = this.#options;
    const ids = profiles
      .list()
      .map(({ id }) => id)
      .filter((id) => startHelps(mirror.get(id)));
    this.#want(ids);
    this.#line.add(ids);
  }

  async stopAll(): Promise<void> {
    const ids = this.#options.profiles.list().map(({ id }) => id);
    this.#unwant(ids);
    this.#options.onStopped(ids);
    await Promise.all(ids.map((id) => this.#enqueueStop(id)));
  }

  /** Lets a running tunnel take on its edited profile; a failed one is stopped by that. */
  async update(id: string): Promise<void> {
    const { engine, profiles, practice, mirror } = this.#options;
    await this.#queue.run(id, async () => {
      const profile = profiles.find(id);
      if (!profile || mirror.get(id).state.status === 'stopped') return;
      this.#note(await engine.call('engine.update', { profile: practice.dialled(profile) }));
    });
  }

  /**
   * The same after a change that nobody made in Culvert. There is no person to press Start again: what is wanted, and failed as it
   * was before, tries once more.
   */
  async updateFollowed(id: string): Promise<void> {
    const { mirror, wanted } = this.#options;
    const hadFailed = mirror.get(id).state.status === 'failed';
    await this.update(id);
    if (hadFailed && wanted.has(id)) this.#line.add([id]);
  }

  /** Stops a tunnel whose profile was deleted, and forgets it. */
  async remove(id: string): Promise<void> {
    const { engine, mirror } = this.#options;
    this.#unwant([id]);
    mirror.forget(id);
    await this.#queue.run(id, async () => this.#note(await engine.call('engine.remove', { id })));
  }

  /** A tunnel changed: the next in line may be due. */
  changed(id: string): void {
    const { state } = this.#options.mirror.get(id);
    // Who said no does not want to be asked again by the next start of Culvert.
    if (state.status === 'failed' && isDeclined(state.error)) this.#unwant([id]);
    const { status } = state;
    if (status !== 'connecting' && status !== 'stopped') this.#line.settled(id);
  }

  /** A new engine knows nothing yet. */
  async engineReady(): Promise<void> {
    const { practice } = this.#options;
    this.#engineLife += 1;
    const life = this.#engineLife;
    // It must listen before its tunnels dial it; and a port that has changed must be known.
    if (practice.isInUse()) this.#note(await practice.prepare());
    // Gone meanwhile: its successor starts them. Put in line now, they would be taken for started then.
    if (life !== this.#engineLife) return;
    const ids = this.#awaitingEngine;
    this.#awaitingEngine = new Set();
    this.#line.add(ids);
  }

  /** The engine is gone, and every session and listener with it. What ran and is wanted waits for the next one. */
  engineLost(verdict: CrashVerdict): void {
    const { profiles, wanted, mirror } = this.#options;
    this.#engineLife += 1;
    const inLine = new Set(this.#line.clear());
    const awaiting = new Set(this.#awaitingEngine);
    for (const profile of profiles.list()) {
      const { id } = profile;
      const isOn = isRunning(mirror.get(id).state.status);
      if (wanted.has(id) && (isOn || inLine.has(id) || awaiting.has(id))) {
        awaiting.add(id);
        this.#showLost(profile, verdict);
      } else if (isOn) {
        mirror.set(stoppedTunnel(id));
      }
    }
    this.#awaitingEngine = awaiting;
  }

  /** Starts nothing more. What is wanted stays so. */
  close(): void {
    this.#line.clear();
  }

  #showLost(profile: Profile, verdict: CrashVerdict): void {
    const { mirror, now } = this.#options;
    switch (verdict.kind) {
      case 'restarts':
        mirror.set(tunnelAwaitingEngine(profile, now(), now() + verdict.inMs));
        break;
      case 'givenUp':
        mirror.set(failedTunnel(profile.id, engineGivenUp(verdict.crashes)));
        break;
    }
  }

  #enqueueStart(id: string, startedBy: 'person' | 'itself'): Promise<Done> {
    const { engine, profiles, practice, wanted } = this.#options;
    return this.#queue.run(id, async () => {
      // Stopped or deleted again before its turn came.
      if (!wanted.has(id)) return succeed(null);
      const prepared = profiles.find(id)?.practice ? await practice.prepare() : null;
      const profile = profiles.find(id);
      if (!profile) return noSuchTunnel();
      const refusal = prepared?.ok === false ? prepared : null;
      const started = refusal ?? (await engine.call('engine.start', { profile: practice.dialled(profile) }));
      if (!started.ok && started.error.code === 'unavailable') return this.#awaitEngine(profile, startedBy);
      return started;
    });
  }

  #enqueueStop(id: string): Promise<Done> {
    const { engine, mirror } = this.#options;
    return this.#queue.run(id, async () => {
      const stopped = await engine.call('engine.stop', { id });
      if (stopped.ok || stopped.error.code !== 'unavailable') return stopped;
      // Without an engine nothing runs.
      if (mirror.get(id).state.status !== 'stopped') mirror.set(stoppedTunnel(id));
      return succeed(null);
    });
  }

  #awaitEngine(profile: Profile, startedBy: 'person' | 'itself'): Done {
    const { engine, wanted, mirror, now } = this.#options;
    if (!wanted.has(profile.id)) return succeed(null);
    // The engine that was asked died and is given up: only a person brings another.
    if (startedBy === 'itself' && engine.isGivenUp) return succeed(null);
    this.#awaitingEngine = new Set([...this.#awaitingEngine, profile.id]);
    mirror.set(tunnelAwaitingEngine(profile, now(), now()));
    engine.start();
    return succeed(null);
  }

  #want(ids: readonly string[]): void {
    this.#noteWanted(this.#options.wanted.add(ids));
  }

  #unwant(ids: readonly string[]): void {
    const gone = new Set(ids);
    for (const id of ids) this.#line.remove(id);
    this.#awaitingEngine = new Set([...this.#awaitingEngine].filter((id) => !gone.has(id)));
    this.#noteWanted(this.#options.wanted.remove(ids));
  }

  /** A tunnel runs whether or not that can be remembered; it is worth a word, once. */
  #noteWanted(saved: Done): void {
    if (saved.ok || this.#toldForgetful) return;
    this.#toldForgetful = true;
    this.#options.tell(`Culvert cannot remember which tunnels are on. ${saved.error.message}`);
  }

  #note(result: Result<unknown, CommandError>): void {
    // That the engine is gone is told elsewhere.
    if (!result.ok && result.error.code !== 'unavailable') this.#options.tell(result.error.message);
  }
}

/** Claims that a person called it off. */
function isDeclined({ code }: TunnelError): boolean {
  return code === 'loginCancelled' || code === 'hostKeyNotTrusted';
}

function engineGivenUp(crashes: number): TunnelError {
  return { code: 'unexpected', detail: `the tunnel engine stopped ${crashes} times within a minute.` };
}

function noSuchTunnel(): Done {
  return fail({ code: 'notFound', message: 'This tunnel does not exist any more.' });
}
