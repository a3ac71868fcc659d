import { once } from 'node:events';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { _electron, test as base, type ElectronApplication, expect, type Page } from '@playwright/test';
import { snapshotRealSshFolder } from '../../support/real-ssh-folder.ts';
import { createTemporaryHome, type TemporaryHome } from '../../support/temporary-home.ts';

/** The repository, whose built app is what is started. */
const repository = path.join(import.meta.dirname, '../../..');

/** Takes the place of Electron, and starts it behind the command in CULVERT_WITHIN. */
const startsElsewhere = path.join(repository, 'scripts', 'testing', 'electron-elsewhere.mjs');

/** One running Culvert. */
export interface CulvertApp {
  readonly electron: ElectronApplication;
  /** The window. Waits for it; rejects when none comes. */
  page(): Promise<Page>;
  readonly userData: string;
  /** What the app has logged so far. */
  log(): Promise<string>;
  /** What the window complained of since it was last asked: policy violations, errors, exceptions. */
  takeProblems(): readonly string[];
  /** Quits as a person does, and gives the exit code; null if a signal ended it. */
  close(): Promise<number | null>;
}

export interface LaunchOptions {
  /** More arguments for the app. */
  readonly args?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  /** Another user data folder than the computer's. */
  readonly userData?: string;
  /** A command that starts it elsewhere, such as `ip netns exec …`. Default: here. Not for tests that start it themselves. */
  readonly within?: readonly string[];
}

/** The computer of one test: a home and a user data folder that nobody else has, and the apps started there. */
export interface Computer {
  readonly home: string;
  readonly sshFolder: string;
  readonly userData: string;
  /** Starts Culvert, a second time, too. What is still open at the end of the test is closed. */
  launch(options?: LaunchOptions): Promise<CulvertApp>;
  /** The command and environment with which {@link launch} starts it, for tests that do it themselves. */
  command(options?: LaunchOptions): {
    readonly program: string;
    readonly args: readonly string[];
    readonly env: Record<string, string>;
  };
  /** Puts a file into the user data folder. */
  writeUserData(name: string, text: string): Promise<void>;
}

/**
 * Playwright's `test` with a `computer`. Each test ends with the proof that no window complained, that nothing failed
 * unexpectedly in main or the engine, and that the real ~/.ssh is as it was.
 */
export const test = base.extend<{ computer: Computer }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright wants a pattern here
  computer: async ({}, use, testInfo) => {
    const realSsh = await snapshotRealSshFolder();
    const home = await createTemporaryHome();
    const apps: CulvertApp[] = [];
    const computer = createComputer(home, apps);
    try {
      await use(computer);
      for (const app of apps) await prove(app, testInfo.status === testInfo.expectedStatus);
    } finally {
      for (const app of apps) await app.close();
      const log = await readFile(path.join(computer.userData, 'culvert.log'), 'utf8').catch(() => '');
      await testInfo.attach('culvert.log', { body: log, contentType: 'text/plain' });
      await home.close();
    }
    await realSsh.expectUntouched();
  },
});

export { expect };

/** A test that failed already has said what is wrong; nothing is added to it. */
async function prove(app: CulvertApp, hasPassed: boolean): Promise<void> {
  if (!hasPassed) return;
  expect(app.takeProblems(), 'nothing that the window complained of').toEqual([]);
  const unexpected = (await app.log())
    .split('\n')
    .filter((line) => /failed unexpectedly|misunderstood|preload failed/i.test(line));
  expect(unexpected, 'nothing that failed unexpectedly').toEqual([]);
}

function createComputer(home: TemporaryHome, apps: CulvertApp[]): Computer {
  const usualUserData = path.join(home.home, 'culvert-data');
  const command = ({ args = [], env = {}, userData = usualUserData }: LaunchOptions = {}) => {
    const program = process.env.CULVERT_ELECTRON;
    if (!program) throw new Error('CULVERT_ELECTRON does not name an Electron: start me with Playwright.');
    const all: NodeJS.ProcessEnv = { ...home.env, ...env };
    const defined = Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined);
    return {
      program,
      args: [repository, `--user-data-dir=${userData}`, ...args],
      env: Object.fromEntries(defined),
    };
  };
  return {
    home: home.home,
    sshFolder: home.sshFolder,
    userData: usualUserData,
    command,
    async launch(options) {
      const { program, args, env } = command(options);
      const within = options?.within;
      const electron = await _electron.launch({
        executablePath: within === undefined ? program : startsElsewhere,
        args: [...args],
        env: within === undefined ? env : { ...env, CULVERT_WITHIN: JSON.stringify(within) },
      });
      const app = watch(electron, path.resolve(options?.userData ?? usualUserData));
      apps.push(app);
      return app;
    },
    async writeUserData(name, text) {
      await mkdir(usualUserData, { recursive: true });
      await writeFile(path.join(usualUserData, name), text);
    },
  };
}

function watch(electron: ElectronApplication, userData: string): CulvertApp {
  const process = electron.process();
  const ended = once(process, 'exit').then(([code]) => code as number | null);
  let problems: string[] = [];
  electron.context().on('console', (message) => {
    if (message.type() === 'error' || /content security policy/i.test(message.text())) {
      problems.push(`${message.type()}: ${message.text()}`);
    }
  });
  electron.context().on('weberror', (error) => problems.push(`exception: ${error.error().stack}`));
  let closing: Promise<number | null> | undefined;
  const close = async () => {
    if (process.exitCode === null && process.signalCode === null) await electron.close();
    return ended;
  };
  return {
    electron,
    userData,
    page: () => electron.firstWindow(),
    log: () => readFile(path.join(userData, 'culvert.log'), 'utf8'),
    takeProblems() {
      const taken = problems;
      problems = [];
      return taken;
    },
    close() {
      closing ??= close();
      return closing;
    },
  };
}
