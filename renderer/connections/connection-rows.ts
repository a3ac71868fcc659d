import { assertNever } from '#shared/assert-never.ts';
import type { Connection } from '#shared/connection.ts';
import { connectionStateWords, endWords, programWords } from '#shared/connection-words.ts';
import type { Endpoint } from '#shared/endpoint.ts';
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
export type SortKey = 'program' | 'client' | 'forward' | 'target' | 'received' | 'sent' | 'age' | 'state';

/** By what, and which way. */
export type Sorting = TableSorting<SortKey>;

/** How a forward is called and of which kind it is, by its id. */
export type ForwardNames = ReadonlyMap<string, { readonly label: string; readonly kind: Forward['kind'] }>;

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
  names: ForwardNames,
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
  names: ForwardNames,
): readonly ConnectionRow[] {
  const direction = descending ? -1 : 1;
  // What is compared is made once for each row: to parse addresses at each comparison took most of the time.
  return rows
    .map((row) => ({ row, worth: worthOf(key, row, names) }))
    .sort((a, b) => direction * compareWorths(a.worth, b.worth) || olderFirst(a.row, b.row))
    .map(({ row }) => row);
}

type Worth = number | string | AddressWorth;

interface AddressWorth {
  readonly ip: IpAddress | null;
  readonly end: Endpoint;
}

function worthOf(key: SortKey, { connection }: ConnectionRow, names: ForwardNames): Worth {
  switch (key) {
    case 'program':
      // What cannot be named comes last.
      return connection.program.kind === 'found' ? programWords(connection.program) : '\uffff';
    case 'client':
      return { ip: parseIp(connection.client.host), end: connection.client };
    case 'forward':
      return names.get(connection.forwardId)?.label ?? '\uffff';
    case 'target':
      return connection.target === null ? '\uffff' : endWords(connection.target);
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

/** Made once: `localeCompare` looks up the language at each call. */
const collator = new Intl.Collator(undefined, { numeric: true });

function compareWorths(a: Worth, b: Worth): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  if (typeof a === 'string' && typeof b === 'string') return collator.compare(a, b);
  if (typeof a === 'object' && typeof b === 'object') return compareEnds(a, b);
  return 0;
}

function compareEnds(a: AddressWorth, b: AddressWorth): number {
  const byAddress =
    a.ip && b.ip ? compareIps(a.ip, b.ip) : a.end.host < b.end.host ? -1 : a.end.host > b.end.host ? 1 : 0;
  return byAddress || a.end.port - b.end.port;
}

function olderFirst({ connection: a }: ConnectionRow, { connection: b }: ConnectionRow): number {
  return a.openedAt - b.openedAt || (a.id < b.id ? -1 : 1);
}

function rowText(connection: Connection, names: ForwardNames): string {
  const { client, target, program, state, forwardId } = connection;
  return [
    programWords(program),
    endWords(client),
    names.get(forwardId)?.label ?? '',
    target ? endWords(target) : '',
    connectionStateWords(state),
  ]
    .join('\n')
    .toLowerCase();
}
