import {
  type Connection,
  type ConnectionList,
  type ConnectionProgram,
  MAX_LISTED_CONNECTIONS,
} from '#shared/connection.ts';
import type { Endpoint } from '#shared/endpoint.ts';
import { formatIp, parseIp, unmapIp } from '#shared/listener-address.ts';
import type { OpenConnection } from '../forward/connections.ts';
import { readLocalAddresses } from '../listeners/local-addresses.ts';
import { makeServerLineSafe } from '../ssh/server-text.ts';
import { createProgramFinder, type FindPrograms, type TcpEnds } from './find-programs.ts';

/** A forward with those who are connected through it; null while nothing of it is open. */
export interface ConnectedForward {
  readonly id: string;
  readonly connections: Iterable<OpenConnection> | null;
}

/** Lists and ends the connections of tunnels. Remembers which program is whose for as long as a connection lasts. */
export class ConnectionDesk {
  readonly #findPrograms: FindPrograms;
  readonly #programs = new WeakMap<OpenConnection, ConnectionProgram>();
  /** Endpoints as they are shown: to write 4,000 addresses anew each second kept the bytes waiting for 30 ms. */
  readonly #shown = new WeakMap<Endpoint, Endpoint>();

  constructor(findPrograms: FindPrograms = createProgramFinder()) {
    this.#findPrograms = findPrograms;
  }

  /** Everyone who is connected through these forwards. Looks for programs once per connection, all at once. */
  async list(forwards: readonly ConnectedForward[]): Promise<ConnectionList> {
    const all = forwards.flatMap(({ id, connections }) =>
      Array.from(connections ?? [], (connection) => ({ forwardId: id, connection })),
    );
    const listed = all.slice(0, MAX_LISTED_CONNECTIONS);
    await this.#learnPrograms(listed.map(({ connection }) => connection));
    return {
      at: Date.now(),
      total: all.length,
      connections: listed.map(({ forwardId, connection }) => this.#describe(forwardId, connection)),
    };
  }

  /** Ends those with these ids; gives how many there were. */
  end(forwards: readonly ConnectedForward[], ids: readonly string[]): number {
    const wanted = new Set(ids);
    return endEach(forwards, ({ id }) => wanted.has(id));
  }

  /** Ends all of them; gives how many there were. */
  endAll(forwards: readonly ConnectedForward[]): number {
    return endEach(forwards, () => true);
  }

  #describe(forwardId: string, connection: OpenConnection): Connection {
    const { id, client, target, here, state, openedAt, received, sent } = connection;
    return {
      id,
      forwardId,
      client: this.#show(client),
      target: target && this.#show(target),
      here: here && { ours: this.#show(here.ours), theirs: this.#show(here.theirs) },
      program: this.#programs.get(connection) ?? { kind: 'unknown' },
      state,
      openedAt,
      received,
      sent,
    };
  }

  #show(endpoint: Endpoint): Endpoint {
    const known = this.#shown.get(endpoint);
    if (known !== undefined) return known;
    const shown = showable(endpoint);
    this.#shown.set(endpoint, shown);
    return shown;
  }

  async #learnPrograms(connections: readonly OpenConnection[]): Promise<void> {
    const sought: { readonly connection: OpenConnection; readonly ends: TcpEnds }[] = [];
    let addresses: ReadonlySet<string> | null = null;
    const likelyPids = new Set<number>();
    for (const connection of connections) {
      const known = this.#programs.get(connection);
      if (known?.kind === 'found') likelyPids.add(known.pid);
      const here = known === undefined ? connection.here : null;
      if (here === null) continue;
      addresses ??= new Set(readLocalAddresses().map(({ address }) => address));
      const ends = { local: here.theirs, remote: here.ours };
      if (isHere(ends.local.host, addresses)) sought.push({ connection, ends });
      else this.#programs.set(connection, { kind: 'elsewhere' });
    }
    if (sought.length === 0) return;
    const found = await this.#findPrograms(
      sought.map(({ ends }) => ends),
      [...likelyPids],
    );
    for (const [index, { connection }] of sought.entries()) {
      this.#programs.set(connection, found[index] ?? { kind: 'unknown' });
    }
  }
}

function endEach(
  forwards: readonly ConnectedForward[],
  isMeant: (connection: OpenConnection) => boolean,
): number {
  let count = 0;
  for (const { connections } of forwards) {
    for (const connection of connections ?? []) {
      if (!isMeant(connection)) continue;
      connection.end();
      count += 1;
    }
  }
  return count;
}

/** Claims that an address is one of this computer's, as the other end of a connection of ours. */
function isHere(host: string, addresses: ReadonlySet<string>): boolean {
  const ip = parseIp(host);
  if (ip === null) return false;
  const { bytes } = unmapIp(ip);
  const isLoopback =
    bytes.length === 4 ? bytes[0] === 127 : bytes.every((byte, i) => byte === (i === 15 ? 1 : 0));
  return isLoopback || addresses.has(formatIp({ bytes, zone: null }));
}

/**
 * A server may call a client what it likes, and give it a port of 32 bits (RFC 4254 section 7.2). IPv4 inside IPv6, as a
 * socket for both families has it, is written as IPv4.
 */
function showable({ host, port }: Endpoint): Endpoint {
  const ip = parseIp(host);
  return {
    host: ip ? formatIp(unmapIp(ip)) : makeServerLineSafe(host, 255),
    port: Number.isInteger(port) && port >= 0 && port <= 65535 ? port : 0,
  };
}
