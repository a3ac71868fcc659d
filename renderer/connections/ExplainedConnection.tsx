import type { Connection } from '#shared/connection.ts';
import { matchServerHalves } from '#shared/connection-halves.ts';
import type { ForwardNames } from './connection-rows.ts';
import { Explanation } from './Explanation.tsx';
import { useServerSockets } from './server-sockets.ts';

interface ExplainedConnectionProps {
  readonly tunnelId: string;
  readonly connection: Connection;
  /** The half on the server is told from those of the others. */
  readonly all: readonly Connection[];
  readonly names: ForwardNames;
  onClose(): void;
}

/** One connection of several, with its half on the server where that was looked at. */
export function ExplainedConnection({ tunnelId, connection, all, names, onClose }: ExplainedConnectionProps) {
  const sockets = useServerSockets(tunnelId);
  const remote = new Set([...names].flatMap(([id, { kind }]) => (kind === 'remote' ? [id] : [])));
  const half = sockets && (matchServerHalves(all, remote, sockets).get(connection.id) ?? null);
  return (
    <Explanation
      connection={connection}
      kind={names.get(connection.forwardId)?.kind ?? 'local'}
      serverHalf={half}
      onClose={onClose}
    />
  );
}
