import type { HostKeySettings } from '../host-key-settings.ts';
import type { Login } from '../login.ts';
import type { Profile } from '../profile.ts';
import type { ProxySetting } from '../proxy.ts';
import { carriedPath } from './carried-path.ts';
import { EXPORT_FORMAT, EXPORT_VERSION, type ExportFile, exportFileSchema } from './export-format.ts';

/**
 * The export of these profiles, of which the practice tunnel must not be one. What the schema does not name is dropped by
 * it, so that nothing gets into the file by accident. The command of a proxy can hold a password: it is carried only for the
 * profiles of `commandsOf`, by their ids. Throws where a profile is not one: that is a bug.
 */
export function exportProfiles(
  profiles: readonly Profile[],
  homeFolder: string,
  commandsOf: ReadonlySet<string>,
): ExportFile {
  const place = <Place extends { readonly login: Login; readonly hostKeys?: HostKeySettings | undefined }>({
    hostKeys,
    ...rest
  }: Place) => ({
    ...rest,
    login: carriedLogin(rest.login, homeFolder),
    ...carriedHostKeys(hostKeys),
  });
  return exportFileSchema.parse({
    format: EXPORT_FORMAT,
    version: EXPORT_VERSION,
    profiles: profiles.map((profile) => ({
      ...place(profile),
      ...(profile.jumpHosts && { jumpHosts: profile.jumpHosts.map(place) }),
      ...(profile.proxy && { proxy: carriedProxy(profile.proxy, commandsOf.has(profile.id)) }),
    })),
  });
}

function carriedLogin(login: Login, homeFolder: string): Login {
  if (login.method !== 'keyFile' && login.method !== 'automatic') return login;
  const { certificateFiles } = login;
  const carried = (path: string) => carriedPath(path, homeFolder);
  const use = certificateFiles && { certificateFiles: certificateFiles.map(carried) };
  if (login.method === 'automatic') return { ...login, ...use };
  const more = login.moreKeyFiles && { moreKeyFiles: login.moreKeyFiles.map(carried) };
  return { ...login, keyFile: carried(login.keyFile), ...more, ...use };
}

function carriedProxy(proxy: ProxySetting, withCommand: boolean): ProxySetting {
  return proxy.kind === 'command' && !withCommand ? { kind: 'command', command: '' } : proxy;
}

/** By what a server is known, and to trust new keys without asking, is for the user of a computer to choose. */
function carriedHostKeys({ checking }: HostKeySettings = {}): { readonly hostKeys?: HostKeySettings } {
  return checking === undefined || checking === 'accept-new' ? {} : { hostKeys: { checking } };
}
