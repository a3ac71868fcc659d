import type { Connection, ConnectionState } from './connection.ts';
import { formatNetstatRow, NETSTAT_COLUMNS, type NetstatRow } from './netstat-row.ts';
import type { Forward } from './profile.ts';

/** A connection with the kind of the forward that it goes through. */
export interface KindedConnection {
  readonly connection: Connection;
  readonly kind: Forward['kind'];
}

const header = ['Active Internet connections (w/o servers)', NETSTAT_COLUMNS];

/**
 * Writes connections the way Linux's `netstat -tnpW` on this computer does (net-tools 2.10), in the order given, ending
 * with a newline. Of one that has no TCP connection here yet there is nothing to write.
 */
export function formatConnectionsAsNetstat(connections: readonly KindedConnection[]): string {
  const lines = connections.flatMap((each) => {
    const row = halfHere(each);
    return row === null ? [] : [formatNetstatRow(row)];
  });
  return `${[...header, ...lines].join('\n')}\n`;
}

/**
 * The half of a connection that is on this computer: as the program at its other end has it where that is on this
 * computer, too, else as Culvert has it. Null while there is none.
 */
export function halfHere({ connection, kind }: KindedConnection): NetstatRow | null {
  const { here, program, state } = connection;
  if (here === null) return null;
  const isTheirs = program.kind === 'found' || program.kind === 'notVisible';
  const [local, foreign] = isTheirs ? [here.theirs, here.ours] : [here.ours, here.theirs];
  return {
    protocol: local.host.includes(':') ? 'tcp6' : 'tcp',
    local,
    foreign,
    state: tcpState(state, (kind === 'remote') === isTheirs ? 'target' : 'client'),
    process: program.kind === 'found' ? { name: program.name, pid: program.pid } : null,
  };
}

/**
 * The state of RFC 9293 (section 3.3.2) at one end of the half here: of the client's and the target's ends the one
 * that is at that side of Culvert, or Culvert's own in the place of the other.
 */
function tcpState(state: ConnectionState, side: 'client' | 'target'): string {
  switch (state) {
    case 'waiting':
    case 'asking':
    case 'opening':
    case 'open':
      return 'ESTABLISHED';
    case 'clientEnded':
      return side === 'client' ? 'FIN_WAIT2' : 'CLOSE_WAIT';
    case 'targetEnded':
      return side === 'target' ? 'FIN_WAIT2' : 'CLOSE_WAIT';
    case 'closing':
      return 'CLOSING';
  }
}
