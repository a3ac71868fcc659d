import type { Profile } from '#shared/profile.ts';
import { run, sayDone } from '../store/messages.ts';
import { copiedPortsWords } from './copied-ports.ts';

/** Copies a profile, and says on which other ports the copy listens. */
export async function duplicate(original: Profile): Promise<void> {
  const copy = await run('profiles.duplicate', { id: original.id });
  const words = copy && copiedPortsWords(original, copy.value);
  if (words !== null) sayDone(words);
}
