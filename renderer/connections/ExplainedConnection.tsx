import { useMemo } from 'react';
import type { Connection } from '#shared/connection.ts';
import { matchServerHalves, type ServerHalf } from '#shared/connection-halves.ts';
import { establishedOn } from '#shared/established-socket.ts';
import type { SeenServer } from '#shared/server-look.ts';
import type { ConnectionNames } from './connection-rows.ts';
import { Explanation } from './Explanation.tsx';

interface ExplainedConnectionProps {
  readonly connection: Connection;
  /** The half on the server is told from those of the others. */
  readonly all: readonly Connection[];
  readonly names: ConnectionNames;
  /** Null where the server was not looked at. */
  readonly seen: SeenServer | null;
  onClose(): void;
}

/** One connection of several, with its half on the server where that was looked at. */
export function ExplainedConnection({ connection, all, names, seen, onClose }: ExplainedConnectionProps) {
  const { forwards, hopClients } = names;
  const halves = useMemo((): ReadonlyMap<string, ServerHalf> => {
    const sockets = seen && establishedOn(seen);
    const remote = new Set([...forwards].flatMap(([id, { kind }]) => (kind === 'remote' ? [id] : [])));
    return sockets ? matchServerHalves(all, remote, sockets) : new Map();
  }, [all, forwards, seen]);
  return (
    <Explanation
      connection={connection}
      kind={forwards.get(connection.forwardId)?.kind ?? 'local'}
      hopClient={hopClients.get(connection.id) ?? null}
      serverHalf={halves.get(connection.id) ?? null}
      onClose={onClose}
    />
  );
}
