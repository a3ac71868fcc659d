import type { CommandError } from '#shared/contract/command.ts';
import { fail, type Result, succeed } from '#shared/result.ts';
import { type SecretSlot, secretSlotKey } from '#shared/secret-slot.ts';
import type { SecretStore } from '../storage/secret-store.ts';
import type { SecretBox } from './desktop.ts';
import { KeyedQueue } from './keyed-queue.ts';

interface GivenSecret {
  readonly secret: string;
  /** The user ticked that the OS keychain shall keep it. */
  readonly remember: boolean;
}

/**
 * The logic of the vault. A secret that was typed counts for nothing until the server (or the key) took it;
 * then it is good for this run, and goes to the keychain if the user ticked so. One that was refused is
 * forgotten everywhere. Secrets go to the engine, when it asks, and nowhere else.
 */
export class SecretKeeper {
  readonly #store: SecretStore;
  readonly #box: SecretBox;
  readonly #tell: (text: string) => void;
  readonly #queue = new KeyedQueue();
  /** Typed, and not yet tried. */
  readonly #given = new Map<string, GivenSecret>();
  /** Known to be right, or to have been when the keychain got it. */
  readonly #proven = new Map<string, string>();
  #toldUnreadable = false;

  constructor(options: {
    readonly store: SecretStore;
    readonly box: SecretBox;
    /** Called with a sentence for people when the keychain or the disk does not do its part. */
    tell(text: string): void;
  }) {
    this.#store = options.store;
    this.#box = options.box;
    this.#tell = options.tell;
  }

  /** The secret for a slot, from this run or from the keychain; null if there is none that can be read. */
  find(slot: SecretSlot): Promise<string | null> {
    const key = secretSlotKey(slot);
    return this.#queue.run(key, async () => {
      const proven = this.#proven.get(key);
      if (proven !== undefined) return proven;
      const encrypted = this.#store.get(slot);
      if (encrypted === null) return null;
      const secret = await this.#decrypt(encrypted);
      // Held for this run: a keychain that gets locked later must not keep a tunnel from coming back.
      if (secret !== null) this.#proven.set(key, secret);
      return secret;
    });
  }

  /** Takes a secret that was typed, until it is known to be right or wrong. */
  hold(slot: SecretSlot, given: GivenSecret): void {
    this.#given.set(secretSlotKey(slot), given);
  }

  /** The typed secret never came to be tried. */
  letGo(slot: SecretSlot): void {
    this.#given.delete(secretSlotKey(slot));
  }

  /** Nobody will say any more whether the typed secrets are right. */
  letGoAll(): void {
    this.#given.clear();
  }

  /**
   * The secret was right. Gives it, so that others who wait for the same one need not ask. `replaces`: it is new, and what
   * was kept before is forgotten.
   */
  async accepted(slot: SecretSlot, replaces = false): Promise<string | null> {
    const key = secretSlotKey(slot);
    const given = this.#given.get(key);
    this.#given.delete(key);
    if (replaces) await this.#queue.run(key, () => this.#forget(slot));
    if (given) {
      this.#proven.set(key, given.secret);
      if (given.remember) await this.#queue.run(key, () => this.#remember(slot, given.secret));
    }
    return this.#proven.get(key) ?? null;
  }

  /** The secret was wrong: it is forgotten everywhere. */
  async refused(slot: SecretSlot): Promise<void> {
    const key = secretSlotKey(slot);
    this.#given.delete(key);
    this.#proven.delete(key);
    await this.#queue.run(key, () => this.#forget(slot));
  }

  async #forget(slot: SecretSlot): Promise<void> {
    this.#proven.delete(secretSlotKey(slot));
    const deleted = this.#store.delete(slot);
    if (!deleted.ok) this.#tell(`A wrong secret could not be removed. ${deleted.error.message}`);
  }

  async #remember(slot: SecretSlot, secret: string): Promise<void> {
    const kept = await this.#keep(slot, secret);
    if (!kept.ok) this.#tell(`The secret is kept for this run only. ${kept.error.message}`);
  }

  async #keep(slot: SecretSlot, secret: string): Promise<Result<null, CommandError>> {
    if (!this.#box.available) return fail(keychainError('There is no keychain here.'));
    try {
      const encrypted = await this.#box.encrypt(secret);
      // It may have been refused while the keychain worked.
      const isStillGood = this.#proven.get(secretSlotKey(slot)) === secret;
      return isStillGood ? this.#store.set(slot, encrypted) : succeed(null);
    } catch {
      return fail(keychainError('The keychain did not take it.'));
    }
  }

  /** A keychain that is locked, or has another key, loses nothing: the entry stays for a better day. */
  async #decrypt(encrypted: Buffer): Promise<string | null> {
    try {
      if (this.#box.available) return await this.#box.decrypt(encrypted);
    } catch {
      // Told below. The error's text is not ours to show.
    }
    if (!this.#toldUnreadable) {
      this.#tell(
        'A kept secret cannot be read, because the keychain is locked or has changed. ' +
          'Nothing was removed; Culvert asks you instead.',
      );
    }
    this.#toldUnreadable = true;
    return null;
  }
}

function keychainError(message: string): CommandError {
  return { code: 'unavailable', message };
}
