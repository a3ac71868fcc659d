import { assertNever } from '#shared/assert-never.ts';
import { formatEndpoint } from '#shared/endpoint.ts';
import { isExposed } from '#shared/exposure.ts';
import type { JumpHost } from '#shared/jump-host.ts';
import { knownByOf, knownByWords } from '#shared/known-by.ts';
import { loginWords } from '#shared/login-words.ts';
import { bindLabel, type Forward, type Profile } from '#shared/profile.ts';
import type { ProxySetting } from '#shared/proxy.ts';
import type { Server } from '#shared/server.ts';
import { asciiWords } from '../ascii-host.ts';

/** What a tunnel of a file would do, in sentences for people, before it is imported. */
export interface ImportWords {
  /** Whom it logs in to, and how. */
  readonly login: string;
  /** What lies between, in the order of travel, and what else it asks for. */
  readonly way: readonly string[];
  readonly forwards: readonly ForwardWords[];
}

/** What one forward of it would do. */
export interface ForwardWords {
  readonly path: string;
  /** Who else could come in, or that nobody could. */
  readonly reach: string;
  readonly isExposed: boolean;
}

/** Puts a tunnel of a file into words. */
export function importWords(profile: Profile): ImportWords {
  const { server, login, proxy, jumpHosts = [], hostKeys, legacyAlgorithms, forwards } = profile;
  return {
    login: `Logs in to ${serverWords(server)}${knownByWords(knownByOf(hostKeys))}, ${loginWords(login)}.`,
    way: [
      ...(proxy ? [proxyWords(proxy)] : []),
      ...jumpHosts.map(jumpHostWords),
      ...(hostKeys?.checking === 'yes' ? ['Logs in only where the server’s key is known already.'] : []),
      ...(hostKeys?.checking === 'accept-new' ? ['Trusts an unknown key of the server without asking.'] : []),
      ...(legacyAlgorithms ? ['Allows legacy algorithms.'] : []),
    ],
    forwards: forwards.map(forwardWords),
  };
}

function serverWords({ user, host, port }: Server): string {
  return `${user}@${formatEndpoint({ host, port })}${asciiWords(host)}`;
}

function jumpHostWords({ server, login, hostKeys, legacyAlgorithms }: JumpHost): string {
  const more = [
    ...(hostKeys?.checking === 'yes' ? ['only where its key is known already'] : []),
    ...(hostKeys?.checking === 'accept-new' ? ['trusting an unknown key of it without asking'] : []),
    ...(legacyAlgorithms ? ['allowing legacy algorithms'] : []),
  ];
  const known = knownByWords(knownByOf(hostKeys));
  return `By way of ${[serverWords(server) + known, loginWords(login), ...more].join(', ')}.`;
}

function proxyWords(proxy: ProxySetting): string {
  switch (proxy.kind) {
    case 'socks5':
      return `Through the SOCKS proxy ${formatEndpoint(proxy)}${asciiWords(proxy.host)}${proxyUser(proxy.user)}.`;
    case 'http':
      return `Through the HTTP proxy ${formatEndpoint(proxy)}${asciiWords(proxy.host)}${proxyUser(proxy.user)}.`;
    case 'command':
      return `Through a program of this computer, which is not run before you allow it: ${proxy.command}`;
    default:
      return assertNever(proxy);
  }
}

/** The proxy gets that password in clear. */
function proxyUser(user: string): string {
  return user === '' ? '' : `, as ${user} with a password that is asked for and not encrypted`;
}

function forwardWords(forward: Forward): ForwardWords {
  const isOpen = isExposed(forward.bind.address);
  return {
    path: pathWords(forward),
    reach: reachWords(forward, isOpen),
    isExposed: isOpen && forward.enabled,
  };
}

function pathWords(forward: Forward): string {
  const { address, port } = forward.bind;
  const entrance = port === 0 ? `a free port of ${address || 'localhost'}` : bindLabel(forward.bind);
  switch (forward.kind) {
    case 'local':
      return `${entrance} here to ${formatEndpoint(forward.target)}${asciiWords(forward.target.host)}`;
    case 'remote':
      return `${entrance} on the server to ${formatEndpoint(forward.target)}${asciiWords(forward.target.host)} as seen from here`;
    case 'dynamic':
      return `SOCKS at ${entrance} here`;
    default:
      return assertNever(forward);
  }
}

function reachWords({ kind, enabled, allowFrom = [] }: Forward, isOpen: boolean): string {
  if (!enabled) return 'Switched off.';
  if (!isOpen) return kind === 'remote' ? 'For the server itself only.' : 'For this computer only.';
  const who = allowFrom.length === 0 ? 'Others could reach it' : `${allowFrom.join(', ')} could reach it`;
  return `${who}: it stays closed until you agree.`;
}
