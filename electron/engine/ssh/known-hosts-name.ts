import type { Endpoint } from '#shared/endpoint.ts';
import { lowerCaseAscii, matchesPatternList } from './pattern-list.ts';

/** The port that needs no mention in a known_hosts file. */
export const defaultSshPort = 22;

/**
 * The name by which a server stands in a known_hosts file: the host in lower case, or `[host]:port` for
 * a port other than 22 (sshd(8), SSH_KNOWN_HOSTS FILE FORMAT). One character a byte, as the files are read.
 */
export function knownHostName({ host, port }: Endpoint): string {
  const name = lowerCaseAscii(Buffer.from(host, 'utf8').toString('latin1'));
  return port === defaultSshPort ? name : `[${name}]:${port}`;
}

/**
 * Claims that a plain (not hashed) name field covers a name. Brackets are ordinary characters, and letters of the
 * field match in either case.
 */
export function coversName(field: string, name: string): boolean {
  return matchesPatternList(lowerCaseAscii(field), name);
}
