import type { Prompt } from '#shared/prompt.ts';
import { type SecretSlot, secretSlotKey } from '#shared/secret-slot.ts';

/** How often a person is asked for the same secret before the tunnel gives up. */
export const MAX_SECRET_TRIES = 3;

type WithoutAddress<Asked> = Asked extends unknown ? Omit<Asked, 'id' | 'host' | 'port'> : never;

/** What a login wants to know from a person; the address and an id are added by whoever shows it. */
export type LoginQuestion = WithoutAddress<Exclude<Prompt, { kind: 'unknownHostKey' }>>;

/**
 * What a login needs from outside. It outlives the sessions of one tunnel, so that tries are counted over
 * servers that hang up after each, and an answer given to a dead session serves the next.
 */
export interface LoginDesk {
  /**
   * A secret that was given before: by the person to a session that died, in this run, or to the keychain. Waits while another
   * login tries the same one, which `onWait` is told. Never settles if the session dies. Rejects with `LoginFailure` if a
   * person was asked for it meanwhile, and said no.
   */
  findSecret(slot: SecretSlot, onWait?: () => void): Promise<string | null>;
  /** Asks a person. Never settles if the person cancels or the session dies: then the login is over. */
  ask(question: LoginQuestion): Promise<readonly string[]>;
  /** The secret was right: it may be kept. `replaces` claims that it is new, and the one before good for nothing any more. */
  accept(slot: SecretSlot, replaces?: boolean): void;
  /** The secret was wrong: nobody may keep it. */
  refuse(slot: SecretSlot): void;
  /** The server hung up before a verdict on this one. Gives how often in a row that was, for any tunnel that tried it. */
  countHangUp(slot: SecretSlot): number;
  readonly tries: TryCounter;
}

/** What is counted: wrong secrets for a key or for the account, and hang-ups that may have meant a wrong one. */
type Counted = SecretSlot | 'account' | 'hangUp';

/** Counts wrong secrets since the user pressed Start, or since the tunnel was last open. */
export class TryCounter {
  readonly #counts = new Map<string, number>();

  /** How often this was wrong so far. */
  count(what: Counted): number {
    return this.#counts.get(keyOf(what)) ?? 0;
  }

  /** Notes one more wrong try. */
  add(what: Counted): void {
    this.#counts.set(keyOf(what), this.count(what) + 1);
  }

  /** Starts over. */
  reset(): void {
    this.#counts.clear();
  }
}

function keyOf(what: Counted): string {
  return typeof what === 'string' ? what : secretSlotKey(what);
}
