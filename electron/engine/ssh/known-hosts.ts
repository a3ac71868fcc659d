import type { Endpoint } from '#shared/endpoint.ts';
import { type HostKey, type HostKeyType, parseHostKeyBase64 } from './host-key.ts';
import { hashedNameTest, isHashedName } from './known-hosts-hash.ts';
import { coversName, defaultSshPort, knownHostName } from './known-hosts-name.ts';

/** One line of a known_hosts file that is about the server. */
export interface KnownHostEntry {
  /** Path of the file, as it was given. */
  readonly file: string;
  /** Counted from 1. */
  readonly line: number;
  /**
   * `revoked`: this key must never be accepted. `certAuthority`: signs host certificates, which ssh2 cannot
   * check; such a line makes no key trusted and is here so that it can be shown.
   */
  readonly marker: 'none' | 'revoked' | 'certAuthority';
  /** `bareHost`: found under the host without its port, while the server's port is not 22. */
  readonly matchedBy: 'name' | 'bareHost';
  readonly key: HostKey;
  /** The line as it stands there, one character a byte. */
  readonly text: string;
}

/**
 * Finds the lines about a server as OpenSSH does (sshd(8), SSH_KNOWN_HOSTS FILE FORMAT; hostfile.c), in their
 * order. Comments, and lines that are broken or of an unknown key type, are passed over without a word.
 *
 * For a port other than 22 the name is `[host]:port`. `ssh-keygen -F` stops there; ssh itself, when that name
 * has no key, looks for the host without its port and takes a key that is the same there. Those lines come
 * too, as `matchedBy: 'bareHost'`, and `judgeHostKey` gives them no more weight than ssh does.
 *
 * One difference: a marker may end in a tab even where spaces follow on the line. OpenSSH calls
 * that line broken, and a key meant to be revoked would pass.
 *
 * @param text the file, one character a byte (`latin1`); line ends may be LF or CRLF.
 */
export function lookUpHost(text: string, server: Endpoint, file = 'known_hosts'): KnownHostEntry[] {
  const isNamed = nameTest(knownHostName(server));
  const isBareHost =
    server.port === defaultSshPort
      ? () => false
      : nameTest(knownHostName({ ...server, port: defaultSshPort }));
  const entries: KnownHostEntry[] = [];
  let line = 0;
  for (const content of text.split('\n')) {
    line++;
    const match = linePattern.exec(content);
    if (!match) continue;
    const [, markerText, names = '', typeText = '', keyText = ''] = match;
    const marker = readMarker(markerText);
    if (marker === undefined) continue;
    const matchedBy = isNamed(names) ? 'name' : isBareHost(names) ? 'bareHost' : undefined;
    if (matchedBy === undefined) continue;
    const key = parseHostKeyBase64(keyText.replace(SKIPPED_IN_BASE64, ''));
    if (key && isTypeName(typeText, key.type))
      entries.push({ file, line, marker, matchedBy, key, text: content });
  }
  return entries;
}

/**
 * The entries whose keys count as the server's own: those under its full name or, where there is none,
 * those under the host alone.
 */
export function ownEntries(entries: readonly KnownHostEntry[]): KnownHostEntry[] {
  const plain = entries.filter(({ marker }) => marker === 'none');
  const named = plain.filter(({ matchedBy }) => matchedBy === 'name');
  return named.length > 0 ? named : plain;
}

/** The types of the server's own keys, for the order of algorithms in which to ask for one. */
export function knownKeyTypes(entries: readonly KnownHostEntry[]): HostKeyType[] {
  return [...new Set(ownEntries(entries).map(({ key }) => key.type))];
}

/**
 * Marker, names, key type, key. A second marker or a comment in place of the names makes no match. As OpenSSH reads a line as a
 * C string, it ends at a NUL; but for one right behind the names, which counts as the blank there.
 */
const linePattern =
  /^[ \t]*(?:@([^ \t\0]*)[ \t]+)?([^ \t@#\0][^ \t\0]*)[ \t\0][ \t]*([^ \t\0]+)[ \t]+([^ \t\0]+)/;

/** What OpenSSH's reader of base64 passes over, wherever it stands: isspace(3), of which a blank and a tab end the field. */
const SKIPPED_IN_BASE64 = /[\n\v\f\r]/g;

function readMarker(text: string | undefined): KnownHostEntry['marker'] | undefined {
  switch (text) {
    case undefined:
      return 'none';
    case 'revoked':
      return 'revoked';
    case 'cert-authority':
      return 'certAuthority';
    default:
      return undefined;
  }
}

function nameTest(name: string): (names: string) => boolean {
  const isHashOfName = hashedNameTest(name);
  return (names) => (isHashedName(names) ? isHashOfName(names) : coversName(names, name));
}

/** OpenSSH also takes the names of RSA's SHA-2 signatures for the key type (sshkey.c, sshkey_read). */
function isTypeName(text: string, type: HostKeyType): boolean {
  return text === type || (type === 'ssh-rsa' && (text === 'rsa-sha2-256' || text === 'rsa-sha2-512'));
}
