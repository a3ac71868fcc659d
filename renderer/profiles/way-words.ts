import type { ProxyDraft, WayDraft } from './way-draft.ts';

/** The way to a server in a few words: `directly`, or `through a SOCKS 5 proxy, then by gate`. */
export function wayWords({ jumpHosts, proxy }: WayDraft): string {
  const first = PROXY_WORDS[proxy.kind];
  const hosts = jumpHosts.map(({ host }) => host.trim() || 'a jump host');
  if (hosts.length === 0) return first;
  const jumps = `by way of ${hosts.join(', then ')}`;
  return proxy.kind === 'none' ? jumps : `${first}, then ${jumps}`;
}

const PROXY_WORDS: Readonly<Record<ProxyDraft['kind'], string>> = {
  none: 'directly',
  socks5: 'through a SOCKS 5 proxy',
  http: 'through an HTTP proxy',
  command: 'by a program',
};
