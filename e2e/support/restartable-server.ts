import { eventually } from './eventually.ts';
import { findFreePort } from './free-port.ts';
import { killTrees } from './process-tree.ts';
import {
  PortTakenError,
  type ServerCommand,
  type ServerProcess,
  startServerProcess,
} from './server-process.ts';

/** What a test can do to a real SSH server. */
export interface ServerControls {
  readonly host: string;
  readonly port: number;
  /** All that the server wrote since the start, also over restarts. */
  log(): string;
  /** One process id for each connected client, also for those still logging in. */
  sessionPids(): readonly number[];
  /** Ends the clients' processes with SIGKILL; the listener stays. */
  dropSessions(): Promise<void>;
  /** Ends the listener as `systemctl stop ssh` does: connected clients stay. */
  stop(): Promise<void>;
  /** Ends listener and clients' processes with SIGKILL. */
  kill(): Promise<void>;
  /** Kills what still runs and starts anew on the same port. */
  restart(): Promise<void>;
}

export interface RestartableServer {
  readonly host: string;
  /** Undefined: a free one. */
  readonly port: number | undefined;
  /** Writes the configuration for this port and says how to start the server. Called before each start. */
  readonly prepare: (port: number) => Promise<Omit<ServerCommand, 'onLog'>>;
}

/** Starts a server, on another port where somebody was faster, and resolves when it listens. */
export async function startRestartableServer(server: RestartableServer): Promise<ServerControls> {
  let log = '';
  const launch = async (port: number) => {
    const command = await server.prepare(port);
    return startServerProcess({
      ...command,
      onLog: (text) => {
        log += text;
      },
    });
  };
  const first = await launchSomewhere(launch, server);
  const { port } = first;
  let current = first.process;
  return {
    host: server.host,
    port,
    log: () => log,
    sessionPids: () => current.clientProcesses().map((each) => each.pid),
    dropSessions: () => killTrees(current.clientProcesses()),
    stop: () => current.stop(),
    kill: () => current.kill(),
    restart: async () => {
      await current.kill();
      // The port can stay taken for a moment, by what a killed session still held.
      current = await eventually(() => launch(port), { timeoutMs: 5000, everyMs: 100 });
    },
  };
}

async function launchSomewhere(
  launch: (port: number) => Promise<ServerProcess>,
  { host, port: wantedPort }: RestartableServer,
): Promise<{ readonly port: number; readonly process: ServerProcess }> {
  for (let attempt = 1; ; attempt += 1) {
    const port = wantedPort ?? (await findFreePort(host));
    try {
      return { port, process: await launch(port) };
    } catch (error) {
      const canMove = error instanceof PortTakenError && wantedPort === undefined && attempt < 5;
      if (!canMove) throw error;
    }
  }
}
