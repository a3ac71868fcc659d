import type { Connection, ConnectionList } from '#shared/connection.ts';
import type { ConnectionRow } from './connection-rows.ts';

/** What one look gave. */
export interface ConnectionsLook {
  readonly at: number;
  readonly total: number;
  readonly rows: readonly ConnectionRow[];
}

/**
 * The rows after one more look: with what flowed since the one before, and with the old objects for what did not
 * change, so that only changed rows are drawn again.
 */
export function nextRows(before: ConnectionsLook | null, list: ConnectionList): ConnectionsLook {
  const known = new Map(before?.rows.map((row) => [row.connection.id, row]));
  const seconds = before ? (list.at - before.at) / 1000 : 0;
  const rows = list.connections.map((connection): ConnectionRow => {
    const old = known.get(connection.id);
    const perSecond = (now: number, then: number | undefined) =>
      then === undefined || seconds <= 0 ? 0 : (now - then) / seconds;
    const receivedPerSecond = perSecond(connection.received, old?.connection.received);
    const sentPerSecond = perSecond(connection.sent, old?.connection.sent);
    const isSame =
      old !== undefined &&
      isUnchanged(old.connection, connection) &&
      old.receivedPerSecond === receivedPerSecond &&
      old.sentPerSecond === sentPerSecond;
    return isSame ? old : { connection, receivedPerSecond, sentPerSecond };
  });
  return { at: list.at, total: list.total, rows };
}

/** What else there is of a connection never changes while it has the same id. */
function isUnchanged(a: Connection, b: Connection): boolean {
  return (
    a.state === b.state &&
    a.received === b.received &&
    a.sent === b.sent &&
    a.program.kind === b.program.kind &&
    (a.target === null) === (b.target === null) &&
    (a.here === null) === (b.here === null)
  );
}
