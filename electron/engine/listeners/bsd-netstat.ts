import type { FoundListener } from '#shared/listener.ts';
import { type BareSocket, isOneFamily, readAddress, readPort } from './found-socket.ts';

/** A listener as BSD's and macOS's netstat tell it: without a process. */
export type BsdNetstatListener = Pick<FoundListener, 'protocol' | 'address' | 'port' | 'state'>;

/** `tcp4 0 0 127.0.0.1.631 *.* LISTEN …`, whatever columns `-v` adds behind. */
const socketLine =
  /^tcp(4|6|46)?\s+\d+\s+\d+\s+(\S+)\.(\d{1,5})\s+(\S+)\.(\d{1,5}|\*)\s+(LISTEN|ESTABLISHED)(?:\s|$)/;

/**
 * Reads `netstat -an` of macOS and the BSDs: what listens. `tcp46` accepts both families and counts as `tcp6`, as
 * Linux has it. Ask for full addresses (`-W`, on macOS `-lW`): one that was cut to its column is left out.
 */
export function parseBsdNetstat(text: string): readonly BsdNetstatListener[] {
  return parseBsdNetstatSockets(text)
    .filter(({ peer }) => peer === null)
    .map(({ protocol, address, port }) => ({ protocol, address, port, state: 'LISTEN' as const }));
}

/** The same with what is connected. */
export function parseBsdNetstatSockets(text: string): readonly BareSocket[] {
  return text.split(/\r?\n/).flatMap((line): readonly BareSocket[] => {
    const [, family, host, digits, peerHost = '', peerDigits, state] = socketLine.exec(line) ?? [];
    const port = readPort(digits);
    if (host === undefined || port === null) return [];
    const isV4 = host === '*' ? family === '4' || family === undefined : !host.includes(':');
    const address = host === '*' ? (isV4 ? '0.0.0.0' : '::') : readAddress(host);
    if (address === null) return [];
    const protocol = isV4 ? ('tcp' as const) : ('tcp6' as const);
    if (state === 'LISTEN') {
      return peerHost === '*' && peerDigits === '*' ? [{ protocol, address, port, peer: null }] : [];
    }
    const [peerAddress, peerPort] = [readAddress(peerHost), readPort(peerDigits)];
    if (peerAddress === null || peerPort === null || !isOneFamily(address, peerAddress)) return [];
    return [{ protocol, address, port, peer: { host: peerAddress, port: peerPort } }];
  });
}
