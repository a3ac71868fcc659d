import { createInterface } from 'node:readline';
import { utilityProcess } from 'electron';
import type { Handlers } from '#shared/contract/command.ts';
import { type engineCommands, engineEvents, engineRequests } from '#shared/contract/engine.ts';
import { createPeer } from '#shared/contract/rpc.ts';
import type { EngineEventSink, EngineLink } from '../app/engine-link.ts';
import type { Log } from './log.ts';

interface EngineHostOptions {
  /** The engine's entry, a file of the build. */
  readonly modulePath: string;
  readonly log: Log;
  readonly requests: Handlers<typeof engineRequests>;
  readonly onEvent: EngineEventSink;
  readonly onReady: (link: EngineLink) => void;
  /** The process is gone, whether it was asked to go or not. Called once for each one that was started. */
  readonly onLost: () => void;
}

/** Runs the engine in a process of its own, one after another: a crash there must cost a reconnect, not the app. */
export interface EngineHost {
  /** Starts a process; `onReady` or `onLost` follows. */
  start(): void;
  /** Ends the process that runs without asking it: one that hangs hears nothing. `onLost` follows. */
  endHung(): void;
  /** Ends the process that runs, if one does. Resolves when it is really gone. */
  close(): Promise<void>;
}

/** How long a process may take to end by itself when asked, in milliseconds. */
const END_TIMEOUT_MS = 2_000;

/** Prepares the place where engines run; starts none. */
export function createEngineHost(options: EngineHostOptions): EngineHost {
  let current: EngineProcess | undefined;
  return {
    start() {
      current = startProcess(options);
    },
    endHung() {
      current?.kill();
    },
    async close() {
      await current?.end();
    },
  };
}

interface EngineProcess {
  kill(): void;
  end(): Promise<void>;
}

function startProcess(options: EngineHostOptions): EngineProcess {
  const { modulePath, log, requests, onEvent, onReady, onLost } = options;
  // The environment goes along whole: SSH_AUTH_SOCK leads to the agent, HOME to the keys.
  const child = utilityProcess.fork(modulePath, [], { serviceName: 'culvert-engine', stdio: 'pipe' });
  const peer = createPeer<
    typeof engineCommands,
    Record<never, never>,
    typeof engineRequests,
    typeof engineEvents
  >({
    channel: {
      post: (message) => child.postMessage(message),
      onMessage: (listener) => child.on('message', listener),
    },
    incoming: engineRequests,
    handlers: requests,
    received: engineEvents,
    onEvent,
    onBug: (what, error) => log.error(`The engine and main misunderstood each other at ${what}`, error),
  });
  for (const stream of [child.stdout, child.stderr]) {
    if (stream) createInterface({ input: stream }).on('line', (line) => log.warning(`Engine: ${line}`));
  }
  child.on('spawn', () => {
    log.info(`The engine runs as process ${child.pid}.`);
    onReady({ call: peer.call });
  });
  child.on('error', (type, location) => log.error(`The engine died of ${type} in ${location}.`));
  const gone = new Promise<void>((resolve) => {
    child.on('exit', (code) => {
      log.info(`The engine ended with code ${code}.`);
      peer.disconnect();
      onLost();
      resolve();
    });
  });
  let ending: Promise<void> | undefined;
  // Its pid is unset once it is gone, so that nobody else is hit.
  const kill = () => {
    if (child.pid !== undefined) process.kill(child.pid, 'SIGKILL');
  };
  const end = async () => {
    child.kill();
    const timer = setTimeout(() => {
      log.warning('The engine did not end by itself.');
      kill();
    }, END_TIMEOUT_MS);
    await gone;
    clearTimeout(timer);
  };
  return {
    kill,
    end() {
      ending ??= end();
      return ending;
    },
  };
}
