import type { Duplex } from 'node:stream';

const GREETING =
  '* OK [CAPABILITY IMAP4rev1] Culvert practice server ready. You reached the end of your first tunnel.';
/** Bytes in one line, its ending included. */
const MAX_LINE_BYTES = 8 * 1024;
/** Answers that the client has not taken yet. */
const MAX_UNREAD_BYTES = 64 * 1024;
const IDLE_TIMEOUT_MS = 5 * 60_000;

/**
 * Greets on a stream as a mail server does and answers a handful of IMAP commands (RFC 3501, not logged in). Keeps
 * nothing that it is told. Closes the stream after LOGOUT, the client's end, five idle minutes, a line
 * over 8 KiB or a NUL byte.
 */
export function serveImapGreeter(stream: Duplex): void {
  let pending = Buffer.alloc(0);
  let isOver = false;
  const idleTimer = setTimeout(
    () => leave('* BYE You were idle for too long. Goodbye.\r\n'),
    IDLE_TIMEOUT_MS,
  );

  const leave = (lastWords: string) => {
    if (isOver) return;
    isOver = true;
    clearTimeout(idleTimer);
    stream.end(lastWords);
  };
  const answer = (line: string) => {
    const { text, isLast } = answerTo(line);
    if (isLast) leave(text);
    else stream.write(text);
    // Reading goes on whatever happens, so that a channel's end is always seen; hence this bound on writing.
    if (stream.writableLength > MAX_UNREAD_BYTES) stream.destroy();
  };

  stream.on('error', () => leave(''));
  stream.on('data', (chunk: Buffer) => {
    if (isOver) return;
    idleTimer.refresh();
    pending = Buffer.concat([pending, chunk]);
    // NUL is never allowed (RFC 3501 section 9), and every TLS hello has one: that client would wait for ever.
    if (pending.includes(0)) {
      leave('* BYE This is not IMAP text. If it was TLS: turn it off here, the tunnel already encrypts.\r\n');
      return;
    }
    let newline = pending.indexOf('\n');
    while (newline !== -1 && newline < MAX_LINE_BYTES && !isOver) {
      answer(pending.toString('latin1', 0, newline).replace(/\r$/, ''));
      pending = pending.subarray(newline + 1);
      newline = pending.indexOf('\n');
    }
    if (pending.length >= MAX_LINE_BYTES) leave('* BYE That line is too long.\r\n');
  });
  stream.on('end', () => leave(''));
  stream.on('close', () => leave(''));
  stream.write(`${GREETING}\r\n`);
}

/** What the server says to one line, and whether it leaves afterwards. */
interface Answer {
  readonly text: string;
  readonly isLast: boolean;
}

/** RFC 3501 section 9: any printable ASCII except `( ) { % * " \ +` and the space. */
const TAG = /^[!#$&',\-./0-9:;<=>?@A-Z[\]^_`a-z|}~]{1,100}$/;

function answerTo(line: string): Answer {
  const [tag = '', command = '', ...args] = line.split(' ');
  if (!TAG.test(tag) || command === '') {
    return say('* BAD Start with a tag of your choice and then a command, as in: a1 CAPABILITY');
  }
  switch (command.toUpperCase()) {
    case 'CAPABILITY':
      if (args.length > 0) return say(`${tag} BAD CAPABILITY takes nothing after it`);
      return say('* CAPABILITY IMAP4rev1', `${tag} OK CAPABILITY completed`);
    case 'NOOP':
      if (args.length > 0) return say(`${tag} BAD NOOP takes nothing after it`);
      return say(`${tag} OK NOOP completed`);
    case 'LOGIN':
      return say(
        `${tag} NO There are no mailboxes here, and the password was thrown away unread. Your tunnel works!`,
      );
    case 'LOGOUT':
      if (args.length > 0) return say(`${tag} BAD LOGOUT takes nothing after it`);
      return {
        text: `* BYE Thank you for practising\r\n${tag} OK LOGOUT completed\r\n`,
        isLast: true,
      };
    default:
      return say(`${tag} BAD Only CAPABILITY, NOOP, LOGIN and LOGOUT are known here`);
  }
}

function say(...lines: readonly string[]): Answer {
  return { text: lines.map((line) => `${line}\r\n`).join(''), isLast: false };
}
