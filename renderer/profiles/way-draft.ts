import { readHost } from '#shared/endpoint.ts';
import type { JumpHost } from '#shared/jump-host.ts';
import type { Login, LoginMethod } from '#shared/login.ts';
import type { Profile } from '#shared/profile.ts';
import type { ProxySetting } from '#shared/proxy.ts';
import { readPort } from './read-port.ts';

/** A jump host while it is typed. */
export interface JumpDraft {
  readonly id: string;
  readonly host: string;
  readonly port: string;
  readonly user: string;
  readonly method: LoginMethod;
  readonly keyFile: string;
  /** As it was saved; what the form has no field for is kept from it. */
  readonly saved: JumpHost | undefined;
}

/** How the first server is reached, while it is typed. Kept over a change of kind, so that a change of mind loses nothing. */
export interface ProxyDraft {
  readonly kind: 'none' | ProxySetting['kind'];
  readonly host: string;
  readonly port: string;
  readonly user: string;
  readonly command: string;
  /** The command that the user allowed. */
  readonly allowed: string | undefined;
}

/** The way to the server, while it is typed. */
export interface WayDraft {
  readonly jumpHosts: readonly JumpDraft[];
  readonly proxy: ProxyDraft;
  readonly connection: Profile['connection'];
}

/** Straight there. */
export function newWayDraft(): WayDraft {
  return { jumpHosts: [], proxy: NO_PROXY, connection: undefined };
}

/** One more jump host, for the same user. */
export function newJumpDraft(id: string, user: string): JumpDraft {
  return { id, host: '', port: '22', user, method: 'automatic', keyFile: '', saved: undefined };
}

/** The way of a profile, or of a Host, as it stands in the form. */
export function wayDraftOf(
  way: Pick<Profile, 'jumpHosts' | 'proxy' | 'connection'>,
  makeId: () => string,
): WayDraft {
  return {
    jumpHosts: (way.jumpHosts ?? []).map((jump) => ({
      id: makeId(),
      host: jump.server.host,
      port: String(jump.server.port),
      user: jump.server.user,
      method: jump.login.method,
      keyFile: jump.login.method === 'keyFile' ? jump.login.keyFile : '',
      saved: jump,
    })),
    proxy: proxyDraftOf(way.proxy),
    connection: way.connection,
  };
}

/** The same as a profile has it, right or wrong. */
export function rawWay({ jumpHosts, proxy, connection }: WayDraft): object {
  const rawSetting = rawProxy(proxy);
  return {
    ...(jumpHosts.length > 0 && { jumpHosts: jumpHosts.map(rawJump) }),
    ...(rawSetting && { proxy: rawSetting }),
    ...(connection && { connection }),
  };
}

const NO_PROXY: ProxyDraft = {
  kind: 'none',
  host: '',
  port: '',
  user: '',
  command: '',
  allowed: undefined,
};

function proxyDraftOf(proxy: ProxySetting | undefined): ProxyDraft {
  if (proxy === undefined) return NO_PROXY;
  if (proxy.kind === 'command') {
    return { ...NO_PROXY, kind: 'command', command: proxy.command, allowed: proxy.allowed };
  }
  const { kind, host, port, user } = proxy;
  return { ...NO_PROXY, kind, host, port: String(port), user };
}

function rawJump({ host, port, user, method, keyFile, saved }: JumpDraft): unknown {
  return {
    legacyAlgorithms: false,
    ...saved,
    server: { host: readHost(host), port: readPort(port), user },
    login: rawLogin(method, keyFile, saved?.login),
  };
}

/** What the form has no field for stays while the method does. */
function rawLogin(method: LoginMethod, keyFile: string, saved: Login | undefined): object {
  const kept = saved?.method === method ? saved : { method };
  return method === 'keyFile' ? { ...kept, keyFile } : kept;
}

function rawProxy({ kind, host, port, user, command, allowed }: ProxyDraft): object | null {
  switch (kind) {
    case 'none':
      return null;
    case 'command':
      return { kind, command, ...(allowed === command.trim() && { allowed }) };
    case 'socks5':
    case 'http':
      return { kind, host: readHost(host), port: readPort(port), user };
  }
}
