import { z } from 'zod';
import type { CommandError } from '#shared/contract/command.ts';
import { type Result, succeed } from '#shared/result.ts';
import { objectFormat } from './object-format.ts';
import { type StoragePlace, StoredDocument } from './stored-document.ts';

const wantedSchema = z.object({ wanted: z.array(z.uuid()) });

const wantedFormat = objectFormat<{ readonly wanted: readonly string[] }>({
  name: 'wanted',
  summary: 'the list of tunnels to start',
  schema: wantedSchema,
  empty: { wanted: [] },
});

/**
 * Which tunnels the user has started and not stopped, in `wanted.json`. Written at each start and stop and
 * at no other time, so that they return after a quit or a crash.
 */
export class WantedStore {
  readonly #document: StoredDocument<{ readonly wanted: readonly string[] }>;
  /** What holds in this run, also where it could not be saved. */
  #wanted: ReadonlySet<string>;

  constructor(place: StoragePlace) {
    this.#document = new StoredDocument(wantedFormat, place);
    this.#wanted = new Set(this.#document.content.wanted);
  }

  has(id: string): boolean {
    return this.#wanted.has(id);
  }

  /** Wants these, too. A failure means that they are wanted in this run only. */
  add(ids: Iterable<string>): Result<null, CommandError> {
    return this.#set(new Set([...this.#wanted, ...ids]));
  }

  /** Wants these no longer. A failure means that they return at the next start of Culvert. */
  remove(ids: Iterable<string>): Result<null, CommandError> {
    const gone = new Set(ids);
    return this.#set(new Set([...this.#wanted].filter((id) => !gone.has(id))));
  }

  #set(wanted: ReadonlySet<string>): Result<null, CommandError> {
    this.#wanted = wanted;
    const saved = new Set(this.#document.content.wanted);
    const isSame = wanted.size === saved.size && [...wanted].every((id) => saved.has(id));
    return isSame ? succeed(null) : this.#document.replace({ wanted: [...wanted] });
  }
}
