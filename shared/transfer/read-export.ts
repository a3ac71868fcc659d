import { z } from 'zod';
import { profileSchema } from '../profile.ts';
import { fail, type Result, succeed } from '../result.ts';
import {
  type CarriedProfile,
  carriedProfileSchema,
  EXPORT_FORMAT,
  EXPORT_VERSION,
  MAX_CARRIED_PROFILES,
} from './export-format.ts';
import { leftOutFields } from './left-out-fields.ts';

/** One profile of an export, or what is wrong with it. `number` counts from 1, in the order of the file. */
export type ReadProfile =
  | {
      readonly kind: 'good';
      readonly number: number;
      readonly profile: CarriedProfile;
      /** Fields that this Culvert does not take over. */
      readonly leftOut: readonly string[];
    }
  | {
      readonly kind: 'bad';
      readonly number: number;
      /** Null where none can be shown. */
      readonly name: string | null;
      readonly problem: string;
    };

/** Reads the text of an export. One profile that is wrong is told apart; a file that is none fails with a sentence. */
export function readExport(text: string): Result<readonly ReadProfile[], string> {
  let file: unknown;
  try {
    // Some editors begin a file with a byte order mark.
    file = JSON.parse(text.replace(/^\ufeff/, ''));
  } catch {
    return fail('This file is not JSON, or was cut short, so it is no export of Culvert.');
  }
  const head = headSchema.safeParse(file);
  if (!head.success) return fail(notOurs(file));
  const { version, profiles } = head.data;
  if (version > EXPORT_VERSION) {
    return fail(
      `This file is from a newer Culvert: its format is ${version}, and this one knows up to ${EXPORT_VERSION}.`,
    );
  }
  if (version !== EXPORT_VERSION) return fail(`There is no version ${version} of this format.`);
  if (!Array.isArray(profiles)) return fail('This file has no list of tunnels.');
  if (profiles.length === 0) return fail('There is no tunnel in this file.');
  if (profiles.length > MAX_CARRIED_PROFILES) {
    return fail(
      `There are ${profiles.length} tunnels in this file; at most ${MAX_CARRIED_PROFILES} are read.`,
    );
  }
  return succeed(profiles.map((each: unknown, index) => readProfile(each, index + 1)));
}

const headSchema = z.object({
  format: z.literal(EXPORT_FORMAT),
  version: z.number().int(),
  profiles: z.unknown(),
});

function notOurs(file: unknown): string {
  // A file that names this format is an export with something wrong, whatever its version is.
  if (z.object({ format: z.literal(EXPORT_FORMAT) }).safeParse(file).success) {
    return 'The version of this file’s format is no number that Culvert knows.';
  }
  const isOwn = z.object({ version: z.number(), profiles: z.array(z.unknown()) }).safeParse(file).success;
  return isOwn
    ? 'This seems to be a profiles.json, which is Culvert’s own. Choose a file that was made by Export tunnels.'
    : 'This file is JSON, but no export of Culvert.';
}

function readProfile(original: unknown, number: number): ReadProfile {
  const parsed = carriedProfileSchema.safeParse(original, { error: () => UNFIT });
  if (!parsed.success)
    return { kind: 'bad', number, name: nameOf(original), problem: firstIssue(parsed.error) };
  return { kind: 'good', number, profile: parsed.data, leftOut: leftOutFields(original, parsed.data) };
}

/** Where a rule has no sentence of its own. */
const UNFIT = 'This is missing, or is not what Culvert reads here.';

/** By the rule for names, which also keeps control and invisible characters off the screen. */
function nameOf(original: unknown): string | null {
  const parsed = z.object({ name: profileSchema.shape.name }).safeParse(original);
  return parsed.success ? parsed.data.name : null;
}

/** The keys of the path are the schema's own names, never the file's. */
function firstIssue({ issues: [issue] }: z.ZodError): string {
  if (!issue) return 'It could not be understood.';
  const path = issue.path.map(String).join('.');
  return path === '' ? issue.message : `${path}: ${issue.message}`;
}
