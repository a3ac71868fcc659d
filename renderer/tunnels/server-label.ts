import { formatHost } from '#shared/endpoint.ts';
import type { Profile } from '#shared/profile.ts';

/** `user@host`, with the port where it is not the usual 22; the practice server by its name. */
export function serverLabel({ server, practice }: Pick<Profile, 'server' | 'practice'>): string {
  if (practice) return 'the practice server inside Culvert';
  const host = server.port === 22 ? server.host : `${formatHost(server.host)}:${server.port}`;
  return `${server.user}@${host}`;
}

/** The server's name on a picture. */
export function serverName({ server, practice }: Pick<Profile, 'server' | 'practice'>): string {
  return practice ? 'practice server' : server.host;
}

/** Said after the server's label: the jump hosts or the proxy on the way there; empty where it is reached directly. */
export function viaLabel({ jumpHosts = [], proxy }: Pick<Profile, 'jumpHosts' | 'proxy'>): string {
  const stations = [
    ...(proxy === undefined ? [] : [proxy.kind === 'command' ? 'a program' : proxy.host]),
    ...jumpHosts.map(({ server }) => server.host),
  ];
  return stations.length === 0 ? '' : `via ${stations.join(', ')}`;
}
