import type { SystemListener } from './listener.ts';

type Row = Pick<SystemListener, 'protocol' | 'address' | 'port' | 'process'>;

const header = [
  'Active Internet connections (only servers)',
  'Proto Recv-Q Send-Q Local Address           Foreign Address         State       PID/Program name    ',
];

/**
 * Writes listeners the way Linux's `netstat -ltnpW` does (net-tools 2.10), in the order given, ending
 * with a newline. The wide form, because plain `-ltnp` cuts long IPv6 addresses to 22 characters.
 */
export function formatAsNetstat(listeners: readonly Row[]): string {
  return `${[...header, ...listeners.map(formatRow)].join('\n')}\n`;
}

function formatRow({ protocol, address, port, process }: Row): string {
  // netstat prints an IPv4 address inside IPv6 without its prefix; only the protocol shows the difference.
  const local = `${address.replace(/^::ffff:(?=\d+\.)/, '')}:${port}`;
  const foreign = protocol === 'tcp' ? '0.0.0.0:*' : ':::*';
  return [
    protocol.padEnd(5),
    // Recv-Q, Send-Q: what waits to be accepted is gone before anyone reads it.
    '     0      0',
    local.padEnd(23),
    foreign.padEnd(23),
    'LISTEN'.padEnd(11),
    formatProgram(process).padEnd(20),
  ].join(' ');
}

/** `pid/name`, which netstat cuts to 19 characters. Control characters would break the table. */
function formatProgram(process: Row['process']): string {
  if (process === null) return '-';
  return `${process.pid}/${process.name.replace(/\p{C}/gu, '?')}`.slice(0, 19);
}
