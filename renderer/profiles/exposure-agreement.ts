import { agreeToExposure, type ExposureTerm } from '#shared/exposure-lease.ts';
import type { Forward, Profile } from '#shared/profile.ts';

/** What a person answered when asked about forwards that others could reach. */
export interface ExposureAnswer {
  readonly term: ExposureTerm;
  /** Who may enter, where that was asked: of one forward alone. Empty: anyone. */
  readonly allowFrom: readonly string[] | null;
}

/** The profile with the user's agreement, from now on, to open these forwards at their present addresses. */
export function withAgreement(
  profile: Profile,
  forwards: readonly Forward[],
  { term, allowFrom }: ExposureAnswer,
  now: number,
): Profile {
  const ids = new Set(forwards.map(({ id }) => id));
  return {
    ...profile,
    forwards: profile.forwards.map((forward) =>
      ids.has(forward.id)
        ? agreeToExposure(forward, { term, allowFrom: allowFrom ?? forward.allowFrom ?? [] }, now)
        : forward,
    ),
  };
}
