import type { ConfigForward } from '#shared/config-host.ts';
import type { ForwardSpec, SpecEnd } from './forward-spec.ts';
import type { HostAnswer } from './host-answer.ts';

/** Null for what no profile can have yet: ends that are sockets in the file system, and a SOCKS proxy at the far end. */
export function forwardOfSpec(
  { kind, listen, target }: ForwardSpec,
  { gatewayPorts }: HostAnswer,
): ConfigForward | null {
  if (listen.kind === 'path') return null;
  const bind = { address: bindAddress(kind, listen, gatewayPorts), port: listen.port };
  if (kind === 'dynamic') return { kind, bind };
  if (target === 'socks' || target.kind === 'path') return null;
  return { kind, bind, target: { host: target.host ?? '', port: target.port } };
}

/** An empty address is every one, as `*` is; none at all is loopback, unless GatewayPorts says otherwise on this side. */
function bindAddress(
  kind: ForwardSpec['kind'],
  { host }: Extract<SpecEnd, { kind: 'tcp' }>,
  gatewayPorts: boolean,
): string {
  if (host !== null) return host === '' ? '*' : host;
  return gatewayPorts && kind !== 'remote' ? '*' : 'localhost';
}
