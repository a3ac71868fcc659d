import type { Endpoint } from './endpoint.ts';

/** One TCP socket as a line of netstat. */
export interface NetstatRow {
  readonly protocol: 'tcp' | 'tcp6';
  readonly local: Endpoint;
  /** Null for a listener: anybody. */
  readonly foreign: Endpoint | null;
  readonly state: string;
  readonly process: { readonly name: string; readonly pid: number } | null;
}

/** The line under the title. */
export const NETSTAT_COLUMNS =
  'Proto Recv-Q Send-Q Local Address           Foreign Address         State       PID/Program name    ';

/**
 * Writes a line as Linux's `netstat -tnpW` does (net-tools 2.10). The wide form, because plain `-tnp` cuts long
 * IPv6 addresses to 22 characters.
 */
export function formatNetstatRow({ protocol, local, foreign, state, process }: NetstatRow): string {
  return [
    protocol.padEnd(5),
    // Recv-Q, Send-Q: what waits there is gone before anyone reads it.
    '     0      0',
    formatEnd(local).padEnd(23),
    (foreign ? formatEnd(foreign) : protocol === 'tcp' ? '0.0.0.0:*' : ':::*').padEnd(23),
    state.padEnd(11),
    formatProgram(process).padEnd(20),
  ].join(' ');
}

/** Without brackets. netstat prints an IPv4 address inside IPv6 without its prefix; only the protocol shows the difference. */
function formatEnd({ host, port }: Endpoint): string {
  return `${host.replace(/^::ffff:(?=\d+\.)/, '')}:${port}`;
}

/** `pid/name`, which netstat cuts to 19 characters. Control characters would break the table. */
function formatProgram(process: NetstatRow['process']): string {
  if (process === null) return '-';
  return `${process.pid}/${process.name.replace(/\p{C}/gu, '?')}`.slice(0, 19);
}
