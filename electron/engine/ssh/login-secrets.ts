import type { KnownBy } from '#shared/known-by.ts';
import { accountSlot, type SecretSlot } from '#shared/secret-slot.ts';
import type { Server } from '#shared/server.ts';
import type { TunnelError } from '#shared/tunnel-error.ts';
import type { LoginAttempt } from './login-attempt.ts';
import { type LoginDesk, MAX_SECRET_TRIES } from './login-desk.ts';
import { LoginFailure } from './login-failure.ts';
import type { PasswordChange } from './password-change.ts';
import { makeServerTextSafe } from './server-text.ts';

/** What it means that the server hung up in the middle of a login. */
export type HangUp =
  /** Nothing about our secrets: the line broke. */
  | { readonly kind: 'unrelated' }
  /** The password was wrong: a person should be asked for another, for a new session. */
  | { readonly kind: 'askAgain' }
  /** An answer was wrong: on a new session the server will ask its questions anew. */
  | { readonly kind: 'startOver' }
  | { readonly kind: 'giveUp'; readonly error: TunnelError };

/** Whose secrets they are. */
export interface SecretsAccount {
  readonly server: Server;
  /** By what the server is known; undefined for the usual. */
  readonly knownBy?: KnownBy | undefined;
}

/**
 * The secrets of one session's login: gets them from the desk, tells it which were right, and stops after three wrong ones,
 * so that no account gets locked.
 */
export class LoginSecrets {
  readonly #server: Server;
  readonly #slot: SecretSlot;
  readonly #knownBy: { readonly knownBy?: KnownBy };
  readonly #desk: LoginDesk;
  #lastWrong: 'password' | 'answer' = 'password';

  constructor({ server, knownBy }: SecretsAccount, desk: LoginDesk) {
    this.#server = server;
    this.#slot = accountSlot(server, knownBy);
    this.#knownBy = knownBy ? { knownBy } : {};
    this.#desk = desk;
  }

  /** The account's password: the one that is known, or what a person says. */
  async password(): Promise<string> {
    const known = await this.#desk.findSecret(this.#slot);
    if (known !== null) return known;
    const { user } = this.#server;
    const attempt = this.nextTry();
    const [password = ''] = await this.#desk.ask({ kind: 'password', user, ...this.#knownBy, attempt });
    return password;
  }

  /** The passphrase of a key; `attempt` is 2 if the first that was given did not open it. Rejects with `LoginFailure`. */
  async passphrase(keyFile: string, attempt: number): Promise<string> {
    const slot: SecretSlot = { kind: 'passphrase', keyFile };
    const { tries } = this.#desk;
    if (attempt > 1) {
      tries.add(slot);
      this.#desk.refuse(slot);
    }
    const wrong = tries.count(slot);
    if (wrong >= MAX_SECRET_TRIES) throw new LoginFailure(this.#refusedThrice('passphrase'));
    const known = await this.#desk.findSecret(slot);
    if (known !== null) return known;
    const [passphrase = ''] = await this.#desk.ask({ kind: 'passphrase', keyFile, attempt: wrong + 1 });
    return passphrase;
  }

  /** A passphrase opened this key. */
  opened(keyFile: string): void {
    this.#desk.accept({ kind: 'passphrase', keyFile });
  }

  /** Which try for the account the next secret is, from 1. */
  nextTry(): number {
    return this.#desk.tries.count('account') + 1;
  }

  /**
   * The server takes the password that went out, and wants another in its place (RFC 4252, section 8); `words` are its own. Asks a
   * person; may be called again when the server does not like the new one. Rejects with `LoginFailure`.
   */
  async change(attempt: LoginAttempt | null, words: string): Promise<PasswordChange> {
    const { host, port, user } = this.#server;
    if (attempt?.method !== 'password') throw new LoginFailure({ code: 'passwordExpired', host, port, user });
    if (attempt.newPasswords >= MAX_SECRET_TRIES) throw new LoginFailure(this.#newPasswordRefused());
    attempt.awaitsVerdict = false;
    const text = makeServerTextSafe(words);
    const [fresh = ''] = await this.#desk.ask({
      kind: 'newPassword',
      user,
      ...this.#knownBy,
      text,
      attempt: attempt.newPasswords + 1,
    });
    attempt.newPasswords += 1;
    return { old: attempt.password, fresh };
  }

  /** The server took what went out. A login in whose questions a new password was set proves the old one to be past. */
  accept({ method, passwordSent, newPasswords }: LoginAttempt): void {
    if (!passwordSent) return;
    const slot = this.#slot;
    if (method === 'password') this.#desk.accept(slot, newPasswords > 0);
    else if (newPasswords > 0) this.#desk.refuse(slot);
    else this.#desk.accept(slot);
  }

  /** The server did not take what went out, if a secret did. Throws `LoginFailure` if that was the last one too many. */
  refuse(attempt: LoginAttempt): void {
    if (attempt.newPasswords > 0) {
      // Nobody can tell now which of the two is right.
      this.#desk.refuse(this.#slot);
      throw new LoginFailure(this.#newPasswordRefused());
    }
    if (!attempt.passwordSent && !attempt.answered) return;
    this.#forgetWrong(attempt);
    if (this.#isOver()) throw new LoginFailure(this.#refusedThrice(this.#lastWrong));
  }

  /**
   * The server hung up, or fell silent. `saidWhy` claims that it named too many failures as its reason, as sshd does after
   * the last try that it allows. Without that, the line may just have broken before the verdict: the first
   * time that is taken for what happened, so that a reconnect needs nobody; the second time a person is asked.
   */
  hungUp(attempt: LoginAttempt | null, saidWhy: boolean): HangUp {
    if (!attempt?.awaitsVerdict) return { kind: 'unrelated' };
    if (saidWhy) {
      this.#forgetWrong(attempt);
    } else {
      if (this.#desk.countHangUp(this.#slot) === 1) return { kind: 'unrelated' };
      this.#countWrong(attempt);
    }
    if (this.#isOver()) return { kind: 'giveUp', error: this.#refusedThrice(this.#lastWrong) };
    return { kind: attempt.answered ? 'startOver' : 'askAgain' };
  }

  #forgetWrong(attempt: LoginAttempt): void {
    this.#countWrong(attempt);
    if (attempt.passwordSent) this.#desk.refuse(this.#slot);
  }

  #countWrong({ answered }: LoginAttempt): void {
    this.#desk.tries.add('account');
    this.#lastWrong = answered ? 'answer' : 'password';
  }

  #isOver(): boolean {
    return this.#desk.tries.count('account') >= MAX_SECRET_TRIES;
  }

  #refusedThrice(what: 'password' | 'passphrase' | 'answer'): TunnelError {
    const { host, port, user } = this.#server;
    return { code: 'secretRefused', host, port, user, what, tries: MAX_SECRET_TRIES };
  }

  #newPasswordRefused(): TunnelError {
    const { host, port, user } = this.#server;
    return { code: 'passwordExpired', host, port, user, newRefused: true };
  }
}
