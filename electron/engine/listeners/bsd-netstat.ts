import type { FoundListener } from '#shared/listener.ts';
import { formatIp, parseIp } from '#shared/listener-address.ts';

/** A listener as BSD's and macOS's netstat tell it: without a process. */
export type BsdNetstatListener = Pick<FoundListener, 'protocol' | 'address' | 'port' | 'state'>;

/** `tcp4 0 0 127.0.0.1.631 *.* LISTEN …`, whatever columns `-v` adds behind. */
const listenLine = /^tcp(4|6|46)?\s+\d+\s+\d+\s+(\S+)\.(\d{1,5})\s+\*\.\*\s+LISTEN(?:\s|$)/;

/**
 * Reads `netstat -an` of macOS and the BSDs. `tcp46` accepts both families and counts as `tcp6`, as
 * Linux has it. Ask for full addresses (`-lW` on macOS): one that was cut to its column is left out.
 */
export function parseBsdNetstat(text: string): readonly BsdNetstatListener[] {
  return text.split(/\r?\n/).flatMap((line) => {
    const [, family, host, digits] = listenLine.exec(line) ?? [];
    const port = Number(digits);
    if (host === undefined || port < 1 || port > 65535) return [];
    const isV4 = host === '*' ? family === '4' || family === undefined : !host.includes(':');
    const address = host === '*' ? (isV4 ? '0.0.0.0' : '::') : readAddress(host);
    if (address === null) return [];
    return [
      { protocol: isV4 ? ('tcp' as const) : ('tcp6' as const), address, port, state: 'LISTEN' as const },
    ];
  });
}

function readAddress(host: string): string | null {
  const ip = parseIp(host);
  return ip === null ? null : formatIp(ip);
}
