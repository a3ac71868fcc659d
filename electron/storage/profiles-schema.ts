import { z } from 'zod';
import { profilesFileSchema } from './profiles-format.ts';

/**
 * The JSON Schema of `profiles.json` (draft 2020-12), as in `docs/profile.schema.json`. It says what a file
 * may hold, so what has a default may be left out. Rules that JSON Schema cannot say are in
 * `docs/profile-format.md`.
 */
export function profilesJsonSchema(): Readonly<Record<string, unknown>> {
  return {
    ...z.toJSONSchema(profilesFileSchema, { io: 'input' }),
    title: 'Culvert profiles',
    description: 'What Culvert keeps in profiles.json; see profile-format.md.',
  };
}
