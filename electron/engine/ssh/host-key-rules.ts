import type { Endpoint } from '#shared/endpoint.ts';
import type { HostKeySettings } from '#shared/host-key-settings.ts';
import { defaultSshPort } from './known-hosts-name.ts';
import { type KnownHostsPaths, knownHostsPathsFor } from './known-hosts-paths.ts';

/** By which name, in which files and how strictly one server's keys are looked for. */
export interface HostKeyRules {
  /** The server as it stands in known_hosts. */
  readonly knownAs: Endpoint;
  readonly paths: KnownHostsPaths;
  /** What becomes of a key of a server that is not known. */
  readonly checking: NonNullable<HostKeySettings['checking']>;
}

/**
 * Reads a server's settings as ssh reads its options (ssh_config(5)). An alias stands alone, whatever the port
 * (sshconnect.c, get_hostfile_hostname_ipaddr).
 *
 * `accept-new` means to accept and to write down; where nothing is ever written, every key would be new, so a person is
 * asked. ssh refuses there for `none`, and accepts whatever comes for /dev/null.
 */
export function hostKeyRules(
  server: Endpoint,
  settings: HostKeySettings,
  defaults: KnownHostsPaths,
): HostKeyRules {
  const { alias, checking = 'ask' } = settings;
  const paths = knownHostsPathsFor(settings, defaults);
  return {
    knownAs: alias === undefined ? server : { host: alias, port: defaultSshPort },
    paths,
    checking: checking === 'accept-new' && writableFile(paths) === null ? 'ask' : checking,
  };
}

/** The file that a new key is added to; null where the user wants none written. */
export function writableFile({ userFiles: [first] }: KnownHostsPaths): string | null {
  return first === undefined || first === '/dev/null' ? null : first;
}
