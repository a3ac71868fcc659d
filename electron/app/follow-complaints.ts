import { assertNever } from '#shared/assert-never.ts';
import { namesInWords } from './names-in-words.ts';

/** Why a profile is not, or not wholly, as its Host says. */
export type FollowTrouble =
  /** It cannot be read, or is not to be had: one sentence, often the same for every Host. */
  | { readonly kind: 'keepsOld'; readonly reason: string }
  /** The file does not name the Host any more. */
  | { readonly kind: 'gone'; readonly file: string }
  /** A command of `Match exec` was not run, since nobody allowed it: it counts as failed. */
  | { readonly kind: 'notAllowed' };

/** A profile in trouble, and the Host that it follows. */
export interface FollowComplaint {
  readonly name: string;
  readonly host: string;
  readonly trouble: FollowTrouble;
}

/** One sentence or three for each trouble, however many profiles have it. */
export function followComplaints(complaints: readonly FollowComplaint[]): readonly string[] {
  const groups = new Map<string, FollowComplaint[]>();
  for (const complaint of complaints) {
    const key = JSON.stringify(complaint.trouble);
    groups.set(key, [...(groups.get(key) ?? []), complaint]);
  }
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    return first === undefined ? [] : `${lead(group)} ${what(first.trouble, group.length > 1)}`;
  });
}

function lead(group: readonly FollowComplaint[]): string {
  const names = namesInWords(group.map(({ name }) => name));
  const [first, ...others] = group;
  return others.length === 0
    ? `${names} follows Host ${first?.host} of your SSH configuration.`
    : `${names} follow Hosts of your SSH configuration.`;
}

function what(trouble: FollowTrouble, areSeveral: boolean): string {
  const kept = areSeveral ? 'They keep what those said last.' : 'It keeps what that said last.';
  switch (trouble.kind) {
    case 'keepsOld':
      return `${trouble.reason} ${kept}`;
    case 'gone':
      return `${trouble.file} does not name ${areSeveral ? 'them' : 'it'} any more. ${kept}`;
    case 'notAllowed':
      return (
        'That has a command (Match exec) which you have not allowed, so what stands below it is left out. ' +
        'The form of the tunnel shows it and can allow it.'
      );
    default:
      return assertNever(trouble);
  }
}
