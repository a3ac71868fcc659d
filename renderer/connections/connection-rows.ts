import { assertNever } from '#shared/assert-never.ts';
import type { Connection } from '#shared/connection.ts';
import { type ConnectionEnd, clientEnd, endText, targetEnd } from '#shared/connection-ends.ts';
import { connectionStateWords } from '#shared/connection-words.ts';
import type { HopClient } from '#shared/hop-client.ts';
import { compareIps, type IpAddress, parseIp } from '#shared/listener-address.ts';
import { type Forward, forwardLabel } from '#shared/profile.ts';
import type { Sorting as TableSorting } from '../design/LongTable.tsx';

/** One connection as the table shows it. Stays the same object while nothing about it changes. */
export interface ConnectionRow {
  readonly connection: Connection;
  /** Bytes a second between the last two looks. */
  readonly receivedPerSecond: number;
  readonly sentPerSecond: number;
}

/** What the table can be sorted by. */
export type SortKey = 'client' | 'forward' | 'target' | 'received' | 'sent' | 'age' | 'state';

/** By what, and which way. */
export type Sorting = TableSorting<SortKey>;

/** How a forward is called and of which kind it is, by its id. */
export type ForwardNames = ReadonlyMap<string, { readonly label: string; readonly kind: Forward['kind'] }>;

/** What is known beside the connections themselves, by which they are named. */
export interface ConnectionNames {
  readonly forwards: ForwardNames;
  /** Who is behind those that may have come through a second hop, by the connections' ids. */
  readonly hopClients: ReadonlyMap<string, HopClient>;
}

/** Names the forwards of a profile. */
export function nameForwards(forwards: readonly Forward[]): ForwardNames {
  return new Map(
    forwards.map((forward) => [forward.id, { label: forwardLabel(forward), kind: forward.kind }]),
  );
}

/** So many connections, in words. */
export function countWords(count: number): string {
  return count === 1 ? '1 connection' : `${count} connections`;
}

/** Keeps the connections that hold every word of the filter in some column, and, if asked, only those of one forward. */
export function filterRows(
  rows: readonly ConnectionRow[],
  filter: string,
  forwardId: string | null,
  names: ConnectionNames,
): readonly ConnectionRow[] {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  return rows.filter(({ connection }) => {
    if (forwardId !== null && connection.forwardId !== forwardId) return false;
    if (words.length === 0) return true;
    const text = rowText(connection, names);
    return words.every((word) => text.includes(word));
  });
}

/** Sorts a copy; equal rows keep their order of coming, so that a refresh never shuffles them. */
export function sortRows(
  rows: readonly ConnectionRow[],
  { key, descending }: Sorting,
  names: ConnectionNames,
): readonly ConnectionRow[] {
  const direction = descending ? -1 : 1;
  // What is compared is made once for each row, and read once for each address: to parse those took most of the time.
  const ips = new Map<string, IpAddress | null>();
  return rows
    .map((row) => ({ row, worth: worthOf(key, row, names, ips) }))
    .sort((a, b) => direction * compareWorths(a.worth, b.worth) || olderFirst(a.row, b.row))
    .map(({ row }) => row);
}

type Worth = number | string | EndWorth;

interface EndWorth {
  readonly end: ConnectionEnd;
  readonly ip: IpAddress | null;
}

function worthOf(
  key: SortKey,
  { connection }: ConnectionRow,
  names: ConnectionNames,
  ips: Map<string, IpAddress | null>,
): Worth {
  switch (key) {
    case 'client':
      return endWorth(clientOf(connection, names), ips);
    case 'forward':
      return names.forwards.get(connection.forwardId)?.label ?? '\uffff';
    case 'target':
      return endWorth(targetOf(connection, names), ips);
    case 'received':
      return connection.received;
    case 'sent':
      return connection.sent;
    case 'age':
      return -connection.openedAt;
    case 'state':
      return connectionStateWords(connection.state);
    default:
      return assertNever(key);
  }
}

function endWorth(end: ConnectionEnd, ips: Map<string, IpAddress | null>): EndWorth {
  const host = end.endpoint?.host ?? '';
  const known = ips.get(host);
  const ip = known === undefined ? parseIp(host) : known;
  ips.set(host, ip);
  return { end, ip };
}

/** Made once: `localeCompare` looks up the language at each call. */
const collator = new Intl.Collator(undefined, { numeric: true });

function compareWorths(a: Worth, b: Worth): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  if (typeof a === 'string' && typeof b === 'string') return collator.compare(a, b);
  if (typeof a === 'object' && typeof b === 'object') return compareEnds(a, b);
  return 0;
}

/** Programs by name first, and what is none last; then by address, and by what stands in the place of one. */
function compareEnds({ end: a, ip: aIp }: EndWorth, { end: b, ip: bIp }: EndWorth): number {
  return (
    Number(a.pid === null) - Number(b.pid === null) ||
    compareTexts(a.who, b.who) ||
    (a.pid ?? 0) - (b.pid ?? 0) ||
    Number(a.endpoint === null) - Number(b.endpoint === null) ||
    (aIp && bIp ? compareIps(aIp, bIp) : compareTexts(a.at, b.at)) ||
    (a.endpoint?.port ?? 0) - (b.endpoint?.port ?? 0)
  );
}

/** Most are the same, and to ask the collator takes long. */
function compareTexts(a: string, b: string): number {
  return a === b ? 0 : collator.compare(a, b);
}

function olderFirst({ connection: a }: ConnectionRow, { connection: b }: ConnectionRow): number {
  return a.openedAt - b.openedAt || (a.id < b.id ? -1 : 1);
}

function clientOf(connection: Connection, { forwards, hopClients }: ConnectionNames): ConnectionEnd {
  const kind = forwards.get(connection.forwardId)?.kind ?? 'local';
  return clientEnd(connection, kind, hopClients.get(connection.id) ?? null);
}

function targetOf(connection: Connection, { forwards }: ConnectionNames): ConnectionEnd {
  return targetEnd(connection, forwards.get(connection.forwardId)?.kind ?? 'local');
}

function rowText(connection: Connection, names: ConnectionNames): string {
  return [
    endText(clientOf(connection, names)),
    names.forwards.get(connection.forwardId)?.label ?? '',
    endText(targetOf(connection, names)),
    connectionStateWords(connection.state),
  ]
    .join('\n')
    .toLowerCase();
}
