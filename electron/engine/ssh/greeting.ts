import type { Duplex } from 'node:stream';

/**
 * How long a server may stay silent before we speak first. Both sides are to speak at once (RFC 4253 section
 * 4.2), but whoever shares port 443 between protocols waits for the client's first words.
 */
const SPEAK_FIRST_AFTER_MS = 300;

/** More text than this before the server's version line is no greeting. */
const LONGEST_GREETING_BYTES = 32 * 1024;

/** First words of servers that speak first and are not SSH: IMAP, SMTP and FTP, POP3, HTTP, VNC. */
const OTHER_PROTOCOLS = /^(?:\* (?:OK|PREAUTH|BYE)|220[ -]|\+OK|HTTP\/|RFB \d)/;

/**
 * What sshd says in plain text to those it has no room for now, before it hangs up: sshd_config(5), MaxStartups
 * and PerSourcePenalties.
 */
const TURNED_AWAY = /^(?:Exceeded MaxStartups|Not allowed at this time)/;

/** The server's version line, without its end. */
const VERSION_LINE = /(?:^|\n)(SSH-[^\n]*?)\r?\n/;

/** What the server said first. */
export type Greeting =
  /** Its SSH version line. */
  | { readonly kind: 'ssh' }
  /** Nothing yet: it waits for us. */
  | { readonly kind: 'silent' }
  | { readonly kind: 'notSsh' }
  /** SSH, but of another version than 2.0 (RFC 4253 section 5): `version` is that. */
  | { readonly kind: 'otherVersion'; readonly version: string }
  /** An SSH server that takes nobody now; `reason` is its own line. */
  | { readonly kind: 'turnedAway'; readonly reason: string };

/**
 * Waits for the server's version line before ssh2 takes the socket over, and puts back what was read.
 *
 * Needed because ssh2 never recognises a version line that arrives in three or more pieces, and does not hold
 * its limit on greeting lines across chunks, so that an endless greeting would never end. Resolves
 * with `silent` if the server waits for us. Never settles if the socket closes first or the server never ends its line:
 * the caller has a timer for that, and the socket's own events.
 */
export function awaitGreeting(socket: Duplex): Promise<Greeting> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    const settle = (greeting: Greeting) => {
      clearTimeout(timer);
      socket.off('readable', onReadable);
      const all = Buffer.concat(chunks);
      if (all.length > 0) socket.unshift(all);
      resolve(greeting);
    };
    const onReadable = () => {
      for (let chunk = socket.read(); chunk !== null; chunk = socket.read()) chunks.push(chunk as Buffer);
      if (chunks.length === 0) return;
      clearTimeout(timer);
      const greeting = judgeGreeting(Buffer.concat(chunks));
      if (greeting) settle(greeting);
    };
    const timer = setTimeout(() => settle({ kind: 'silent' }), SPEAK_FIRST_AFTER_MS);
    socket.on('readable', onReadable);
    socket.once('close', () => clearTimeout(timer));
  });
}

/** Listens to what a silent server says at last, while ssh2 reads the socket. Calls back at most once. */
export function overhearGreeting(socket: Duplex, onGreeting: (greeting: Greeting) => void): void {
  const chunks: Buffer[] = [];
  const onData = (chunk: Buffer) => {
    chunks.push(chunk);
    const greeting = judgeGreeting(Buffer.concat(chunks));
    if (!greeting) return;
    socket.off('data', onData);
    onGreeting(greeting);
  };
  socket.on('data', onData);
}

/** RFC 4253 section 4.2 forbids NUL; other control characters are no part of US-ASCII text either. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: finding control characters is the purpose
const NOT_A_VERSION = /[\u0000-\u001f\u007f]/;

function judgeVersionLine(line: string): Greeting {
  if (NOT_A_VERSION.test(line)) return { kind: 'notSsh' };
  const version = /^SSH-(\d{1,3}\.\d{1,3})-/.exec(line)?.[1];
  if (version === undefined) return { kind: 'notSsh' };
  return version === '2.0' || version === '1.99' ? { kind: 'ssh' } : { kind: 'otherVersion', version };
}

/** Null while it can still become anything. */
function judgeGreeting(bytes: Buffer): Greeting | null {
  const text = bytes.toString('latin1');
  const line = VERSION_LINE.exec(text)?.[1];
  if (line !== undefined) return judgeVersionLine(line);
  if (OTHER_PROTOCOLS.test(text) || text.length > LONGEST_GREETING_BYTES) return { kind: 'notSsh' };
  const reason = TURNED_AWAY.exec(text)?.[0];
  return reason === undefined ? null : { kind: 'turnedAway', reason };
}
