import type { AnyAuthMethod, Prompt as SshPrompt } from 'ssh2';
import { assertNever } from '#shared/assert-never.ts';
import type { Profile } from '#shared/profile.ts';
import type { SecretSlot } from '#shared/secret-slot.ts';
import type { TunnelError } from '#shared/tunnel-error.ts';
import { agentFor, type Identity } from './identity.ts';
import { KeyThreadFailure } from './key-formats/key-thread.ts';
import { type LoginDesk, MAX_SECRET_TRIES } from './login-desk.ts';
import { type LoginIdentities, loginIdentities } from './login-identities.ts';
import { asksForNewPassword, type PasswordChange } from './password-change.ts';
import { makeServerLineSafe, makeServerTextSafe } from './server-text.ts';

/**
 * How many keys are offered at most. A server counts every key as an attempt and hangs up after six
 * (sshd_config(5), MaxAuthTries); one attempt is kept for a password.
 */
const MAX_KEYS_OFFERED = 5;

/** A hidden question of a server that asks for nothing but the account's password, such as `andre@core's password:`. */
const PASSWORD_QUESTION = /^(?:.*'s )?password(?: for .*)?:?$/i;

/** Ends a login for a known reason. */
export class LoginFailure extends Error {
  readonly error: TunnelError;

  constructor(error: TunnelError) {
    super(error.code);
    this.error = error;
  }
}

/** What it means that the server hung up in the middle of a login. */
export type HangUp =
  /** Nothing about our secrets: the line broke. */
  | { readonly kind: 'unrelated' }
  /** The password was wrong: a person should be asked for another, for a new session. */
  | { readonly kind: 'askAgain' }
  /** An answer was wrong: on a new session the server will ask its questions anew. */
  | { readonly kind: 'startOver' }
  | { readonly kind: 'giveUp'; readonly error: TunnelError };

type Method = 'none' | 'publickey' | 'password' | 'keyboard-interactive';

/** What was sent last and is not answered yet. */
interface Attempt {
  readonly method: Method;
  /** The account's password went out, as a password or as the answer to a question for it. */
  passwordSent: boolean;
  /** The very one, for a server that wants it changed. */
  password: string;
  /** How many new ones went out in its place. */
  newPasswords: number;
  /** A person answered a question of the server's. */
  answered: boolean;
  /** A signature went out, so that the key itself was welcome. */
  signed: boolean;
  /** A secret went out, and the server has not said yet what it thinks of it. */
  awaitsVerdict: boolean;
}

/**
 * One session's way through authentication (RFC 4252): decides the next method from what the server still
 * accepts, asks the desk for secrets, and stops after three wrong ones. It never repeats by itself what
 * was refused, so that no account gets locked.
 */
export class Login {
  readonly #profile: Pick<Profile, 'server' | 'login'>;
  readonly #desk: LoginDesk;
  readonly #onBroken: (error: unknown) => void;
  readonly #tried: string[] = [];
  /** Undefined until a key is first wanted. */
  #identities: LoginIdentities | undefined;
  #identityError: TunnelError | null = null;
  /** Null once the server's answer to it was judged. */
  #last: Attempt | null = null;
  #hasBegun = false;
  #lastSecret: 'password' | 'answer' = 'password';
  #acceptedSomething = false;
  #keysOffered = 0;
  /** The server refused keyboard-interactive without a question: it would do so again, for ever. */
  #asksNothing = false;

  /** `onBroken` is told when something failed outside of `next`, such as a signature. */
  constructor(
    profile: Pick<Profile, 'server' | 'login'>,
    desk: LoginDesk,
    onBroken: (error: unknown) => void,
  ) {
    this.#profile = profile;
    this.#desk = desk;
    this.#onBroken = onBroken;
  }

  /**
   * The next method to try, for ssh2's `authHandler`. `methodsLeft` is what the server accepts now, null
   * before it said so. Rejects with `LoginFailure` when there is nothing left to try.
   */
  async next(methodsLeft: readonly string[] | null, partialSuccess: boolean | null): Promise<AnyAuthMethod> {
    const { user } = this.#profile.server;
    const last = this.#last;
    this.#last = null;
    // ssh2 does not pass on what the server answered to an agent's signature, so ask again: the answer
    // to `none` names the methods that are really left. (Client, USERAUTH_FAILURE, curAuth.type 'agent'.)
    if (!this.#hasBegun || last?.signed) {
      this.#begin('none');
      return { type: 'none', username: user };
    }
    if (last) this.#judge(last, partialSuccess === true);
    return this.#choose(methodsLeft ?? []);
  }

  /** The server let us in: what it took may be kept. */
  succeed(): void {
    if (this.#last) this.#acceptPassword(this.#last);
  }

  /**
   * The server takes the password that went out, and wants another in its place (RFC 4252, section 8); `words` are its own. Asks a
   * person; may be called again when the server does not like the new one. Rejects with `LoginFailure`.
   */
  async changePassword(words: string): Promise<PasswordChange> {
    const { host, port, user } = this.#profile.server;
    const last = this.#last;
    if (last?.method !== 'password') throw new LoginFailure({ code: 'passwordExpired', host, port, user });
    if (last.newPasswords >= MAX_SECRET_TRIES) throw new LoginFailure(this.#newPasswordRefused());
    last.awaitsVerdict = false;
    const text = makeServerTextSafe(words);
    const attempt = last.newPasswords + 1;
    const [fresh = ''] = await this.#desk.ask({ kind: 'newPassword', user, text, attempt });
    last.newPasswords += 1;
    return { old: last.password, fresh };
  }

  /**
   * The server hung up. `saidWhy` claims that it named too many failures as its reason, as sshd does after
   * the last try that it allows. Without that, the line may just have broken before the verdict: the first
   * time that is taken for what happened, so that a reconnect needs nobody; the second time a person is asked.
   */
  hungUp(saidWhy: boolean): HangUp {
    const { tries } = this.#desk;
    const last = this.#last;
    if (!last?.awaitsVerdict) return { kind: 'unrelated' };
    if (saidWhy) {
      this.#refuseSecret(last);
    } else {
      if (this.#desk.countHangUp(this.#passwordSlot()) === 1) return { kind: 'unrelated' };
      this.#countWrongTry(last);
    }
    if (tries.count('account') >= MAX_SECRET_TRIES) return { kind: 'giveUp', error: this.#accountRefused() };
    return { kind: last.answered ? 'startOver' : 'askAgain' };
  }

  #begin(method: Method): Attempt {
    this.#hasBegun = true;
    this.#last = {
      method,
      passwordSent: false,
      password: '',
      newPasswords: 0,
      answered: false,
      signed: false,
      awaitsVerdict: false,
    };
    return this.#last;
  }

  /** Draws the conclusions from the server's answer to the last attempt. */
  #judge(last: Attempt, partialSuccess: boolean): void {
    if (partialSuccess) {
      this.#acceptedSomething = true;
      this.#acceptPassword(last);
      return;
    }
    if (last.newPasswords > 0) {
      // Nobody can tell now which of the two is right.
      this.#desk.refuse(this.#passwordSlot());
      throw new LoginFailure(this.#newPasswordRefused());
    }
    if (last.method === 'keyboard-interactive' && !last.passwordSent && !last.answered)
      this.#asksNothing = true;
    if (last.passwordSent || last.answered) {
      this.#refuseSecret(last);
      if (this.#desk.tries.count('account') >= MAX_SECRET_TRIES)
        throw new LoginFailure(this.#accountRefused());
    }
  }

  /** A login in whose questions a new password was set proves the old one to be past. */
  #acceptPassword(last: Attempt): void {
    if (!last.passwordSent) return;
    if (last.method === 'password') this.#desk.accept(this.#passwordSlot(), last.newPasswords > 0);
    else if (last.newPasswords > 0) this.#desk.refuse(this.#passwordSlot());
    else this.#desk.accept(this.#passwordSlot());
  }

  #newPasswordRefused(): TunnelError {
    const { host, port, user } = this.#profile.server;
    return { code: 'passwordExpired', host, port, user, newRefused: true };
  }

  #refuseSecret(last: Attempt): void {
    this.#countWrongTry(last);
    if (last.passwordSent) this.#desk.refuse(this.#passwordSlot());
  }

  #countWrongTry(last: Attempt): void {
    this.#desk.tries.add('account');
    this.#lastSecret = last.answered ? 'answer' : 'password';
  }

  /** The error for a login in which the last secret was the last one too many. */
  #accountRefused(): TunnelError {
    return this.#refusedThrice(this.#lastSecret);
  }

  async #choose(methodsLeft: readonly string[]): Promise<AnyAuthMethod> {
    if (methodsLeft.includes('publickey') && this.#mayUseKeys()) {
      const identity = await this.#nextIdentity();
      if (identity) return this.#offerKey(identity);
      if (this.#endsWithKeys()) throw new LoginFailure(this.#identityError ?? this.#refused(methodsLeft));
    }
    const method = this.#secretMethod(methodsLeft);
    switch (method) {
      case 'password':
        return this.#offerPassword();
      case 'keyboard-interactive':
        return this.#offerAnswers();
      case null:
        throw new LoginFailure(this.#identityError ?? this.#refused(methodsLeft));
      default:
        return assertNever(method);
    }
  }

  /** A key was asked for by name: falling back to a password would surprise, unless that was said, too. */
  #endsWithKeys(): boolean {
    const { login } = this.#profile;
    return login.method === 'agent' || (login.method === 'keyFile' && login.afterKeys !== 'ask');
  }

  /** The profile leaves what follows the keys to the server. */
  #asksAfterKeys(): boolean {
    const { method } = this.#profile.login;
    return method === 'automatic' || (method === 'keyFile' && !this.#endsWithKeys());
  }

  /** Nothing but keys is ever given to the server. */
  #givesKeysOnly(): boolean {
    const { login } = this.#profile;
    return 'afterKeys' in login && login.afterKeys === 'fail';
  }

  /** Someone who logs in with a password has no keys tried, unless the server wants one after the password. */
  #mayUseKeys(): boolean {
    const { method } = this.#profile.login;
    return (method !== 'password' && method !== 'ask') || this.#acceptedSomething;
  }

  #secretMethod(methodsLeft: readonly string[]): 'password' | 'keyboard-interactive' | null {
    if (this.#givesKeysOnly()) return null;
    const wantsQuestions =
      this.#profile.login.method === 'ask' ||
      // Some servers take the password only as the answer to a question and refuse the other way.
      (this.#asksAfterKeys() && this.#tried.includes('password'));
    const order = wantsQuestions
      ? (['keyboard-interactive', 'password'] as const)
      : (['password', 'keyboard-interactive'] as const);
    const usable = this.#asksNothing ? order.filter((method) => method !== 'keyboard-interactive') : order;
    return usable.find((method) => methodsLeft.includes(method)) ?? null;
  }

  async #nextIdentity(): Promise<Identity | undefined> {
    if (this.#keysOffered >= MAX_KEYS_OFFERED) return undefined;
    this.#identities ??= loginIdentities(this.#profile.login, {
      ask: (file, attempt) => this.#passphrase(file, attempt),
      opened: (keyFile) => this.#desk.accept({ kind: 'passphrase', keyFile }),
    });
    const next = await this.#identities.next();
    if (!next.done) return next.value;
    this.#identityError ??= next.value ?? null;
    return undefined;
  }

  #offerKey(identity: Identity): AnyAuthMethod {
    const attempt = this.#begin('publickey');
    this.#keysOffered += 1;
    this.#tried.push(identity.label);
    const agent = agentFor(identity, {
      onSigned: () => {
        attempt.signed = true;
      },
      onFailed: (error) => {
        // An agent that does not sign, for which there are many reasons, is passed over as by ssh.
        const isOver = error instanceof LoginFailure || error instanceof KeyThreadFailure;
        if (isOver) this.#onBroken(error);
        return isOver;
      },
    });
    return { type: 'agent', username: this.#profile.server.user, agent };
  }

  async #offerPassword(): Promise<AnyAuthMethod> {
    const password = await this.#password();
    const attempt = this.#begin('password');
    attempt.passwordSent = true;
    attempt.password = password;
    attempt.awaitsVerdict = true;
    this.#noteTried('password');
    return { type: 'password', username: this.#profile.server.user, password };
  }

  #offerAnswers(): AnyAuthMethod {
    const attempt = this.#begin('keyboard-interactive');
    this.#noteTried('questions');
    return {
      type: 'keyboard-interactive',
      username: this.#profile.server.user,
      prompt: (title, instructions, _language, prompts, finish) => {
        attempt.awaitsVerdict = false;
        this.#answer(attempt, title, instructions, prompts).then((answers) => {
          attempt.awaitsVerdict = true;
          finish([...answers]);
        }, this.#onBroken);
      },
    };
  }

  async #answer(
    attempt: Attempt,
    title: string,
    instructions: string,
    prompts: readonly SshPrompt[],
  ): Promise<readonly string[]> {
    if (this.#asksForPassword(prompts) && !attempt.passwordSent) {
      const password = await this.#password();
      attempt.passwordSent = true;
      return [password];
    }
    const answers = await this.#desk.ask({
      kind: 'questions',
      user: this.#profile.server.user,
      title: makeServerLineSafe(title),
      instructions: makeServerTextSafe(instructions),
      questions: prompts.map(({ prompt, echo }) => ({
        text: makeServerLineSafe(prompt) || 'Answer',
        echo: echo === true,
      })),
      attempt: this.#desk.tries.count('account') + 1,
    });
    attempt.answered = true;
    if (prompts.some(({ prompt }) => asksForNewPassword(prompt))) attempt.newPasswords += 1;
    return answers;
  }

  #asksForPassword(prompts: readonly SshPrompt[]): boolean {
    const [only, ...more] = prompts;
    return (
      this.#profile.login.method !== 'ask' &&
      only !== undefined &&
      more.length === 0 &&
      only.echo !== true &&
      PASSWORD_QUESTION.test(only.prompt.trim())
    );
  }

  async #password(): Promise<string> {
    const slot = this.#passwordSlot();
    const known = await this.#desk.findSecret(slot);
    if (known !== null) return known;
    const [password = ''] = await this.#desk.ask({
      kind: 'password',
      user: this.#profile.server.user,
      attempt: this.#desk.tries.count('account') + 1,
    });
    return password;
  }

  async #passphrase(keyFile: string, attempt: number): Promise<string> {
    const slot: SecretSlot = { kind: 'passphrase', keyFile };
    if (attempt > 1) {
      this.#desk.tries.add(slot);
      this.#desk.refuse(slot);
    }
    const tries = this.#desk.tries.count(slot);
    if (tries >= MAX_SECRET_TRIES) {
      throw new LoginFailure(this.#refusedThrice('passphrase'));
    }
    const known = await this.#desk.findSecret(slot);
    if (known !== null) return known;
    const [passphrase = ''] = await this.#desk.ask({ kind: 'passphrase', keyFile, attempt: tries + 1 });
    return passphrase;
  }

  #passwordSlot(): SecretSlot {
    const { user, host, port } = this.#profile.server;
    return { kind: 'password', user, host, port };
  }

  #refusedThrice(what: 'password' | 'passphrase' | 'answer'): TunnelError {
    const { host, port, user } = this.#profile.server;
    return { code: 'secretRefused', host, port, user, what, tries: MAX_SECRET_TRIES };
  }

  #noteTried(what: string): void {
    if (!this.#tried.includes(what)) this.#tried.push(what);
  }

  #refused(methodsLeft: readonly string[]): TunnelError {
    const { host, port, user } = this.#profile.server;
    return {
      code: 'loginRefused',
      host,
      port,
      user,
      tried: this.#tried.slice(0, 20),
      serverAccepts: methodsLeft.slice(0, 20).map((method) => makeServerLineSafe(method, 40)),
    };
  }
}
