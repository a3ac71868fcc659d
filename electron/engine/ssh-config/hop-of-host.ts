import { isIP } from 'node:net';
import type { ConfigWay } from '#shared/config-host.ts';
import { type ConnectionSettings, LONGEST_SECONDS, MOST_ALIVE_COUNT } from '#shared/connection-settings.ts';
import { isHost } from '#shared/endpoint.ts';
import type { HostKeySettings } from '#shared/host-key-settings.ts';
import type { HostAnswer } from './host-answer.ts';
import { loginOfHost } from './login-of-host.ts';
import type { ResolvedHost } from './resolve-host.ts';

/** One server as the configuration describes it, without the way there. */
export type ConfigHop = Pick<ConfigWay, 'server' | 'login' | 'hostKeys' | 'connection'>;

/**
 * Turns what is to be done for a host into what a profile, or a jump host of one, says. What no line asks for stays absent, and what is
 * beyond a profile's bounds is taken at the bound.
 */
export function hopOfHost({ places }: Pick<ResolvedHost, 'places'>, answer: HostAnswer): ConfigHop {
  const { hostName, port, user } = answer;
  const hostKeys = hostKeysOf(places, answer);
  const connection = connectionOf(places, answer);
  return {
    server: { host: hostName, port, user },
    login: loginOfHost(answer),
    ...(hostKeys && { hostKeys }),
    ...(connection && { connection }),
  };
}

type Places = ResolvedHost['places'];

function hostKeysOf(places: Places, answer: HostAnswer): HostKeySettings | null {
  const { hostKeyAlias, userKnownHostsFiles, globalKnownHostsFiles, strictHostKeyChecking } = answer;
  const settings: HostKeySettings = {
    ...(hostKeyAlias !== null && isHost(hostKeyAlias) && { alias: hostKeyAlias }),
    ...(places.has('userknownhostsfile') && { userFiles: [...userKnownHostsFiles] }),
    ...(places.has('globalknownhostsfile') && { globalFiles: [...globalKnownHostsFiles] }),
    // What is laxer than we are is among the concerns.
    ...((strictHostKeyChecking === 'yes' || strictHostKeyChecking === 'accept-new') && {
      checking: strictHostKeyChecking,
    }),
  };
  return Object.keys(settings).length === 0 ? null : settings;
}

function connectionOf(places: Places, answer: HostAnswer): ConnectionSettings | null {
  const { connectTimeout, serverAliveInterval, serverAliveCountMax, bindAddress, addressFamily } = answer;
  const settings: ConnectionSettings = {
    ...(connectTimeout !== null &&
      connectTimeout > 0 && { connectTimeout: Math.min(connectTimeout, LONGEST_SECONDS) }),
    // None at all would leave a dead server unnoticed, and its light green.
    ...(serverAliveInterval > 0 && { aliveInterval: Math.min(serverAliveInterval, LONGEST_SECONDS) }),
    ...(places.has('serveralivecountmax') &&
      serverAliveInterval > 0 &&
      serverAliveCountMax > 0 && { aliveCountMax: Math.min(serverAliveCountMax, MOST_ALIVE_COUNT) }),
    ...(bindAddress !== null && isIP(bindAddress) !== 0 && { bindAddress }),
    ...(addressFamily !== 'any' && { addressFamily }),
  };
  return Object.keys(settings).length === 0 ? null : settings;
}
