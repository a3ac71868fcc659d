import { z } from 'zod';

/** Where a socket listens or connects: a host name or address, and a TCP port. */
export interface Endpoint {
  /** A host name, an IPv4 address or an IPv6 address without brackets. */
  readonly host: string;
  /** 1 to 65535; 0 only where "any free port" makes sense. */
  readonly port: number;
}

/** An endpoint that really exists, such as one reported by a bound socket. */
export const endpointSchema = z.object({
  host: z.string().max(255),
  port: z.number().int().min(0).max(65535),
});

/** Writes an endpoint as people do: `host:port`, with brackets around IPv6 (RFC 3986 section 3.2.2). */
export function formatEndpoint({ host, port }: Endpoint): string {
  return `${formatHost(host)}:${port}`;
}

/** A host as it stands in front of a colon: IPv6 in brackets, all else as it is. */
export function formatHost(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}

/** A host as people type or paste it: without the space around it, and without the brackets around IPv6. */
export function readHost(text: string): string {
  const host = text.trim();
  const bracketed = /^\[(.+)\]$/.exec(host)?.[1];
  return bracketed !== undefined && isIpv6(bracketed) ? bracketed : host;
}

/**
 * Reads `host:port`, `[v6]:port` or a bare port (then the host is empty).
 * Null when the text is none of these; a bare IPv6 address is ambiguous and therefore null.
 */
export function parseEndpoint(text: string): Endpoint | null {
  const match = /^(?:\[([^\]]+)\]:|([^:[\]]*):)?(\d{1,5})$/.exec(text.trim());
  if (!match) return null;
  const [, bracketed, plain, digits] = match;
  const port = Number(digits);
  if (port > 65535) return null;
  if (bracketed !== undefined) return isIpv6(bracketed) ? { host: bracketed, port } : null;
  const host = plain ?? '';
  return host === '' || isHost(host) ? { host, port } : null;
}

/** Claims that the text is an IPv4 address in dotted-quad form. */
export function isIpv4(text: string): boolean {
  const numbers = text.split('.');
  // No leading zeros: some systems read them as octal.
  return (
    numbers.length === 4 && numbers.every((number) => /^(?:0|[1-9]\d{0,2})$/.test(number) && +number < 256)
  );
}

/** Claims that the text is an IPv6 address (RFC 4291 section 2.2), with or without a zone (`%eth0`, RFC 6874 section 2). */
export function isIpv6(text: string): boolean {
  const [address = '', zone, ...more] = text.split('%');
  if (more.length > 0 || (zone !== undefined && !/^[\w.~-]{1,32}$/.test(zone))) return false;
  if (!/^[0-9a-fA-F:.]+$/.test(address) || !address.includes(':')) return false;
  const halves = address.split('::');
  if (halves.length > 2) return false;
  const groups = halves.flatMap((half) => (half === '' ? [] : half.split(':')));
  const last = groups.at(-1);
  const endsInIpv4 = last?.includes('.') === true;
  if (endsInIpv4 && !(isIpv4(last) && address.endsWith(last))) return false;
  const words = endsInIpv4 ? groups.slice(0, -1) : groups;
  if (!words.every((word) => /^[0-9a-fA-F]{1,4}$/.test(word))) return false;
  const count = words.length + (endsInIpv4 ? 2 : 0);
  return halves.length === 2 ? count < 8 : count === 8;
}

/** Claims that the text can name a host: an address, or a name as RFC 1123 and everyday use allow (`_` too). */
export function isHost(text: string): boolean {
  if (text.length === 0 || text.length > 253) return false;
  if (isIpv4(text) || isIpv6(text)) return true;
  if (/^[\d.]+$/.test(text)) return false;
  return text
    .replace(/\.$/, '')
    .split('.')
    .every((label) => /^(?!-)[\p{L}\p{M}\p{N}_-]{1,63}(?<!-)$/u.test(label));
}
