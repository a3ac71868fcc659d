import type { FoundListener } from '#shared/listener.ts';
import { formatIp, parseIp } from '#shared/listener-address.ts';

/** A listener as Windows' netstat tells it: with the number of its process only. */
export interface WindowsNetstatListener
  extends Pick<FoundListener, 'protocol' | 'address' | 'port' | 'state'> {
  readonly pid: number;
}

/**
 * Windows translates the state (`ABHÖREN`, `À l'écoute`), so the foreign endpoint tells a listener: all
 * zeros, port 0. No connection has a peer on port 0.
 */
const listenLine =
  /^\s*TCP\s+(\[[^\]\s]+\]|[\d.]+):(\d{1,5})\s+(?:0\.0\.0\.0|\[::\]):0\s+\D.*\s(\d{1,10})\s*$/;

/** Reads `netstat -ano`, with or without `-p TCP` or `-p TCPv6`, in any language. */
export function parseWindowsNetstat(text: string): readonly WindowsNetstatListener[] {
  return text.split(/\r?\n/).flatMap((line) => {
    const [, host = '', digits, pid] = listenLine.exec(line) ?? [];
    const port = Number(digits);
    const ip = parseIp(host.replace(/^\[|\]$/g, ''));
    if (ip === null || host.startsWith('[') !== (ip.bytes.length === 16)) return [];
    if (!(port >= 1 && port <= 65535)) return [];
    const protocol = ip.bytes.length === 4 ? ('tcp' as const) : ('tcp6' as const);
    return [{ protocol, address: formatIp(ip), port, state: 'LISTEN' as const, pid: Number(pid) }];
  });
}
