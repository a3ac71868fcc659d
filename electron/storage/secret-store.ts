import { z } from 'zod';
import type { CommandError } from '#shared/contract/command.ts';
import { type Result, succeed } from '#shared/result.ts';
import { readSecretSlotKey, type SecretSlot, secretSlotKey } from '#shared/secret-slot.ts';
import { objectFormat } from './object-format.ts';
import { type StoragePlace, StoredDocument } from './stored-document.ts';

/** Slot keys, each with what the OS keychain made of the secret, in base64. */
interface SecretsContent {
  readonly secrets: Readonly<Record<string, string>>;
}

const secretsFormat = objectFormat<SecretsContent>({
  name: 'secrets',
  summary: 'the kept passwords',
  schema: z.object({ secrets: z.record(z.string(), z.base64()) }),
  empty: { secrets: {} },
});

/**
 * Secrets that the user asked to keep, encrypted by the OS keychain, in `secrets.json`. There are no backups
 * of it: what is forgotten must be gone.
 */
export class SecretStore {
  readonly #document: StoredDocument<SecretsContent>;

  constructor(place: StoragePlace) {
    this.#document = new StoredDocument(secretsFormat, place);
  }

  /** What is kept, in the order of keeping, without the secrets. */
  slots(): readonly SecretSlot[] {
    return Object.keys(this.#document.content.secrets).flatMap((key) => readSecretSlotKey(key) ?? []);
  }

  get(slot: SecretSlot): Buffer | null {
    const { secrets } = this.#document.content;
    const key = secretSlotKey(slot);
    const encrypted = Object.hasOwn(secrets, key) ? secrets[key] : undefined;
    return encrypted === undefined ? null : Buffer.from(encrypted, 'base64');
  }

  set(slot: SecretSlot, encrypted: Buffer): Result<null, CommandError> {
    const { secrets } = this.#document.content;
    return this.#document.replace({
      secrets: { ...secrets, [secretSlotKey(slot)]: encrypted.toString('base64') },
    });
  }

  delete(slot: SecretSlot): Result<null, CommandError> {
    const { [secretSlotKey(slot)]: gone, ...secrets } = this.#document.content.secrets;
    return gone === undefined ? succeed(null) : this.#document.replace({ secrets });
  }
}
