import type { CommandError } from '#shared/contract/command.ts';
import { fail, type Result, succeed } from '#shared/result.ts';
import { type SecretSlot, secretSlotKey } from '#shared/secret-slot.ts';
import type { SecretStore } from '../storage/secret-store.ts';
import type { SecretBox } from './desktop.ts';
import { KeyedQueue } from './keyed-queue.ts';
import { sealSecret, unsealSecret } from './sealed-secret.ts';

interface GivenSecret {
  readonly secret: string;
  /** The user ticked that the OS keychain shall keep it. */
  readonly remember: boolean;
}

/**
 * The logic of the vault. A secret that was typed counts for nothing until the server (or the key) took it;
 * then it is good for this run, and goes to the keychain if the user ticked so. One that was refused is
 * forgotten everywhere; one that could not be read, and so was never tried, is kept. Secrets go to the engine, when it
 * asks, and nowhere else.
 */
export class SecretKeeper {
  readonly #store: SecretStore;
  readonly #box: SecretBox;
  readonly #tell: (text: string) => void;
  readonly #onUnreadable: (slots: readonly SecretSlot[]) => void;
  readonly #queue = new KeyedQueue();
  /** Typed, and not yet tried. */
  readonly #given = new Map<string, GivenSecret>();
  /** Known to be right, or to have been when the keychain got it. */
  readonly #proven = new Map<string, string>();
  /** Those of which the store holds what was tried in this run: what they hold is known. */
  readonly #tried = new Set<string>();
  /** Kept ones that the keychain would not open when it was asked last. */
  readonly #unreadable = new Map<string, SecretSlot>();

  constructor(options: {
    readonly store: SecretStore;
    readonly box: SecretBox;
    /** Called with a sentence for people when the keychain or the disk does not do its part. */
    tell(text: string): void;
    /** Called with all the kept secrets that cannot be read now, when they have become others; none: all is well. */
    onUnreadable(slots: readonly SecretSlot[]): void;
  }) {
    this.#store = options.store;
    this.#box = options.box;
    this.#tell = options.tell;
    this.#onUnreadable = options.onUnreadable;
  }

  /**
   * Where no keychain is open, it is known without a try that nothing kept can be read. Call it at start, and when the
   * keychain has become another.
   */
  async look(): Promise<void> {
    const { keychain } = this.#box;
    const slots = this.#store.slots();
    if (keychain === 'ready' && this.#unreadable.size > 0) await this.#lookAtOthers(null);
    if (keychain !== 'ready') this.#note(slots, false);
    if (keychain === 'locked' && slots.length > 0) this.#box.unlock();
  }

  /** The kept ones that the keychain would not open when it was asked last. */
  unreadable(): readonly SecretSlot[] {
    return [...this.#unreadable.values()];
  }

  /** The secret for a slot, from this run or from the keychain; null if there is none that can be read. */
  find(slot: SecretSlot): Promise<string | null> {
    const key = secretSlotKey(slot);
    return this.#queue.run(key, async () => {
      const proven = this.#proven.get(key);
      if (proven !== undefined) return proven;
      const encrypted = this.#store.get(slot);
      if (encrypted === null) return null;
      const secret = await this.#open(slot, encrypted);
      if (secret === null) await this.#lookAtOthers(key);
      if (secret === null) return null;
      // Held for this run: a keychain that gets locked later must not keep a tunnel from coming back.
      this.#proven.set(key, secret);
      this.#tried.add(key);
      return secret;
    });
  }

  /** What the keychain keeps, without the secrets, and whether it could be read when that was tried last. */
  list(): readonly { readonly slot: SecretSlot; readonly isReadable: boolean }[] {
    return this.#store
      .slots()
      .map((slot) => ({ slot, isReadable: !this.#unreadable.has(secretSlotKey(slot)) }));
  }

  /** Forgets a secret everywhere: the keychain's entry, and what this run remembers. */
  forget(slot: SecretSlot): Promise<Result<null, CommandError>> {
    const key = secretSlotKey(slot);
    return this.#queue.run(key, async () => {
      const deleted = this.#store.delete(slot);
      if (!deleted.ok) return deleted;
      this.#given.delete(key);
      this.#proven.delete(key);
      this.#tried.delete(key);
      this.#note([slot], true);
      return deleted;
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
    if (replaces) await this.#queue.run(key, async () => this.#drop(slot));
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
    await this.#queue.run(key, async () => {
      this.#proven.delete(key);
      // What a locked keychain would not open was not what was refused.
      if (this.#tried.has(key)) this.#drop(slot);
    });
  }

  /** What the keychain keeps is known to be wrong, or to be so from now on. */
  #drop(slot: SecretSlot): void {
    const key = secretSlotKey(slot);
    this.#proven.delete(key);
    this.#tried.delete(key);
    const deleted = this.#store.delete(slot);
    if (!deleted.ok) this.#tell(`A wrong secret could not be removed. ${deleted.error.message}`);
  }

  async #remember(slot: SecretSlot, secret: string): Promise<void> {
    const kept = await this.#keep(slot, secret);
    if (!kept.ok) this.#tell(`The secret is kept for this run only. ${kept.error.message}`);
  }

  async #keep(slot: SecretSlot, secret: string): Promise<Result<null, CommandError>> {
    if (this.#box.keychain !== 'ready') return fail(keychainError('There is no keychain here.'));
    try {
      const key = secretSlotKey(slot);
      const encrypted = await this.#box.encrypt(sealSecret(key, secret));
      // It may have been refused while the keychain worked.
      if (this.#proven.get(key) !== secret) return succeed(null);
      const stored = this.#store.set(slot, encrypted);
      if (stored.ok) {
        this.#tried.add(key);
        this.#note([slot], true);
      }
      return stored;
    } catch {
      return fail(keychainError('The keychain did not take it.'));
    }
  }

  /** A keychain that is locked, or has another key, loses nothing: the entry stays for a better day. */
  async #open(slot: SecretSlot, encrypted: Buffer): Promise<string | null> {
    const secret = await this.#decrypt(secretSlotKey(slot), encrypted);
    this.#note([slot], secret !== null);
    return secret;
  }

  /** One that cannot be read is seldom alone: the user hears of all at once, and not tunnel by tunnel. */
  async #lookAtOthers(key: string | null): Promise<void> {
    for (const slot of this.#store.slots()) {
      const other = secretSlotKey(slot);
      const encrypted = other === key || this.#proven.has(other) ? null : this.#store.get(slot);
      if (encrypted !== null) this.#note([slot], (await this.#decrypt(other, encrypted)) !== null);
    }
  }

  async #decrypt(key: string, encrypted: Buffer): Promise<string | null> {
    try {
      return this.#box.keychain === 'ready' ? unsealSecret(key, await this.#box.decrypt(encrypted)) : null;
    } catch {
      // The user is told which ones. The error's text is not ours to show.
      return null;
    }
  }

  #note(slots: readonly SecretSlot[], isReadable: boolean): void {
    const before = this.#unreadable.size;
    for (const slot of slots) {
      if (isReadable) this.#unreadable.delete(secretSlotKey(slot));
      else this.#unreadable.set(secretSlotKey(slot), slot);
    }
    if (this.#unreadable.size !== before) this.#onUnreadable(this.unreadable());
  }
}

function keychainError(message: string): CommandError {
  return { code: 'unavailable', message };
}
