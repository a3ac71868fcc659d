import type { Machine } from './machine.ts';

/** Two ends of a TCP connection, as `address:port`. */
export interface ConnectionEnds {
  readonly local: string;
  readonly peer: string;
}

/**
 * Where a machine listens at a TCP port, as `address:port`, sorted; `*` and `0.0.0.0` are all addresses. The article's
 * `netstat -na | grep -i listen`, by ss(8).
 */
export async function listenersOn(machine: Machine, port: number): Promise<readonly string[]> {
  const lines = await socketLines(machine, ['-tlnH']);
  return lines
    .map(({ local }) => local)
    .filter((local) => local.endsWith(`:${port}`))
    .sort();
}

/** A machine's established TCP connections to a port of somebody: the article's `ESTABLISHED` line. */
export async function connectionsTo(machine: Machine, peer: string): Promise<readonly ConnectionEnds[]> {
  const lines = await socketLines(machine, ['-tnH', 'state', 'established']);
  return lines.filter((line) => line.peer === peer);
}

/** The addresses are always the last two that hold a port: a state is left out where only one is asked for. */
async function socketLines(machine: Machine, args: readonly string[]): Promise<readonly ConnectionEnds[]> {
  const { stdout } = await machine.run('ss', args);
  return stdout.split('\n').flatMap((line) => {
    const [local, peer] = line.split(/\s+/).filter((word) => /:(\d+|\*)$/.test(word));
    return local === undefined || peer === undefined ? [] : [{ local, peer }];
  });
}
