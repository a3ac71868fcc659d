import { randomUUID } from 'node:crypto';
import type { CommandError } from '#shared/contract/command.ts';
import { PRACTICE_TARGETS, PRACTICE_USER, type PracticeIdentity } from '#shared/practice.ts';
import { type Profile, profileSchema } from '#shared/profile.ts';
import { type Result, succeed } from '#shared/result.ts';
import type { PracticeStore } from '../storage/practice-store.ts';
import type { ProfileStore } from '../storage/profile-store.ts';
import type { EngineKeeper } from './engine-keeper.ts';

interface PracticeOptions {
  readonly profiles: ProfileStore;
  readonly store: PracticeStore;
  readonly engine: EngineKeeper;
  createIdentity(): PracticeIdentity;
  /** The port in a saved profile was brought up to date. */
  onProfilesChanged(): void;
  /** Something could not be saved; it works for this run. */
  tell(text: string): void;
}

/** The server inside the app, that newcomers practise with: the same one after every restart. */
export class PracticeKeeper {
  readonly #options: PracticeOptions;
  #identity: PracticeIdentity | null;
  #port: number | null;
  #running: Promise<Result<number, CommandError>> | null = null;

  constructor(options: PracticeOptions) {
    this.#options = options;
    ({ identity: this.#identity, port: this.#port } = options.store.get());
  }

  /** Makes sure that the server runs in the present engine; gives its port. */
  async prepare(): Promise<Result<number, CommandError>> {
    this.#running ??= this.#start();
    const running = this.#running;
    const result = await running;
    // The next one who asks tries again.
    if (!result.ok && this.#running === running) this.#running = null;
    return result;
  }

  /** The server went down with its engine. */
  engineLost(): void {
    this.#running = null;
  }

  /** Claims that somebody may want to start a practice tunnel. */
  isInUse(): boolean {
    return this.#options.profiles.list().some(({ practice }) => practice);
  }

  /** Finds the profile `Practice`, or makes it. */
  async createProfile(): Promise<Result<Profile, CommandError>> {
    const prepared = await this.prepare();
    const existing = this.#options.profiles.list().find(({ practice }) => practice);
    if (existing) return succeed(existing);
    if (!prepared.ok) return prepared;
    return this.#options.profiles.save(
      profileSchema.parse({
        id: randomUUID(),
        name: 'Practice',
        server: practiceServer(prepared.value),
        login: { method: 'password' },
        forwards: [
          { bind: { address: 'localhost', port: 42424 }, target: PRACTICE_TARGETS.imap },
          { bind: { address: 'localhost', port: 42080 }, target: PRACTICE_TARGETS.web },
        ].map((ends) => ({ id: randomUUID(), kind: 'local', ...ends })),
        practice: true,
      }),
    );
  }

  /** A profile as the engine shall dial it: a practice one leads to our own server, whatever it says. */
  dialled(profile: Profile): Profile {
    if (!profile.practice || this.#port === null) return profile;
    return { ...profile, server: practiceServer(this.#port) };
  }

  async #start(): Promise<Result<number, CommandError>> {
    const { engine, createIdentity } = this.#options;
    this.#identity ??= createIdentity();
    const identity = this.#identity;
    const started = await engine.call('engine.startPractice', { identity, preferredPort: this.#port });
    if (!started.ok) return started;
    const { port } = started.value;
    this.#port = port;
    this.#remember(identity, port);
    return succeed(port);
  }

  #remember(identity: PracticeIdentity, port: number): void {
    const { store, profiles, tell, onProfilesChanged } = this.#options;
    const before = store.get();
    if (before.identity?.hostKey !== identity.hostKey || before.port !== port) {
      const saved = store.set({ identity, port });
      if (!saved.ok) tell(`The practice server will be another one next time. ${saved.error.message}`);
    }
    const outdated = profiles.list().filter(({ practice, server }) => practice && server.port !== port);
    const saved = outdated.map((profile) => profiles.save({ ...profile, server: practiceServer(port) }));
    if (saved.some(({ ok }) => ok)) onProfilesChanged();
  }
}

function practiceServer(port: number): Profile['server'] {
  return { host: '127.0.0.1', port, user: PRACTICE_USER };
}
