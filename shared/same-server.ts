import type { Profile } from './profile.ts';
import type { ProxySetting } from './proxy.ts';

/** What of a profile tells which server it leads to. */
type Leading = Pick<Profile, 'server' | 'proxy' | 'jumpHosts' | 'practice'>;

/**
 * Claims that both lead to the same server by the same places, whoever logs in there and how. A name or a private address, such as
 * `localhost` or `10.0.0.5`, means another computer at the end of another way.
 */
export function isSameServer(a: Leading, b: Leading): boolean {
  return JSON.stringify(placesOf(a)) === JSON.stringify(placesOf(b));
}

function placesOf({ server, proxy, jumpHosts = [], practice }: Leading): readonly unknown[] {
  return [practice, proxyPlace(proxy), ...[...jumpHosts.map((each) => each.server), server].map(place)];
}

function proxyPlace(proxy: ProxySetting | null | undefined): readonly unknown[] | null {
  switch (proxy?.kind) {
    case undefined:
      return null;
    case 'socks5':
    case 'http':
      return [proxy.kind, place(proxy)];
    case 'command':
      return [proxy.kind, proxy.command];
  }
}

function place({ host, port }: { readonly host: string; readonly port: number }): readonly [string, number] {
  return [host.toLowerCase(), port];
}
