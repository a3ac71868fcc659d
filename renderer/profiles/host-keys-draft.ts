import type { HostKeySettings } from '#shared/host-key-settings.ts';

/** How a server's keys are looked for, while it is typed. */
export interface HostKeysDraft {
  readonly alias: string;
  readonly checking: NonNullable<HostKeySettings['checking']>;
  /** Set in the file alone; the form shows them and keeps them. */
  readonly files: Pick<HostKeySettings, 'userFiles' | 'globalFiles'>;
}

/** The settings of a saved profile as they stand in the form. */
export function hostKeysDraftOf({
  alias = '',
  checking = 'ask',
  ...files
}: HostKeySettings = {}): HostKeysDraft {
  return { alias, checking, files };
}

/** What a profile says of host keys; nothing where all is as usual. */
export function rawHostKeys({ alias, checking, files }: HostKeysDraft): { readonly hostKeys?: unknown } {
  const hostKeys = {
    ...files,
    ...(alias.trim() === '' ? {} : { alias: alias.trim() }),
    ...(checking === 'ask' ? {} : { checking }),
  };
  return Object.keys(hostKeys).length === 0 ? {} : { hostKeys };
}
