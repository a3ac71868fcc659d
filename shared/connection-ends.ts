import { assertNever } from './assert-never.ts';
import type { Connection, ConnectionProgram } from './connection.ts';
import { endWords } from './connection-words.ts';
import type { Endpoint } from './endpoint.ts';
import { type HopClient, isLoopback } from './hop-client.ts';
import type { Forward } from './profile.ts';

/** One end of a connection as a table shows it. */
export interface ConnectionEnd {
  /** A program's name, or plainly what is known in its place; empty where nothing is to be said. */
  readonly who: string;
  /** The program's process; null where `who` is no program's name. */
  readonly pid: number | null;
  /** Its address, or what is known of it. */
  readonly at: string;
  /** The address that `at` stands for; null where that is not known. */
  readonly endpoint: Endpoint | null;
}

/**
 * Who connected. Of a local or dynamic forward's client this computer tells the program; a remote forward's is on the
 * server's side, and the server tells at most its address. `hopClient`: null where no second hop can stand between.
 */
export function clientEnd(
  { client, program }: Connection,
  kind: Forward['kind'],
  hopClient: HopClient | null,
): ConnectionEnd {
  if (kind !== 'remote') return { ...programEnd(program), at: endWords(client), endpoint: client };
  if (hopClient !== null) return hopClientEnd(client, hopClient);
  const who = isLoopback(client.host) ? 'on the server' : 'on the server’s side';
  return { who, pid: null, at: endWords(client), endpoint: client };
}

/** Where it comes out. A remote forward's target is reached from this computer, which tells its program. */
export function targetEnd({ target, program }: Connection, kind: Forward['kind']): ConnectionEnd {
  const who = kind === 'remote' ? programEnd(program) : { who: '', pid: null };
  return { ...who, at: target ? endWords(target) : '', endpoint: target };
}

/** An end in one line, such as `mutt (123) at 127.0.0.1:50312` or `not on this computer: 10.0.0.9:50312`. */
export function endText({ who, pid, at }: ConnectionEnd): string {
  if (who === '') return at;
  return pid === null ? `${who}: ${at}` : `${who} (${pid}) at ${at}`;
}

function programEnd(program: ConnectionProgram): Pick<ConnectionEnd, 'who' | 'pid'> {
  switch (program.kind) {
    case 'found':
      return { who: program.name, pid: program.pid };
    case 'notVisible':
      return {
        who: program.user === null ? 'not visible to you' : `not visible to you (user ${program.user})`,
        pid: null,
      };
    case 'elsewhere':
      return { who: 'not on this computer', pid: null };
    case 'unknown':
      return { who: 'unknown', pid: null };
    default:
      return assertNever(program);
  }
}

function hopClientEnd(client: Endpoint, hopClient: HopClient): ConnectionEnd {
  const seenAs = endWords(client);
  switch (hopClient.kind) {
    case 'seen':
      return {
        who: 'via the second hop',
        pid: null,
        at: endWords(hopClient.client),
        endpoint: hopClient.client,
      };
    case 'among': {
      const { clients, host } = hopClient;
      const at = host === null ? `one of its ${clients} clients` : `${host}, one of ${clients}`;
      return { who: 'via the second hop', pid: null, at, endpoint: null };
    }
    case 'onServer':
      return { who: `${hopClient.name} on the server`, pid: hopClient.pid, at: seenAs, endpoint: client };
    case 'unknown':
      return { who: 'perhaps via the second hop', pid: null, at: `seen as ${seenAs}`, endpoint: null };
    default:
      return assertNever(hopClient);
  }
}
