import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Algorithms, Connection } from 'ssh2';
import { formatEndpoint } from '#shared/endpoint.ts';
import { PRACTICE_TARGETS, type PracticeIdentity } from '#shared/practice.ts';
import { ssh2 } from '../ssh/ssh2.ts';
import { serveImapGreeter } from './imap-greeter.ts';
import { guardLogin } from './practice-login.ts';
import { REFUSAL, refuseChannel } from './refuse-channel.ts';
import { serveWebPage } from './web-page.ts';

/** How long and how much the server bears with one client. */
export interface SessionLimits {
  /** From the accepted socket to the right password. */
  readonly loginTimeoutMs: number;
  /** How long a wrong password waits for its answer. */
  readonly wrongPasswordDelayMs: number;
  /** Channels open at once in one session. */
  readonly maxChannels: number;
}

/** One client of the practice server, logged in or not. */
export interface PracticeSession {
  isLoggedIn(): boolean;
  /** Says goodbye and closes the socket, after half a second by force. Idempotent. */
  hangUp(): void;
  /** Closes the socket at once, without a word. Idempotent. */
  drop(): void;
}

/** A handshake and a login take about 5 KiB, an agent full of keys some more. */
const MAX_BYTES_BEFORE_LOGIN = 256 * 1024;
const HANG_UP_GRACE_MS = 500;

/**
 * Elliptic curves only: under Electron's BoringSSL finite-field Diffie-Hellman blocks the process for up
 * to half a minute, and chacha20 is missing. No compression, which costs more than loopback gains.
 */
const ALGORITHMS: Algorithms = {
  kex: [
    'curve25519-sha256',
    'curve25519-sha256@libssh.org',
    'ecdh-sha2-nistp256',
    'ecdh-sha2-nistp384',
    'ecdh-sha2-nistp521',
  ],
  cipher: ['aes128-gcm@openssh.com', 'aes256-gcm@openssh.com', 'aes256-ctr', 'aes192-ctr', 'aes128-ctr'],
  hmac: ['hmac-sha2-256-etm@openssh.com', 'hmac-sha2-512-etm@openssh.com', 'hmac-sha2-256', 'hmac-sha2-512'],
  compress: ['none'],
};

/** Speaks SSH on an accepted socket until either side closes it; the socket is closed here in every case. */
export function servePracticeSession(
  socket: Socket,
  identity: PracticeIdentity,
  limits: SessionLimits,
): PracticeSession {
  let client: Connection | undefined;
  let isLoggedIn = false;
  let force: NodeJS.Timeout | undefined;

  const hangUp = () => {
    client?.end();
    socket.end();
    force ??= setTimeout(() => socket.destroy(), HANG_UP_GRACE_MS);
  };
  const loginTimer = setTimeout(hangUp, limits.loginTimeoutMs);

  // ssh2 shows a client only after its first line, so a silent or babbling one has to be watched on the
  // socket. One ssh2 server a socket, none of them listening, ties the two together.
  const server = new ssh2.Server(
    { hostKeys: [identity.hostKey], algorithms: ALGORITHMS, ident: 'Culvert_practice' },
    (connection) => {
      client = connection;
      connection.on('error', hangUp);
      connection.on('ready', () => {
        isLoggedIn = true;
        clearTimeout(loginTimer);
      });
      guardLogin(connection, identity.password, limits.wrongPasswordDelayMs, hangUp);
      serveChannels(connection, limits.maxChannels);
    },
  );
  socket.setNoDelay(true);
  server.injectSocket(socket);
  socket.on('data', () => {
    if (!isLoggedIn && socket.bytesRead > MAX_BYTES_BEFORE_LOGIN) socket.destroy();
  });
  socket.on('end', hangUp);
  socket.on('error', () => socket.destroy());
  socket.on('close', () => {
    clearTimeout(loginTimer);
    clearTimeout(force);
  });

  return { isLoggedIn: () => isLoggedIn, hangUp, drop: () => socket.destroy() };
}

/**
 * Opens the two targets and refuses every other channel. With no session channel there is nothing to ask for a
 * shell, a command, x11 or an agent on; requests to listen here (RFC 4254 section 7.1) ssh2 refuses by itself
 * as long as nobody handles its `request` event.
 */
function serveChannels(client: Connection, maxChannels: number): void {
  let channels = 0;

  client.on('tcpip', (accept, reject, { destIP, destPort }) => {
    const serve = serviceAt(destIP, destPort);
    if (!serve) {
      const target = formatEndpoint({ host: destIP, port: destPort });
      refuseChannel(
        client,
        reject,
        REFUSAL.prohibited,
        `${printable(target)} is not a target here. ${OFFER}`,
      );
      return;
    }
    if (channels >= maxChannels) {
      refuseChannel(client, reject, REFUSAL.resourceShortage, `At most ${maxChannels} connections at once.`);
      return;
    }
    channels += 1;
    const channel = accept();
    channel.on('close', () => {
      channels -= 1;
    });
    serve(channel);
  });
  client.on('session', (_accept, reject) => {
    refuseChannel(client, reject, REFUSAL.prohibited, `The practice server has no shell. ${OFFER}`);
  });
  client.on('openssh.streamlocal', (_accept, reject) => {
    refuseChannel(client, reject, REFUSAL.prohibited, `The practice server has no files. ${OFFER}`);
  });
}

const OFFER = `It forwards to ${formatEndpoint(PRACTICE_TARGETS.imap)} and ${formatEndpoint(PRACTICE_TARGETS.web)} only.`;

function serviceAt(host: string, port: number): ((channel: Duplex) => void) | null {
  const { imap, web } = PRACTICE_TARGETS;
  if (host === imap.host && port === imap.port) return serveImapGreeter;
  if (host === web.host && port === web.port) return serveWebPage;
  return null;
}

/** The client's own text on its way back to a screen: short, and without control characters. */
function printable(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, '?').slice(0, 100);
}
