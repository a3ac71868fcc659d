import { z } from 'zod';
import type { HostKeySettings } from './host-key-settings.ts';

/**
 * By what a server is known, where that is not the usual files under its own name: this decides which computer may prove to be
 * it, and so who gets what is meant for it. Absent: the usual.
 */
export const knownBySchema = z.object({
  alias: z.string().optional(),
  userFiles: z.array(z.string()).optional(),
  globalFiles: z.array(z.string()).optional(),
});

export type KnownBy = z.output<typeof knownBySchema>;

/** What the settings say of it; undefined where that is the usual. */
export function knownByOf(settings: HostKeySettings | undefined): KnownBy | undefined {
  const { alias, userFiles, globalFiles } = settings ?? {};
  if (alias === undefined && userFiles === undefined && globalFiles === undefined) return undefined;
  // In one order and one spelling, so that equal ones are equal as text.
  return {
    ...(alias !== undefined && { alias: alias.toLowerCase() }),
    ...(userFiles !== undefined && { userFiles }),
    ...(globalFiles !== undefined && { globalFiles }),
  };
}

/** To stand behind a server's name, such as `, known as old.example.org`; empty for the usual. */
export function knownByWords(knownBy: KnownBy | undefined): string {
  const { alias, userFiles, globalFiles } = knownBy ?? {};
  const files = [...(userFiles ?? []), ...(globalFiles ?? [])];
  const name = alias === undefined ? '' : `, known as ${alias}`;
  if (userFiles === undefined && globalFiles === undefined) return name;
  return `${name === '' ? ', known' : name} by ${files.length === 0 ? 'no file' : files.join(' and ')}`;
}
