import { z } from 'zod';
import type { CommandError } from '#shared/contract/command.ts';
import { type PracticeIdentity, practiceIdentitySchema } from '#shared/practice.ts';
import type { Result } from '#shared/result.ts';
import { objectFormat } from './object-format.ts';
import { type StoragePlace, StoredDocument } from './stored-document.ts';

const practiceSchema = z.object({
  identity: practiceIdentitySchema.nullable(),
  port: z.number().int().min(1).max(65535).nullable(),
});

/** What the practice server needs to be the same one after a restart. */
export interface PracticeContent {
  /** Null until it is first used. */
  readonly identity: PracticeIdentity | null;
  /** The port it listened on last. */
  readonly port: number | null;
}

const practiceFormat = objectFormat<PracticeContent>({
  name: 'practice',
  summary: 'the practice server',
  schema: practiceSchema,
  empty: { identity: null, port: null },
});

/** The practice server's host key, password and last port, in `practice.json`: made once per user data folder. */
export class PracticeStore {
  readonly #document: StoredDocument<PracticeContent>;

  constructor(place: StoragePlace) {
    this.#document = new StoredDocument(practiceFormat, place);
  }

  get(): PracticeContent {
    return this.#document.content;
  }

  set(content: PracticeContent): Result<null, CommandError> {
    return this.#document.replace(content);
  }
}
