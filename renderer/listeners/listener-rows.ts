import { assertNever } from '#shared/assert-never.ts';
import { formatEndpoint } from '#shared/endpoint.ts';
import type { SystemListener } from '#shared/listener.ts';
import { compareIps, parseIp } from '#shared/listener-address.ts';
import { reachInWords } from '#shared/listener-reach.ts';
import type { Sorting as TableSorting } from '../design/LongTable.tsx';

/** What the table can be sorted by. */
export type SortKey = 'protocol' | 'address' | 'port' | 'process' | 'tunnel' | 'reach';

/** By what, and which way. */
export type Sorting = TableSorting<SortKey>;

/** Names a listener across refreshes: what it is bound to, and by whom. */
export function listenerKey({ protocol, address, port, process }: SystemListener): string {
  return `${protocol} ${formatEndpoint({ host: address, port })} ${process?.pid ?? ''}`;
}

/** Who holds the socket, as `name (pid)`, or plainly that we may not know. */
export function processWords({ process, owner, ours }: SystemListener): string {
  if (process) return `${process.name} (${process.pid})`;
  // Of our own on a server, more is known than an ordinary user is shown there.
  if (ours) return 'the SSH server, for your tunnel';
  return owner?.user ? `not visible to you (user ${owner.user})` : 'not visible to you';
}

/**
 * The same for the column itself. On a server nearly every process is hidden from an ordinary account, so there the owner
 * tells more than that it is hidden.
 */
export function holderWords(listener: SystemListener, server: string | null): string {
  const { process, owner, ours } = listener;
  if (server === null || process !== null) return processWords(listener);
  if (ours) return 'SSH server';
  return owner?.user ? `user ${owner.user}` : 'not visible';
}

/** Keeps the listeners that hold every word of the filter in some column, and, if asked, only those of our tunnels. */
export function filterListeners(
  listeners: readonly SystemListener[],
  filter: string,
  oursOnly: boolean,
  server: string | null = null,
): readonly SystemListener[] {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  return listeners.filter((listener) => {
    if (oursOnly && !listener.ours) return false;
    const text = listenerText(listener, server);
    return words.every((word) => text.includes(word));
  });
}

/** Sorts a copy; equal rows keep the order of address and port, so that a refresh never shuffles them. */
export function sortListeners(
  listeners: readonly SystemListener[],
  { key, descending }: Sorting,
): readonly SystemListener[] {
  const direction = descending ? -1 : 1;
  return [...listeners].sort((a, b) => direction * compareBy(key, a, b) || compareSockets(a, b));
}

function compareBy(key: SortKey, a: SystemListener, b: SystemListener): number {
  switch (key) {
    case 'protocol':
      return a.protocol.localeCompare(b.protocol);
    case 'address':
      return compareAddresses(a.address, b.address);
    case 'port':
      return a.port - b.port;
    case 'process':
      return compareTexts(a.process?.name, b.process?.name);
    case 'tunnel':
      return compareTexts(a.ours?.tunnelName, b.ours?.tunnelName);
    case 'reach':
      return REACH_ORDER.indexOf(a.reach.kind) - REACH_ORDER.indexOf(b.reach.kind);
    default:
      return assertNever(key);
  }
}

const REACH_ORDER = ['thisComputer', 'network', 'everyone'] as const;

function compareSockets(a: SystemListener, b: SystemListener): number {
  return a.port - b.port || compareAddresses(a.address, b.address) || a.protocol.localeCompare(b.protocol);
}

function compareAddresses(a: string, b: string): number {
  const [left, right] = [parseIp(a), parseIp(b)];
  return left && right ? compareIps(left, right) : a.localeCompare(b);
}

/** What is missing comes last. */
function compareTexts(a: string | undefined, b: string | undefined): number {
  if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined);
  return a.localeCompare(b);
}

function listenerText(listener: SystemListener, server: string | null): string {
  const { protocol, address, port, state, ours, reach } = listener;
  const endpoint = formatEndpoint({ host: address, port });
  return [
    protocol,
    endpoint,
    state,
    processWords(listener),
    ours?.tunnelName ?? '',
    reachInWords(reach, server),
  ]
    .join('\n')
    .toLowerCase();
}
