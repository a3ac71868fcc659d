import { z } from 'zod';
import { objectFormat } from './object-format.ts';
import { type StoragePlace, StoredDocument } from './stored-document.ts';

const sightingSchema = z.object({
  knownAs: z.string().max(300),
  fingerprint: z.string().max(100),
  /** In milliseconds since the epoch. */
  at: z.number(),
});

interface Sightings {
  readonly sightings: readonly z.output<typeof sightingSchema>[];
}

const sightingsFormat = objectFormat<Sightings>({
  name: 'host-keys-seen',
  summary: 'when host keys were last seen',
  schema: z.object({ sightings: z.array(sightingSchema) }),
  empty: { sightings: [] },
});

/** How many keys are kept in mind; those not seen for longest are let go. */
const MOST = 2_000;

/** A key that is seen again so soon is not written anew: a tunnel on a bad line may log in every few seconds. In milliseconds. */
const FRESH_FOR_MS = 60_000;

/**
 * When Culvert itself last saw a server prove a host key, in `host-keys-seen.json`: known_hosts has no dates, and the time
 * of the file says nothing about one line. Nothing is trusted because of it. It holds host names and fingerprints, as
 * known_hosts does, and no secret.
 */
export class HostKeySightings {
  readonly #document: StoredDocument<Sightings>;

  constructor(place: StoragePlace) {
    this.#document = new StoredDocument(sightingsFormat, place);
  }

  /** A server of that name has just proved that it holds the key. One that cannot be saved is forgotten with the run. */
  note(knownAs: string, fingerprint: string, at: number): void {
    const known = this.lastProved(knownAs, fingerprint);
    if (known !== null && at - known < FRESH_FOR_MS && at >= known) return;
    const others = this.#document.content.sightings.filter(
      (each) => each.knownAs !== knownAs || each.fingerprint !== fingerprint,
    );
    this.#document.replace({ sightings: [...others.slice(1 - MOST), { knownAs, fingerprint, at }] });
  }

  /** In milliseconds since the epoch; null if it was never seen, or not within memory. */
  lastProved(knownAs: string, fingerprint: string): number | null {
    const found = this.#document.content.sightings.find(
      (each) => each.knownAs === knownAs && each.fingerprint === fingerprint,
    );
    return found?.at ?? null;
  }
}
