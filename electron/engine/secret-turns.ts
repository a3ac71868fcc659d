import { type SecretSlot, secretSlotKey } from '#shared/secret-slot.ts';

/**
 * For how long a secret counts as right after a login took it, in milliseconds: long enough for all tunnels of one start,
 * too short for a password to be changed elsewhere, and then to be sent by all of them after the next drop.
 */
export const PROOF_MS = 30_000;

/** What a wait for a secret comes to. */
export type Turn =
  /** It is this one's to look for the secret, to try it, and to ask a person for another. */
  | { readonly kind: 'yours' }
  /** Another login was let in with it meanwhile; null where only its place is known. */
  | { readonly kind: 'proved'; readonly secret: string | null }
  /** A person who was asked for it by the one before said no, which is meant for all who want it now. */
  | { readonly kind: 'declined' };

interface Waiter {
  readonly owner: object;
  resolve(turn: Turn): void;
}

/** One secret that somebody tries. */
interface Trial {
  owner: object;
  readonly waiters: Waiter[];
}

/**
 * Lets one login of an engine try a secret that nobody knows to be right, while the others that want the same wait for its
 * verdict: a password that was changed elsewhere costs the account one failed login, not one for every tunnel, and a person
 * is asked once. Whoever has the turn keeps it over wrong secrets, until one is right or it leaves.
 *
 * Nobody keeps a turn while waiting for another, so no two can wait for each other.
 */
export class SecretTurns {
  readonly #now: () => number;
  readonly #trials = new Map<string, Trial>();
  /** How often in a row a server hung up on a try without a word. */
  readonly #hangUps = new Map<string, number>();
  /** Until when each secret counts as right. */
  readonly #provedUntil = new Map<string, number>();

  /** `now` in milliseconds since the epoch. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Whether `take` would make this owner wait. */
  isTaken(slot: SecretSlot, owner: object): boolean {
    const trial = this.#trials.get(secretSlotKey(slot));
    return trial !== undefined && trial.owner !== owner && !this.#isProved(slot);
  }

  /** Resolves when the secret may be tried; never if the owner leaves before. */
  take(slot: SecretSlot, owner: object): Promise<Turn> {
    if (this.#isProved(slot)) return Promise.resolve({ kind: 'proved', secret: null });
    const key = secretSlotKey(slot);
    const trial = this.#trials.get(key);
    if (trial === undefined) this.#trials.set(key, { owner, waiters: [] });
    if (trial === undefined || trial.owner === owner) return Promise.resolve({ kind: 'yours' });
    this.#handOver(owner, key);
    return new Promise((resolve) => trial.waiters.push({ owner, resolve }));
  }

  /** A login was let in with it: all who wait go on at once. */
  proved(slot: SecretSlot, secret: string | null): void {
    const key = secretSlotKey(slot);
    this.#provedUntil.set(key, this.#now() + PROOF_MS);
    this.#hangUps.delete(key);
    const trial = this.#trials.get(key);
    this.#trials.delete(key);
    for (const { resolve } of trial?.waiters ?? []) resolve({ kind: 'proved', secret });
  }

  /** A person was asked for it by the one who has the turn, and said no. */
  declined(slot: SecretSlot, owner: object): void {
    const key = secretSlotKey(slot);
    const trial = this.#trials.get(key);
    if (trial?.owner !== owner) return;
    this.#trials.delete(key);
    for (const { resolve } of trial.waiters) resolve({ kind: 'declined' });
  }

  /** It was wrong: from now on it is tried by one at a time. The turn stays where it is. */
  refused(slot: SecretSlot): void {
    this.#provedUntil.delete(secretSlotKey(slot));
    this.#hangUps.delete(secretSlotKey(slot));
  }

  /**
   * The server hung up on the one who had the turn, before it said what it thinks of the secret. Gives how often in a row that
   * was, whoever tried: a server that does so at a wrong password must not get it from every tunnel. Null without the turn.
   */
  countHangUp(slot: SecretSlot, owner: object): number | null {
    const key = secretSlotKey(slot);
    if (this.#trials.get(key)?.owner !== owner) return null;
    const count = (this.#hangUps.get(key) ?? 0) + 1;
    this.#hangUps.set(key, count);
    return count;
  }

  /** Waits for nothing any more, and hands its turns to the next in line, but for the one that it keeps. */
  leave(owner: object, keeps: SecretSlot | null = null): void {
    for (const { waiters } of this.#trials.values()) {
      const left = waiters.filter((waiter) => waiter.owner !== owner);
      waiters.splice(0, waiters.length, ...left);
    }
    this.#handOver(owner, keeps && secretSlotKey(keeps));
  }

  #isProved(slot: SecretSlot): boolean {
    const until = this.#provedUntil.get(secretSlotKey(slot));
    return until !== undefined && this.#now() < until;
  }

  #handOver(owner: object, keptKey: string | null): void {
    for (const [key, trial] of this.#trials) {
      if (trial.owner !== owner || key === keptKey) continue;
      const next = trial.waiters.shift();
      if (next === undefined) {
        this.#trials.delete(key);
        continue;
      }
      trial.owner = next.owner;
      // A tunnel has two waits for one secret only where its first session is gone, which has left.
      next.resolve({ kind: 'yours' });
    }
  }
}
