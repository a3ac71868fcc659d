import { readPort } from './forward-spec.ts';

/** One hop before the server; what is absent, that hop's own configuration says. */
export interface JumpHost {
  readonly user: string | null;
  readonly host: string;
  readonly port: number | null;
}

/**
 * Reads `ProxyJump`: `none`, or hops from the first to the last as `[user@]host[:port]` or
 * `ssh://[user@]host[:port]`, separated by commas (readconf.c, parse_jump). Null where ssh refuses it.
 */
export function parseJumpHosts(text: string): readonly JumpHost[] | 'none' | null {
  const value = text.replace(/#.*/s, '').trim().split(/[ \t]/)[0] ?? '';
  if (value.toLowerCase() === 'none') return 'none';
  const hops = value.split(',').map(parseJumpHost);
  return hops.every((hop) => hop !== null) ? hops : null;
}

/** As ssh writes hops: `user@host:port`, with brackets around an address. */
export function formatJumpHosts(hops: readonly JumpHost[]): string {
  return hops
    .map(({ user, host, port }) => {
      const shownHost = /^[\d.:]+$|:/.test(host) ? `[${host}]` : host;
      return `${user === null ? '' : `${user}@`}${shownHost}${port === null ? '' : `:${port}`}`;
    })
    .join(',');
}

function parseJumpHost(text: string): JumpHost | null {
  const address = /^ssh:\/\//i.test(text) ? text.slice('ssh://'.length).replace(/\/$/, '') : text;
  const at = address.lastIndexOf('@');
  const user = at === -1 ? null : address.slice(0, at);
  const match = /^(?:\[([^\]/]+)\]|([^:/]+))(?::(.*))?$/.exec(address.slice(at + 1));
  const host = match?.[1] ?? match?.[2];
  if (host === undefined || user === '') return null;
  const portText = match?.[3] ?? '';
  if (portText === '') return { user, host, port: null };
  const port = readPort(portText);
  return port === null || port === 0 ? null : { user, host, port };
}
