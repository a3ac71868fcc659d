import { assertNever } from './assert-never.ts';
import { bindScope } from './exposure.ts';
import { formatDuration } from './format-duration.ts';
import type { PortHolder } from './port-holder.ts';
import type { TunnelError } from './tunnel-error.ts';

/** Why this computer did not let a forward listen where it wants to. */
export type BindError = Extract<
  TunnelError,
  { code: 'portInUse' | 'portNeedsPrivilege' | 'portReserved' | 'addressNotHere' }
>;

/** Claims that the error is about a bind on this computer. */
export function isBindError(error: TunnelError): error is BindError {
  switch (error.code) {
    case 'portInUse':
    case 'portNeedsPrivilege':
    case 'portReserved':
    case 'addressNotHere':
      return true;
    default:
      return false;
  }
}

/** What happened and what to do about it, one sentence each. No sentence changes with time: see `holderAge`. */
export function describeBindError(error: BindError): { readonly what: string; readonly advice: string } {
  switch (error.code) {
    case 'portInUse':
      return { what: takenWhat(error), advice: takenAdvice(error.holder) };
    case 'portNeedsPrivilege':
      return privilegeWords(error);
    case 'portReserved': {
      const { first, last } = error.range;
      return {
        what:
          first === last
            ? `Windows keeps port ${first} to itself.`
            : `Windows keeps the ports ${first} to ${last} to itself, ${error.endpoint.port} among them.`,
        advice: 'Choose a bind port outside of them; the ports that Windows keeps can change when it starts.',
      };
    }
    case 'addressNotHere':
      return {
        what: `${error.endpoint.host} is not an address of this computer now.`,
        advice: `${addressesWords(error.addresses)}Choose another bind address, or connect to that network: Culvert tries again then.`,
      };
    default:
      return assertNever(error);
  }
}

/** Two or three words for who holds a port, to stand behind “taken by”. */
export function holderName(holder: PortHolder): string {
  switch (holder.kind) {
    case 'program':
      return holder.name;
    case 'otherCulvert':
      return 'another Culvert';
    case 'unseen':
      return holder.user === null ? 'another program' : `a program of user ${holder.user}`;
    case 'ourTunnel':
      return `“${holder.tunnelName}”`;
    case 'practiceServer':
      return 'the practice server';
    default:
      return assertNever(holder);
  }
}

/**
 * How long the program in the way has been running, as a sentence; null where that is not known. It is the
 * program's age and not the listener's, which no system tells. `now` in milliseconds since the epoch.
 */
export function holderAge(error: TunnelError, now: number): string | null {
  const holder = error.code === 'portInUse' ? error.holder : null;
  if (holder?.kind !== 'program' && holder?.kind !== 'otherCulvert') return null;
  if (holder.since === null) return null;
  return `${holder.kind === 'program' ? holder.name : 'It'} started ${formatDuration(now - holder.since)} ago.`;
}

function takenWhat({ endpoint, holder }: Extract<BindError, { code: 'portInUse' }>): string {
  // Of the two addresses of localhost only the one that most people do not think of needs to be told.
  const where = endpoint.host === '::1' ? ' of ::1' : '';
  const port = `Port ${endpoint.port}${where} on this computer is taken`;
  if (holder === null) return `${port}, but no program can be seen that listens there.`;
  return `${port} by ${fullName(holder)}${otherAddress(endpoint.host, holder.address)}.`;
}

function fullName(holder: PortHolder): string {
  switch (holder.kind) {
    case 'program':
    case 'otherCulvert':
      return `${holderName(holder)} (pid ${holder.pid})`;
    case 'ourTunnel':
      return `your own tunnel ${holderName(holder)}`;
    case 'unseen':
    case 'practiceServer':
      return holderName(holder);
    default:
      return assertNever(holder);
  }
}

/** Where the other one listens, if that alone explains why the two meet. */
function otherAddress(wanted: string, taken: string): string {
  if (bindScope(taken) === 'all')
    return bindScope(wanted) === 'all' ? '' : ', which listens on all addresses';
  return bindScope(wanted) === 'all' ? `, which listens on ${taken}` : '';
}

function takenAdvice(holder: PortHolder | null): string {
  const retries = 'Culvert keeps trying this one until it is free.';
  switch (holder?.kind) {
    case undefined:
      return `Wait a little, or choose another bind port. ${retries}`;
    case 'ourTunnel':
      return `Stop that tunnel, or choose another bind port. ${retries}`;
    case 'practiceServer':
      return `Choose another bind port. ${retries}`;
    case 'otherCulvert':
      return `Stop its tunnel there, or choose another bind port. ${retries}`;
    case 'program':
    case 'unseen':
      return `Stop that program, or choose another bind port. ${retries}`;
    default:
      return assertNever(holder);
  }
}

/** Below it only administrators may bind where nothing else is set (IANA's system ports, RFC 6335 section 6). */
const FIRST_USER_PORT = 1024;

function privilegeWords({ endpoint, freeFrom }: Extract<BindError, { code: 'portNeedsPrivilege' }>) {
  const { port } = endpoint;
  const from = freeFrom ?? (port < FIRST_USER_PORT ? FIRST_USER_PORT : null);
  return from === null
    ? {
        what: `This computer does not let Culvert listen on port ${port}.`,
        advice: 'Choose another bind port, or ask its administrator.',
      }
    : {
        what: `This computer does not let ordinary users listen on port ${port}.`,
        advice: `Choose a port of ${from} or above.`,
      };
}

/** More than this in one sentence is not read. */
const MAX_ADDRESSES_LENGTH = 75;

function addressesWords(addresses: readonly string[]): string {
  const told: string[] = [];
  for (const address of addresses) {
    if ([...told, address].join(', ').length > MAX_ADDRESSES_LENGTH) break;
    told.push(address);
  }
  const last = told.pop();
  if (last === undefined) return '';
  return `It has ${told.length === 0 ? last : `${told.join(', ')} and ${last}`}. `;
}
