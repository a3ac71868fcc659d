import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import type { Login } from '#shared/login.ts';
import type { Forward, Profile } from '#shared/profile.ts';
import type { TunnelTimings } from '../../electron/engine/tunnel-world.ts';
import { createClosers } from './closers.ts';
import { type EngineUnderTest, startEngine, testProfile } from './engine-under-test.ts';
import { watchForLeaks } from './leaks.ts';
import { snapshotRealSshFolder } from './real-ssh-folder.ts';
import { type Sshd, type SshdOptions, startSshd } from './sshd.ts';
import { createTemporaryHome } from './temporary-home.ts';
import { borrowThrowawayAccount } from './throwaway-account.ts';

/** A server as a tunnel sees it, with a key that may log in. */
export interface TunnelServer {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly identityFile: string;
}

/** An engine whose one tunnel is open. */
export interface OpenTunnel {
  readonly engine: EngineUnderTest;
  readonly profile: Profile;
}

/** What the tests of one file share. All that they open through it is closed after each test. */
export interface EngineSuite {
  /** Closes something after the present test. Gives it back. */
  use<T extends { close(): Promise<void> }>(resource: T): T;
  /** A home folder for the whole file: HOME points there. */
  home(): string;
  knownHostsFile(): string;
  /** Replaces what stands in it. */
  knowHosts(lines: string): Promise<void>;
  /** Starts an sshd with one host key that is known already. */
  sshd(options?: SshdOptions): Promise<Sshd>;
  /** Starts an engine that reads the home's known_hosts. */
  engine(timings?: Partial<TunnelTimings>): EngineUnderTest;
  /** Opens a tunnel with the server's key file and waits until all its forwards listen. */
  open(
    server: TunnelServer,
    forwards: readonly Forward[],
    timings?: Partial<TunnelTimings>,
  ): Promise<OpenTunnel>;
}

/**
 * Call it once at the top of a test file. HOME points to a temporary folder while the file runs, no agent is
 * there, after each test no socket may be left, and after all the real `~/.ssh` must be as it was.
 */
export function engineSuite(): EngineSuite {
  const wholeFile = createClosers();
  const oneTest = createClosers();
  let home = '';
  const knownHostsFile = () => path.join(home, '.ssh', 'known_hosts');
  const knowHosts = (lines: string) => writeFile(knownHostsFile(), lines);

  beforeAll(async () => {
    const realSshFolder = await snapshotRealSshFolder();
    wholeFile.add(() => realSshFolder.expectUntouched());
    const restoreEnvironment = rememberEnvironment('HOME', 'SSH_AUTH_SOCK');
    wholeFile.add(async () => restoreEnvironment());
    // One account for the whole file: to add one for each test costs half a second.
    wholeFile.add((await borrowThrowawayAccount()).close);
    const temporary = await createTemporaryHome();
    wholeFile.add(temporary.close);
    home = temporary.home;
    process.env.HOME = home;
    delete process.env.SSH_AUTH_SOCK;
  });
  beforeEach(() => {
    const leaks = watchForLeaks();
    // Added first, so checked last: a bad line between us and the server holds sockets of its own.
    oneTest.add(() => leaks.expectNone());
  });
  afterEach(oneTest.close);
  afterAll(wholeFile.close);

  const use: EngineSuite['use'] = (resource) => {
    oneTest.add(() => resource.close());
    return resource;
  };
  const engine: EngineSuite['engine'] = (timings) => use(startEngine(knownHostsFile(), timings));
  return {
    use,
    home: () => home,
    knownHostsFile,
    knowHosts,
    engine,
    sshd: async (options) => {
      const sshd = use(await startSshd({ hostKeyTypes: ['ed25519'], ...options }));
      await knowHosts(sshd.knownHosts());
      return sshd;
    },
    open: async (server, forwards, timings) => {
      const opened = engine(timings);
      const profile = testProfile(server, keyFile(server), forwards);
      await opened.start(profile);
      await opened.until(profile, 'open');
      for (const [index, forward] of forwards.entries()) {
        if (forward.enabled) await opened.untilForward(profile, index, 'listening');
      }
      return { engine: opened, profile };
    },
  };
}

/** A login with the server's own key file. */
export function keyFile({ identityFile }: { readonly identityFile: string }): Login {
  return { method: 'keyFile', keyFile: identityFile };
}

function rememberEnvironment(...names: readonly string[]): () => void {
  const before = names.map((name) => [name, process.env[name]] as const);
  return () => {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  };
}
