import type { ConnectionSettings } from '#shared/connection-settings.ts';
import type { Endpoint } from '#shared/endpoint.ts';
import type { JumpHost } from '#shared/jump-host.ts';
import type { Profile } from '#shared/profile.ts';
import { type EngineSuite, keyFile, type TunnelServer } from './engine-suite.ts';
import { localForward, testProfile } from './engine-under-test.ts';
import { findFreePort } from './free-port.ts';
import { knownHostsLines } from './host-keys.ts';
import type { Sshd, SshdOptions } from './sshd.ts';
import { startTcpProxy, type TcpProxy } from './tcp-proxy.ts';

/** An sshd behind a line of its own, which can be counted and made bad. */
export interface BehindLine {
  readonly sshd: Sshd;
  readonly line: TcpProxy;
  /** The server as it is reached over the line. */
  readonly server: TunnelServer;
}

/** A server of a way, with what the user chose about the connection to it. */
export type WayServer = TunnelServer & { readonly connection?: ConnectionSettings };

/** Some sshds behind lines, each known by its key. */
export async function startBehindLines<Count extends 2 | 3>(
  suite: EngineSuite,
  count: Count,
  options: readonly SshdOptions[] = [],
) {
  const made: BehindLine[] = [];
  for (let index = 0; index < count; index += 1) {
    const sshd = await suite.sshd(options[index]);
    const line = suite.use(await startTcpProxy({ to: sshd }));
    made.push({ sshd, line, server: { ...sshd, host: line.host, port: line.port } });
  }
  const lines = made.map(({ sshd, line }) => knownHostsLines(line.host, line.port, sshd.hostKeys));
  await suite.knowHosts(lines.join(''));
  return made as unknown as Count extends 2
    ? readonly [BehindLine, BehindLine]
    : readonly [BehindLine, BehindLine, BehindLine];
}

/** A profile for the last of these servers, by way of all others. */
export async function profileThrough(way: readonly WayServer[], target: Endpoint): Promise<Profile> {
  const last = way.at(-1) as WayServer;
  const forward = localForward(await findFreePort(), target);
  return {
    ...testProfile(last, keyFile(last), [forward]),
    ...(last.connection && { connection: last.connection }),
    jumpHosts: way.slice(0, -1).map(jumpHost),
  };
}

function jumpHost({ host, port, user, identityFile, connection }: WayServer): JumpHost {
  return {
    server: { host, port, user },
    login: { method: 'keyFile', keyFile: identityFile },
    legacyAlgorithms: false,
    ...(connection && { connection }),
  };
}

/** The local port of its first forward. */
export function entranceOf({ forwards }: Profile): number {
  return forwards[0]?.bind.port ?? 0;
}
