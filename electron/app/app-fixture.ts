import { randomUUID } from 'node:crypto';
import type { CommandError, InputOf, OutputOf, PayloadOf } from '#shared/contract/command.ts';
import type { engineCommands } from '#shared/contract/engine.ts';
import type { Events } from '#shared/contract/index.ts';
import type { Keychain } from '#shared/environment.ts';
import type { Profile } from '#shared/profile.ts';
import type { Prompt } from '#shared/prompt.ts';
import { fail, type Result, succeed } from '#shared/result.ts';
import type { TunnelSnapshot, TunnelState } from '#shared/tunnel-state.ts';
import { makeProfile, makeTestFolder, type TestFolder } from '../storage/storage-fixture.ts';
import { type App, type AppOptions, createApp } from './create-app.ts';
import type { EngineLink } from './engine-link.ts';
import type { TrayEntry } from './tray-model.ts';

type EngineName = keyof typeof engineCommands;

/** What an engine was asked. */
export type EngineCall = {
  readonly [Name in EngineName]: {
    readonly name: Name;
    readonly input: InputOf<(typeof engineCommands)[Name]>;
  };
}[EngineName];

/** An engine that remembers what it was asked, in order, and answers at once unless told otherwise. */
export class RecordingEngine implements EngineLink {
  readonly calls: EngineCall[] = [];
  /** Answers other than success; a promise holds the answer back. */
  readonly answers = new Map<EngineName, () => Promise<Result<unknown, CommandError>>>();
  practicePort = 40022;
  isGone = false;

  readonly call: EngineLink['call'] = async (name, input) => {
    type Answer = Result<OutputOf<(typeof engineCommands)[typeof name]>, CommandError>;
    if (this.isGone) return fail({ code: 'unavailable', message: 'The engine is gone.' });
    // Main asks for a sign of life by itself, between all that it is made to ask.
    if (name !== 'engine.pulse') this.calls.push({ name, input } as EngineCall);
    const answer = this.answers.get(name);
    if (answer) return (await answer()) as Answer;
    if (name === 'engine.startPractice') return succeed({ port: this.practicePort }) as Answer;
    if (name === 'listeners.list') return succeed({ listeners: [] }) as Answer;
    return succeed(null) as Answer;
  };

  /** What it was asked by that name. */
  asked<Name extends EngineName>(name: Name): readonly InputOf<(typeof engineCommands)[Name]>[] {
    return this.calls
      .filter((call) => call.name === name)
      .map(({ input }) => input as InputOf<(typeof engineCommands)[Name]>);
  }

  /** The profiles that it was asked to start, in order. */
  started(): readonly string[] {
    return this.asked('engine.start').map(({ profile }) => profile.id);
  }
}

export type RecordedEvent = {
  readonly [Name in keyof Events]: { readonly name: Name; readonly payload: PayloadOf<Events, Name> };
}[keyof Events];

/** A keychain that turns texts round, can be locked, and opens only what was closed with its own key. */
export class TestSecretBox {
  keychain: Keychain = 'ready';
  locked = false;
  /** How often the user would have been asked to unlock it. */
  unlocks = 0;
  readonly #mark: string;

  constructor(key = 'key') {
    this.#mark = `sealed with ${key}:`;
  }

  unlock(): void {
    this.unlocks += 1;
  }

  async encrypt(text: string): Promise<Buffer> {
    if (this.locked) throw new Error('The keychain is locked.');
    return Buffer.from(`${this.#mark}${[...text].reverse().join('')}`);
  }

