import { describe, expect, it } from 'vitest';
import { sampleConnection } from './connection-sample.ts';
import { findHopClients, type HopClient } from './hop-client.ts';
import type { SeenServer, ServerConnection } from './server-look.ts';

const HOPS = new Map([['files', { port: 43_000, entrance: 42_000 }]]);
const socat = (pid: number) => ({ name: 'socat', pid });
const python = { name: 'python3', pid: 77 };

/** The hop's socket to a client. */
function client(host: string, port: number, process: ServerConnection['process']): ServerConnection {
  const own = { address: '::ffff:10.0.0.5', port: 43_000, peer: { host: `::ffff:${host}`, port } };
  return { protocol: 'tcp6', ...own, process, owner: null };
}

/** A socket, from this port on loopback, to where the forward listens. */
function dial(port: number, process: ServerConnection['process']): ServerConnection {
  const own = { address: '127.0.0.1', port, peer: { host: '127.0.0.1', port: 42_000 } };
  return { protocol: 'tcp', ...own, process, owner: null };
}

function whoIs(sockets: readonly ServerConnection[], part: Partial<SeenServer> = {}): HopClient | undefined {
  const connection = sampleConnection({ forwardId: 'files', client: { host: '127.0.0.1', port: 50_001 } });
  const look: SeenServer = {
    status: 'seen',
    at: 1,
    account: { user: 'andre', uid: 1000 },
    system: 'Linux',
    tool: 'ss',
    serverPid: 700,
    listeners: [],
    // sshd's own end of the same socket, as every list has it.
    connections: [...sockets, { ...dial(42_000, null), peer: { host: '127.0.0.1', port: 50_001 } }],
    isWhole: true,
    ...part,
  };
  return findHopClients([connection], HOPS, look).get(connection.id);
}

describe('who is behind a second hop', () => {
  it('is the client of the process that dialled the forward', () => {
    const others = [client('10.0.0.8', 6_000, socat(8)), dial(50_002, socat(8))];
    expect(whoIs([client('10.0.0.9', 6_001, socat(9)), dial(50_001, socat(9)), ...others])).toEqual({
      kind: 'seen',
      client: { host: '10.0.0.9', port: 6_001 },
    });
    expect(whoIs([client('10.0.0.9', 6_001, python), dial(50_001, python)])).toMatchObject({ kind: 'seen' });
  });

  it('is one of several where one process serves them all, at one host or at several', () => {
    const two = [client('10.0.0.9', 6_001, python), dial(50_001, python), dial(50_002, python)];
    expect(whoIs([...two, client('10.0.0.9', 6_002, python)])).toEqual({
      kind: 'among',
      clients: 2,
      host: '10.0.0.9',
    });
    expect(whoIs([...two, client('10.0.0.8', 6_002, python)])).toEqual({
      kind: 'among',
      clients: 2,
      host: null,
    });
  });

  it('is another program on the server where that dialled, and is not guessed for one like the hop’s', () => {
    const hop = [client('10.0.0.8', 6_000, socat(8)), dial(50_002, socat(8))];
    expect(whoIs([...hop, dial(50_001, { name: 'curl', pid: 5 })])).toEqual({
      kind: 'onServer',
      name: 'curl',
      pid: 5,
    });
    expect(whoIs([...hop, dial(50_001, socat(9))])).toEqual({ kind: 'unknown' });
    expect(whoIs([dial(50_001, { name: 'curl', pid: 5 })]), 'which program the hop is').toEqual({
      kind: 'unknown',
    });
  });

  it('is told without processes only where there is but one of each', () => {
    const one = [client('10.0.0.9', 6_001, null), dial(50_001, null)];
    expect(whoIs(one)).toEqual({ kind: 'seen', client: { host: '10.0.0.9', port: 6_001 } });
    expect(whoIs([...one, dial(50_002, null)])).toEqual({ kind: 'unknown' });
    expect(whoIs([...one, client('10.0.0.9', 6_002, null)])).toEqual({ kind: 'unknown' });
  });

  it('is unknown where nobody could look, where the list was cut and where the dial is not in it', () => {
    const all = [client('10.0.0.9', 6_001, socat(9)), dial(50_001, socat(9))];
    expect(whoIs(all, { isWhole: false })).toEqual({ kind: 'unknown' });
    expect(whoIs([client('10.0.0.9', 6_001, socat(9))])).toEqual({ kind: 'unknown' });
    const connection = sampleConnection({ forwardId: 'files', client: { host: '::1', port: 50_001 } });
    expect(findHopClients([connection], HOPS, null).get('c')).toEqual({ kind: 'unknown' });
  });

  it('is no question for other forwards, nor for clients that sshd saw come from elsewhere', () => {
    const connections = [
      sampleConnection({ id: 'a', forwardId: 'mail' }),
      sampleConnection({ id: 'b', forwardId: 'files', client: { host: '10.0.0.9', port: 1 } }),
      sampleConnection({ id: 'c', forwardId: 'files', client: { host: '', port: 0 } }),
    ];
    expect(findHopClients(connections, HOPS, null).size).toBe(0);
  });
});
