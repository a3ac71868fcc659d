import type { HostKeySettings } from './host-key-settings.ts';

/** The options of `ssh` that look for a server's keys as the settings do (ssh_config(5)); none for what is usual. */
export function hostKeyParts({ alias, checking, userFiles, globalFiles }: HostKeySettings): string[][] {
  const options: readonly (string | undefined)[] = [
    alias && `HostKeyAlias=${alias}`,
    checking && checking !== 'ask' ? `StrictHostKeyChecking=${checking}` : undefined,
    userFiles && `UserKnownHostsFile=${fileList(userFiles.map(withoutTokens))}`,
    globalFiles && `GlobalKnownHostsFile=${fileList(globalFiles)}`,
  ];
  return options.flatMap((option) => (option ? [['-o', option]] : []));
}

/** `%` starts a token (ssh_config(5), TOKENS), which GlobalKnownHostsFile has none of. */
function withoutTokens(file: string): string {
  return file.replaceAll('%', '%%');
}

/** A path with a space or the like is quoted. No file at all is `none`. */
function fileList(files: readonly string[]): string {
  if (files.length === 0) return 'none';
  return files
    .map((file) => (/[\s"'\\#]/.test(file) ? `"${file.replace(/[\\"]/g, '\\$&')}"` : file))
    .join(' ');
}
