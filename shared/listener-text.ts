import type { SystemListener } from './listener.ts';
import { formatNetstatRow, NETSTAT_COLUMNS } from './netstat-row.ts';

type Row = Pick<SystemListener, 'protocol' | 'address' | 'port' | 'process'>;

const header = ['Active Internet connections (only servers)', NETSTAT_COLUMNS];

/** Writes listeners the way Linux's `netstat -ltnpW` does (net-tools 2.10), in the order given, ending with a newline. */
export function formatAsNetstat(listeners: readonly Row[]): string {
  return `${[...header, ...listeners.map(formatRow)].join('\n')}\n`;
}

function formatRow({ protocol, address, port, process }: Row): string {
  const local = { host: address, port };
  return formatNetstatRow({ protocol, local, foreign: null, state: 'LISTEN', process });
}
