import { makeServerLineSafe } from '../ssh/server-text.ts';
import type { AnsweredHost } from './answered-host.ts';
import { shownPath } from './expand-tokens.ts';
import type { ConfiguredJump } from './way-of-host.ts';

/** What a profile's schema says against a way. */
interface WayIssue {
  readonly path: readonly PropertyKey[];
  /** A sentence. */
  readonly message: string;
}

/** Says in a sentence which option no profile can hold, where it stands, and of which jump host it is. */
export function wayComplaint(
  { path, message }: WayIssue,
  host: AnsweredHost,
  jumps: readonly ConfiguredJump[],
  home: string,
): string {
  const [first, index, ...inJump] = path;
  const jump = first === 'jumpHosts' && typeof index === 'number' ? jumps[index] : undefined;
  const option = optionAt(jump ? inJump : path);
  // What a way begins with is its first host's.
  const whose = option === 'ProxyCommand' ? (jumps[0] ?? host) : (jump ?? host);
  const place = whose.resolved.places.get(option.toLowerCase());
  const where = place ? `${shownPath(place.file, home)}, line ${place.line}, ` : '';
  const ofJump = jump ? ` of the jump host ${jump.name}` : '';
  return makeServerLineSafe(
    `No tunnel can be made of this Host. ${where}${option}${ofJump}: ${message}`,
    1000,
  );
}

function optionAt(path: readonly PropertyKey[]): string {
  return options[path.slice(0, 2).map(String).join('.')] ?? options[String(path[0])] ?? 'HostName';
}

/** The option that a field of a profile comes from. */
const options: Readonly<Record<string, string>> = {
  'server.host': 'HostName',
  'server.port': 'Port',
  'server.user': 'User',
  'login.socket': 'IdentityAgent',
  'login.certificateFiles': 'CertificateFile',
  login: 'IdentityFile',
  'hostKeys.alias': 'HostKeyAlias',
  'hostKeys.userFiles': 'UserKnownHostsFile',
  'hostKeys.globalFiles': 'GlobalKnownHostsFile',
  'connection.bindAddress': 'BindAddress',
  proxy: 'ProxyCommand',
  jumpHosts: 'ProxyJump',
};