  async decrypt(encrypted: Buffer): Promise<string> {
    const text = encrypted.toString();
    if (this.locked || !text.startsWith(this.#mark)) throw new Error('The keychain does not open it.');
    return [...text.slice(this.#mark.length)].reverse().join('');
  }
}

/** One run of Culvert over a folder: the real use cases and files, with an engine that only remembers. */
export class TestRun {
  readonly place: TestFolder;
  readonly app: App;
  readonly events: RecordedEvent[] = [];
  readonly menus: (readonly TrayEntry[])[] = [];
  readonly log: string[] = [];
  readonly box = new TestSecretBox();
  readonly clipboard: string[] = [];
  /** What is watched for changes now. */
  readonly watches = new Set<{ readonly paths: readonly string[]; readonly onChange: () => void }>();
  /** How often an engine was asked for. */
  engineStarts = 0;
  /** Programs that a lost engine had left behind. */
  readonly endedPrograms: number[] = [];
  /** How often one was ended because it hung. */
  hungEngines = 0;
  engine = new RecordingEngine();
  openAtLogin = false;
  /** What the user chooses in the dialogs of export and import. */
  transferFile: string | null = null;
  loginItemFails = false;

  constructor(place: TestFolder) {
    this.place = place;
    const options: AppOptions = {
      folder: place.folder,
      openWriter: place.openWriter,
      desktop: {
        secretBox: this.box,
        loginItem: {
          set: async (on) => {
            if (this.loginItemFails) throw new Error('The system refused.');
            this.openAtLogin = on;
          },
        },
        chooseKeyFile: async () => '/home/ana/.ssh/id_ed25519',
        homeFolder: '/home/ana',
        chooseExportFile: async () => this.transferFile,
        chooseImportFile: async () => this.transferFile,
        copyText: (text) => void this.clipboard.push(text),
      },
      environment: {
        platform: 'linux',
        appVersion: '0.1.0',
        tray: true,
        canOpenAtLogin: true,
        localUser: 'ana',
      },
      watchFiles: (paths, onChange) => {
        const watch = { paths, onChange };
        this.watches.add(watch);
        return () => this.watches.delete(watch);
      },
      createPracticeIdentity: () => ({
        hostKey: '-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----\n',
        password: randomUUID(),
      }),
      startEngine: () => {
        this.engineStarts += 1;
      },
      endPrograms: (leaders) => void this.endedPrograms.push(...leaders),
      endHungEngine: () => {
        this.hungEngines += 1;
      },
      onEvent: (name, payload) => void this.events.push({ name, payload } as RecordedEvent),
      onMenu: (entries) => void this.menus.push(entries),
      log: (level, message) => void this.log.push(`${level}: ${message}`),
      now: () => place.now(),
    };
    this.app = createApp(options);
  }

  /** Opens the app and gives it an engine. */
  open(): this {
    this.app.open();
    this.app.engineReady(this.engine);
    return this;
  }

  /** The engine dies, and what is asked of it is answered as by a closed channel. */
  crash(): void {
    this.engine.isGone = true;
    this.engine = new RecordingEngine();
    this.app.engineLost();
  }

  /** The engine tells of a tunnel. */
  tell(id: string, state: TunnelState): void {
    this.app.onEngineEvent('tunnel.changed', { id, state, forwards: [], lastError: null });
  }

  async save(profile: Profile): Promise<Profile> {
    const saved = await this.app.handlers['profiles.save']({ profile });
    if (!saved.ok) throw new Error(saved.error.message);
    return saved.value;
  }

  /** Saves that many profiles, named by their number. */
  async saveMany(count: number): Promise<readonly Profile[]> {
    const profiles = Array.from({ length: count }, (_none, index) => makeProfile({ name: `T${index}` }));
    for (const profile of profiles) await this.save(profile);
    return profiles;
  }

  eventsOf<Name extends keyof Events>(name: Name): readonly PayloadOf<Events, Name>[] {
    return this.events
      .filter((event) => event.name === name)
      .map(({ payload }) => payload as PayloadOf<Events, Name>);
  }

  async snapshot() {
    const snapshot = await this.app.handlers['app.snapshot'](null);
    if (!snapshot.ok) throw new Error(snapshot.error.message);
    return snapshot.value;
  }

  async tunnel(id: string): Promise<TunnelSnapshot | undefined> {
    return (await this.snapshot()).tunnels.find((tunnel) => tunnel.id === id);
  }

  async notices(): Promise<readonly string[]> {
    return (await this.snapshot()).notices.map(({ text }) => text);
  }
}

/** Temporary folders of one test, and the runs over them; ended together. */
export class TestBench {
  readonly #places: TestFolder[] = [];
  readonly #runs: TestRun[] = [];

  /** A run over a fresh folder, or over that of another run. */
  run(before?: TestRun): TestRun {
    const place = before?.place ?? makeTestFolder();
    if (!before) this.#places.push(place);
    const run = new TestRun(place);
    this.#runs.push(run);
    return run;
  }

  async end(): Promise<void> {
    for (const run of this.#runs) await run.app.close();
    for (const place of this.#places) place.remove();
  }
}

const server = { host: 'bastion.example.org', port: 22, user: 'ana' };

/** A tunnel that asks for the password of ana at the fixture's server. */
export function asksPassword(promptId: string, change: Partial<typeof server> = {}): TunnelState {
  return asks({ kind: 'password', id: promptId, ...server, ...change, attempt: 1 });
}

/** A tunnel that needs somebody. */
export function asks(prompt: Prompt): TunnelState {
  return { status: 'needsUser', attempt: 1, prompt, sessionLives: true };
}

/** A tunnel that is up. */
export const OPEN: TunnelState = { status: 'open', attempt: 1, since: 0 };
/** A tunnel on its way. */
export const CONNECTING: TunnelState = { status: 'connecting', attempt: 1, phase: 'tcp' };
