import type { ProxySetting } from '#shared/proxy.ts';
import type { Result } from '#shared/result.ts';
import type { Server } from '#shared/server.ts';
import type { TunnelError } from '#shared/tunnel-error.ts';
import type { LoginDesk } from '../ssh/login-desk.ts';
import type { Carrier } from './carrier.ts';
import { type DialOptions, dialTcp } from './dial-tcp.ts';
import { dialCommand } from './proxy/dial-command.ts';
import { dialProxy } from './proxy/dial-proxy.ts';
import type { ProgramGroups } from './proxy/program-groups.ts';

/** Dials the first server of a way: directly, or as its proxy setting says. Never rejects. */
export function dialFirst(
  proxy: ProxySetting | null,
  server: Server,
  options: DialOptions & { readonly desk: LoginDesk; readonly programs: ProgramGroups },
): Promise<Result<Carrier, TunnelError>> {
  switch (proxy?.kind) {
    case undefined:
      return dialTcp(server, options);
    case 'socks5':
    case 'http':
      return dialProxy(proxy, server, options);
    case 'command':
      return dialCommand(proxy, server, options.programs);
  }
}
