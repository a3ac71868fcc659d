import type { ProbeService } from '#shared/probe.ts';
import { makeBytesVisible } from './visible-text.ts';

/** A greeting: whose it seems to be, and what of it people can read. */
export interface Greeting {
  readonly service: ProbeService;
  readonly text: string;
  /** Nothing more is to be expected of it. */
  readonly isComplete: boolean;
}

/**
 * Tells by its first bytes what kind of service greets. The port decides only between services that greet alike.
 * A greeting that fits nothing known is `unknown`; this never guesses by the port alone.
 */
export function recognise(bytes: Buffer, port: number): Greeting {
  const database = readMysql(bytes);
  if (database !== null) return { service: 'mysql', text: database, isComplete: true };
  const text = makeBytesVisible(bytes);
  const line = bytes.subarray(0, 512).toString('latin1');
  const service = SIGNS.find(({ sign }) => sign.test(line))?.service ?? 'unknown';
  const named = /^220[ -]/.test(line) ? whoSays220(line, port) : service;
  return { service: named, text, isComplete: named === 'telnet' || endsWithLine(bytes) };
}

/** How services begin: RFC 3501, 1939, 4253, 3977, 5804, 854, 6143; IRC and rsync by custom. */
const SIGNS: readonly { readonly sign: RegExp; readonly service: ProbeService }[] = [
  { sign: /^\* (?:OK|PREAUTH|BYE)\b/i, service: 'imap' },
  { sign: /^[+]OK\b/, service: 'pop3' },
  { sign: /^SSH-\d/, service: 'ssh' },
  { sign: /^HTTP\/\d/, service: 'http' },
  { sign: /^20[01] .*(?:NNTP|INN|news)/i, service: 'nntp' },
  { sign: /^RFB \d{3}\.\d{3}\n/, service: 'vnc' },
  { sign: /^:\S+ (?:NOTICE|020) /, service: 'irc' },
  { sign: /^NOTICE AUTH /, service: 'irc' },
  { sign: /^@RSYNCD: /, service: 'rsync' },
  { sign: /^"IMPLEMENTATION"/i, service: 'sieve' },
  { sign: /^421[ -].*SMTP/i, service: 'smtp' },
  // "Interpret as command", then WILL, WONT, DO or DONT.
  { sign: /^\xff[\xfb-\xfe]/, service: 'telnet' },
];

/** SMTP (RFC 5321 section 4.2) and FTP (RFC 959 section 5.4) greet alike. */
function whoSays220(line: string, port: number): ProbeService {
  if (/SMTP/i.test(line)) return 'smtp';
  if (/FTP/i.test(line)) return 'ftp';
  if (port === 25 || port === 587 || port === 465) return 'smtp';
  return port === 21 ? 'ftp' : 'unknown';
}

/** A `220-` announces another line; the last one has a space there. */
function endsWithLine(bytes: Buffer): boolean {
  const text = bytes.toString('latin1');
  if (!text.endsWith('\n')) return false;
  const lastLine = text.trimEnd().split('\n').at(-1) ?? '';
  return !/^\d{3}-/.test(lastLine);
}

/**
 * The version in MySQL's first packet (Protocol::HandshakeV10), or the complaint in its stead (ERR_Packet); null if it
 * is neither. A packet begins with its length in three bytes and the number 0.
 */
function readMysql(bytes: Buffer): string | null {
  if (bytes.length < 8 || bytes.readUIntLE(0, 3) > 1024 || bytes[3] !== 0) return null;
  if (bytes[4] === 0x0a) {
    const end = bytes.indexOf(0, 5);
    return end < 6 ? null : makeBytesVisible(bytes.subarray(5, end));
  }
  const packetEnd = 4 + bytes.readUIntLE(0, 3);
  return bytes[4] === 0xff && bytes.length >= packetEnd
    ? makeBytesVisible(bytes.subarray(7, packetEnd))
    : null;
}
