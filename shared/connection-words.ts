import { assertNever } from './assert-never.ts';
import type { Connection, ConnectionState } from './connection.ts';
import { type Endpoint, formatEndpoint } from './endpoint.ts';
import { formatDuration } from './format-duration.ts';
import type { HopClient } from './hop-client.ts';
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

/** An end of a connection; port 0 stands for one that nobody told. */
export function endWords(end: Endpoint): string {
  return end.port === 0 ? end.host || 'an unknown address' : formatEndpoint(end);
}

/**
 * One connection in one sentence. `hopClient`: null where no second hop can stand between; `now` in milliseconds since
 * the epoch.
 */
export function connectionSentence(
  connection: Connection,
  kind: Forward['kind'],
  hopClient: HopClient | null,
  now: number,
): string {
  const age = formatDuration(now - connection.openedAt);
  const client =
    hopClient === null ? clientWords(connection, kind) : hopClientWords(connection.client, hopClient);
  return `${client} ${deedWords(connection, kind)}, for ${age} now.`;
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

function hopClientWords(client: Endpoint, hopClient: HopClient): string {
  switch (hopClient.kind) {
    case 'seen':
      return `A client at ${endWords(hopClient.client)}, who came through the second hop,`;
    case 'among': {
      const { clients, host } = hopClient;
      return `One of the ${clients} clients of the second hop${host === null ? '' : ` at ${host}`}`;
    }
    case 'onServer':
      return `${hopClient.name} (pid ${hopClient.pid}) on the server, at ${endWords(client)},`;
    case 'unknown':
      return `A client of the second hop, or a program on the server, seen there as ${endWords(client)},`;
    default:
      return assertNever(hopClient);
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
  if (kind !== 'remote' || program.kind !== 'found') return at;
  return `${program.name} (pid ${program.pid}) on this computer, at ${at}`;
}
