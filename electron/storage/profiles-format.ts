import { z } from 'zod';
import { type Profile, profileSchema } from '#shared/profile.ts';
import type { DocumentFormat, ParsedBody, Rejected } from './document-format.ts';
import { profileMigrations } from './migrations.ts';

/** The version of `profiles.json` that this Culvert writes. */
export const PROFILES_VERSION = 1;

/** What `profiles.json` holds besides its version. */
export interface ProfilesContent {
  readonly profiles: readonly Profile[];
}

/** The whole of `profiles.json`; `docs/profile.schema.json` is made from it. */
export const profilesFileSchema = z.object({
  version: z.literal(PROFILES_VERSION),
  profiles: z.array(profileSchema),
});

/** How profiles are kept: one that is wrong is left out alone. */
export const profilesFormat: DocumentFormat<ProfilesContent> = {
  name: 'profiles',
  version: PROFILES_VERSION,
  migrations: profileMigrations,
  backups: 5,
  summary: ({ profiles }) => (profiles.length === 1 ? '1 tunnel' : `${profiles.length} tunnels`),
  nameOf,
  empty: () => ({ profiles: [] }),
  parse: parseProfiles,
};

function parseProfiles({ profiles: list }: Readonly<Record<string, unknown>>): ParsedBody<ProfilesContent> {
  if (!Array.isArray(list)) return { ok: false, reason: 'it had no list of profiles' };
  const profiles: Profile[] = [];
  const rejected: Rejected[] = [];
  const ids = new Set<string>();
  for (const original of list as readonly unknown[]) {
    const parsed = profileSchema.safeParse(original);
    const reason = parsed.success ? repeatedId(parsed.data, ids) : firstIssue(parsed.error);
    if (reason === null && parsed.success) profiles.push(parsed.data);
    else rejected.push({ reason: reason ?? 'unknown', original });
  }
  return { ok: true, content: { profiles }, rejected };
}

/** By the rule for names, which also keeps control and invisible characters off the screen. */
function nameOf(entry: unknown): string | null {
  if (typeof entry !== 'object' || entry === null || !('name' in entry)) return null;
  return profileSchema.shape.name.safeParse(entry.name).data ?? null;
}

/** A second profile with an id would be the same tunnel, and a second forward the same listener. */
function repeatedId({ id, forwards }: Profile, taken: Set<string>): string | null {
  if (taken.has(id)) return 'id: another profile before it has the same id';
  if (hasRepeatedForward(forwards)) return 'forwards: two of them have the same id';
  taken.add(id);
  return null;
}

/** Claims that two forwards share an id, so that they could not be told apart. */
export function hasRepeatedForward(forwards: readonly { readonly id: string }[]): boolean {
  return new Set(forwards.map(({ id }) => id)).size < forwards.length;
}

function firstIssue(error: z.ZodError): string {
  const issue = error.issues[0];
  return issue ? `${issue.path.map(String).join('.')}: ${issue.message}` : 'invalid';
}
