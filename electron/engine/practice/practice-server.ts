import { createServer, type Server } from 'node:net';
import { PRACTICE_USER, type PracticeIdentity } from '#shared/practice.ts';
import { publicKeyOf } from './practice-identity.ts';
import { type PracticeSession, type SessionLimits, servePracticeSession } from './practice-session.ts';

/** A running practice server. */
export interface PracticeServer {
  readonly host: typeof HOST;
  /** The port that was really bound. */
  readonly port: number;
  readonly user: typeof PRACTICE_USER;
  /** Hangs up on everyone and resolves when the port is free and every socket closed. Idempotent. */
  close(): Promise<void>;
}

/** What the server bears with in all. */
export interface PracticeLimits extends SessionLimits {
  /** Clients at once. */
  readonly maxSessions: number;
}

export interface PracticeServerOptions {
  readonly identity: PracticeIdentity;
  /** The port to bind if it is free; 0 or absent for any. */
  readonly port?: number;
  readonly limits?: Partial<PracticeLimits>;
}

/** Loopback by its number: `localhost` may mean `::1`, or whatever stands in the hosts file. */
const HOST = '127.0.0.1';

const DEFAULT_LIMITS: PracticeLimits = {
  maxSessions: 32,
  maxChannels: 512,
  loginTimeoutMs: 30_000,
  wrongPasswordDelayMs: 1_000,
};

/**
 * Starts the SSH server that newcomers dig their first tunnel to: on loopback, for one user and one password,
 * with two services of its own behind it and a way to nowhere else. The services run on the channels
 * themselves, so one port is all that is opened. When the preferred port is taken it binds another;
 * rejects when loopback cannot be bound at all, or when the identity's host key is damaged.
 */
export async function startPracticeServer(options: PracticeServerOptions): Promise<PracticeServer> {
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const sessions = new Set<PracticeSession>();
  // A damaged key would throw at the first client, where nobody can catch it. So look now.
  publicKeyOf(options.identity);

  const server = createServer((socket) => {
    if (sessions.size >= limits.maxSessions && !makeRoom(sessions)) {
      socket.destroy();
      return;
    }
    const session = servePracticeSession(socket, options.identity, limits);
    sessions.add(session);
    socket.on('close', () => sessions.delete(session));
  });
  const port = await bind(server, options.port ?? 0);
  // A failed accept (no file descriptors left, say) loses that client, not the server.
  server.on('error', () => undefined);

  let closing: Promise<void> | undefined;
  const close = () => {
    closing ??= new Promise((resolve) => {
      server.close(() => resolve());
      for (const session of sessions) session.hangUp();
    });
    return closing;
  };
  return { host: HOST, port, user: PRACTICE_USER, close };
}

/**
 * Drops the client that has been logging in longest, so that port scanners and forgotten sockets never keep the
 * user's own tunnel out. False when all are logged in.
 */
function makeRoom(sessions: Set<PracticeSession>): boolean {
  for (const session of sessions) {
    if (session.isLoggedIn()) continue;
    sessions.delete(session);
    session.drop();
    return true;
  }
  return false;
}

async function bind(server: Server, preferredPort: number): Promise<number> {
  try {
    return await listen(server, preferredPort);
  } catch (error) {
    if (preferredPort === 0 || !isTaken(error)) throw error;
    return listen(server, 0);
  }
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: HOST, port }, () => {
      server.off('error', reject);
      const address = server.address();
      if (address === null || typeof address === 'string') throw new Error('A TCP server has a port.');
      resolve(address.port);
    });
  });
}

/** In use, or kept by the system: Windows reserves ranges of ports and answers EACCES. */
function isTaken(error: unknown): boolean {
  return (
    error instanceof Error && 'code' in error && (error.code === 'EADDRINUSE' || error.code === 'EACCES')
  );
}
