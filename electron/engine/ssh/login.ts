import type { AnyAuthMethod, Prompt as SshPrompt } from 'ssh2';
import { assertNever } from '#shared/assert-never.ts';
import type { CertificateFlaw } from '#shared/certificate-flaw.ts';
import type { Profile } from '#shared/profile.ts';
import type { TunnelError } from '#shared/tunnel-error.ts';
import { findCertificateFlaw } from './certificate-facts.ts';
import { AgentRefusal, agentFor, type Identity } from './identity.ts';
import { KeyThreadFailure } from './key-formats/key-thread.ts';
import { MAX_KEYS_OFFERED } from './key-order.ts';
import { type LoginAttempt, type LoginMethod, newAttempt } from './login-attempt.ts';
import type { LoginDesk } from './login-desk.ts';
import { LoginFailure } from './login-failure.ts';
import { type LoginIdentities, loginIdentities } from './login-identities.ts';
import { type HangUp, LoginSecrets, type SecretsAccount } from './login-secrets.ts';
import { asksForNewPassword, type PasswordChange } from './password-change.ts';
import { makeServerLineSafe, makeServerTextSafe } from './server-text.ts';

/** Whom a login is for, and how it is to go. */
export interface LoginAccount extends SecretsAccount {
  readonly login: Profile['login'];
}

/** A hidden question of a server that asks for nothing but the account's password, such as `andre@core's password:`. */
const PASSWORD_QUESTION = /^(?:.*'s )?password(?: for .*)?:?$/i;

/**
 * One session's way through authentication (RFC 4252): decides the next method from what the server still
 * accepts, asks the desk for secrets, and stops after three wrong ones. It never repeats by itself what
 * was refused, so that no account gets locked.
 */
export class Login {
  readonly #profile: LoginAccount;
  readonly #desk: LoginDesk;
  readonly #secrets: LoginSecrets;
  readonly #onBroken: (error: unknown) => void;
  readonly #tried: string[] = [];
  /** Undefined until a key is first wanted. */
  #identities: LoginIdentities | undefined;
  #identityError: TunnelError | null = null;
  /** Null once the server's answer to it was judged. */
  #last: LoginAttempt | null = null;
  #hasBegun = false;
  #acceptedSomething = false;
  #keysOffered = 0;
  /** What a server may mind in the first certificate that has something. */
  #certificateFlaw: CertificateFlaw | null = null;
  /** The first key that the server would have taken, and the agent did not sign with. */
  #unsigned: string | null = null;
  /** Keys of the agent that come after the last of them that was offered. */
  #agentKeysLeft = 0;
  /** The server refused keyboard-interactive without a question: it would do so again, for ever. */
  #asksNothing = false;

  /** `onBroken` is told when something failed outside of `next`, such as a signature. */
  constructor(profile: LoginAccount, desk: LoginDesk, onBroken: (error: unknown) => void) {
    this.#profile = profile;
    this.#desk = desk;
    this.#secrets = new LoginSecrets(profile, desk);
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
    if (this.#last) this.#secrets.accept(this.#last);
  }

  /**
   * The server takes the password that went out, and wants another in its place (RFC 4252, section 8); `words` are its own. Asks a
   * person; may be called again when the server does not like the new one. Rejects with `LoginFailure`.
   */
  changePassword(words: string): Promise<PasswordChange> {
    return this.#secrets.change(this.#last, words);
  }

  /** Claims that a proof of who we are went out, and the server has not said yet what it thinks of it. */
  hasProved(): boolean {
    const { signed, passwordSent, answered } = this.#last ?? {};
    return signed === true || passwordSent === true || answered === true;
  }

  /** The server hung up or fell silent; `saidWhy` claims that it named too many failures as its reason. */
  hungUp(saidWhy: boolean): HangUp {
    return this.#secrets.hungUp(this.#last, saidWhy);
  }

  #begin(method: LoginMethod): LoginAttempt {
    this.#hasBegun = true;
    this.#last = newAttempt(method);
    return this.#last;
  }

  /** Draws the conclusions from the server's answer to the last attempt. */
  #judge(last: LoginAttempt, partialSuccess: boolean): void {
    if (partialSuccess) {
      this.#acceptedSomething = true;
      this.#secrets.accept(last);
      return;
    }
    if (last.method === 'keyboard-interactive' && !last.passwordSent && !last.answered)
      this.#asksNothing = true;
    this.#secrets.refuse(last);
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
      ask: (file, attempt) => this.#secrets.passphrase(file, attempt),
      opened: (file) => this.#secrets.opened(file),
    });
    for (;;) {
      const next = await this.#identities.next();
      if (next.done) {
        this.#identityError ??= next.value ?? null;
        return undefined;
      }
      if (this.#mayLogIn(next.value)) return next.value;
    }
  }

  /** As with ssh, all may but a certificate for servers (sshconnect2.c, pubkey_prepare); what else is wrong with one is noted. */
  #mayLogIn({ label, publicKey }: Identity): boolean {
    const { user } = this.#profile.server;
    const flaw = findCertificateFlaw({ label, blob: publicKey.getPublicSSH() }, user, Date.now());
    this.#certificateFlaw ??= flaw;
    return flaw?.why !== 'hostCertificate';
  }

  #offerKey(identity: Identity): AnyAuthMethod {
    const attempt = this.#begin('publickey');
    this.#keysOffered += 1;
    this.#agentKeysLeft = identity.agentKeysLeft ?? this.#agentKeysLeft;
    this.#tried.push(identity.label);
    const agent = agentFor(identity, {
      onSigned: () => {
        attempt.signed = true;
      },
      onFailed: (error) => {
        // An agent that does not sign, for which there are many reasons, is passed over as by ssh.
        if (error instanceof AgentRefusal) this.#unsigned ??= identity.label;
        const isOver = error instanceof LoginFailure || error instanceof KeyThreadFailure;
        if (isOver) this.#onBroken(error);
        return isOver;
      },
    });
    return { type: 'agent', username: this.#profile.server.user, agent };
  }

  async #offerPassword(): Promise<AnyAuthMethod> {
    const password = await this.#secrets.password();
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
    attempt: LoginAttempt,
    title: string,
    instructions: string,
    prompts: readonly SshPrompt[],
  ): Promise<readonly string[]> {
    if (this.#asksForPassword(prompts) && !attempt.passwordSent) {
      const password = await this.#secrets.password();
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
      attempt: this.#secrets.nextTry(),
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

  #noteTried(what: string): void {
    if (!this.#tried.includes(what)) this.#tried.push(what);
  }

  #refused(methodsLeft: readonly string[]): TunnelError {
    const { host, port, user } = this.#profile.server;
    if (this.#unsigned !== null) return { code: 'agentRefused', key: this.#unsigned, host, port, user };
    const isCutShort = this.#keysOffered >= MAX_KEYS_OFFERED && this.#agentKeysLeft > 0;
    return {
      code: 'loginRefused',
      host,
      port,
      user,
      tried: this.#tried.slice(0, 20),
      ...(this.#certificateFlaw && { certificate: this.#certificateFlaw }),
      ...(isCutShort && { agentKeysLeft: this.#agentKeysLeft }),
      serverAccepts: methodsLeft.slice(0, 20).map((method) => makeServerLineSafe(method, 40)),
    };
  }
}
