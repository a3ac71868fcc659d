import type { ProfileDraft } from './draft.ts';

/** What every part of the form works with. */
export interface FormFields {
  readonly draft: ProfileDraft;
  change(part: Partial<ProfileDraft>): void;
  /** What is wrong with a field and may be said already, by its path in a profile. */
  errorOf(path: string): string | undefined;
  /** The user has left the field: from now on its error may be said. */
  touch(path: string): void;
}
