import { assertNever } from './assert-never.ts';
import type { Connection, ConnectionProgram, ConnectionState } from './connection.ts';
import { type Endpoint, formatEndpoint } from './endpoint.ts';
import { formatDuration } from './format-duration.ts';
import type { Forward } from './profile.ts';

/** How far a connection is, in a few words. */
export function connectionStateWords(state: ConnectionState): string {
  switch (state) {
    case 'waiting':
      return 'waits for the session';
    case 'asking':
      return 'has not said where to';
    case 'opening':
      return 'target is being reached';
    case 'open':
      return 'connected';
    case 'clientEnded':
      return 'client has finished';
    case 'targetEnded':
      return 'target has finished';
    case 'closing':
      return 'closes';
    default:
      return assertNever(state);
  }
}

/** A program as `name (pid)`, or plainly why there is none to name. */
export function programWords(program: ConnectionProgram): string {
  switch (program.kind) {
    case 'found':
      return `${program.name} (${program.pid})`;
    case 'notVisible':
      return program.user === null ? 'not visible to you' : `not visible to you (user ${program.user})`;
    case 'elsewhere':
      return 'not on this computer';
    case 'unknown':
      return 'unknown';
    default:
      return assertNever(program);
  }
}

/** An end of a connection; port 0 stands for one that nobody told. */
export function endWords(end: Endpoint): string {
  return end.port === 0 ? end.host || 'an unknown address' : formatEndpoint(end);
}

/** One connection in one sentence. `now` in milliseconds since the epoch. */
export function connectionSentence(connection: Connection, kind: Forward['kind'], now: number): string {
  const age = formatDuration(now - connection.openedAt);
  return `${clientWords(connection, kind)} ${deedWords(connection, kind)}, for ${age} now.`;
}

function clientWords({ client, program }: Connection, kind: Forward['kind']): string {
  const at = endWords(client);
  if (kind === 'remote') return `A client at ${at}, as the server sees it,`;
  switch (program.kind) {
    case 'found':
      return `${program.name} (pid ${program.pid}) at ${at}`;
    case 'notVisible':
      return `A program of ${program.user ?? 'another user'} at ${at}`;
    case 'elsewhere':
      return `A client at ${at}, which is not this computer,`;
    case 'unknown':
      return `A client at ${at}`;
    default:
      return assertNever(program);
  }
}

function deedWords(connection: Connection, kind: Forward['kind']): string {
  const target = targetWords(connection, kind);
  switch (connection.state) {
    case 'waiting':
      return `waits for the session, to talk to ${target}`;
    case 'asking':
      return 'has not said where it wants to go';
    case 'opening':
      return `waits for ${target} to answer`;
    case 'open':
      return `talks to ${target}`;
    case 'clientEnded':
      return `has said all, and listens to ${target}`;
    case 'targetEnded':
      return `still speaks to ${target}, which has said all`;
    case 'closing':
      return `takes leave of ${target}`;
    default:
      return assertNever(connection.state);
  }
}

/** The program behind a remote forward's target is one of this computer, if any. */
function targetWords({ target, program }: Connection, kind: Forward['kind']): string {
  if (target === null) return 'a target yet to be named';
  const at = endWords(target);
  return kind === 'remote' && program.kind === 'found' ? `${program.name} (pid ${program.pid}) at ${at}` : at;
}
