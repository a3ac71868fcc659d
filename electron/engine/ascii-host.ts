import { isIP } from 'node:net';
import { domainToASCII } from 'node:url';

/** A host as protocols write it: a name with other letters than ASCII's as Punycode (RFC 5890), an address as it is. */
export function asciiHost(host: string): string {
  if (isIP(host) !== 0) return host;
  // Empty where the name has no such form; then the other side gets to say so.
  return domainToASCII(host) || host.replace(/[^\x21-\x7e]/g, '?');
}
