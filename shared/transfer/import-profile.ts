import { type Profile, profileSchema } from '../profile.ts';
import { fail, type Result, succeed } from '../result.ts';
import type { CarriedProfile } from './export-format.ts';

/**
 * A new profile of an export: with ids of its own, starting nothing, and without a yes to anything, so that a forward that
 * others could reach stays closed until the user agrees. Where a command was left out, it has none, and connects directly.
 * Fails with a sentence where it breaks a rule for whole profiles.
 */
export function importProfile(carried: CarriedProfile, newId: () => string): Result<Profile, string> {
  const { proxy, ...rest } = carried;
  const parsed = profileSchema.safeParse({
    ...rest,
    ...(!lacksCommand(carried) && { proxy }),
    id: newId(),
    forwards: carried.forwards.map((forward) => ({ ...forward, id: newId() })),
    startOnOpen: false,
    practice: false,
  });
  if (parsed.success) return succeed(parsed.data);
  return fail(parsed.error.issues[0]?.message ?? 'It breaks a rule.');
}

/** Claims that it connects through a command, which was left out of the file. */
export function lacksCommand({ proxy }: CarriedProfile): boolean {
  return proxy?.kind === 'command' && proxy.command === '';
}
