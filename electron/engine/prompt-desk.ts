import { randomUUID } from 'node:crypto';
import type { Endpoint } from '#shared/endpoint.ts';
import type { Prompt, PromptAnswer } from '#shared/prompt.ts';
import { accountSlot, type SecretSlot, secretSlotKey, slotOf } from '#shared/secret-slot.ts';
import type { Server } from '#shared/server.ts';
import type { TunnelError } from '#shared/tunnel-error.ts';
import type { HostKeyPrompt } from './ssh/distrust.ts';
import { type LoginDesk, type LoginQuestion, TryCounter } from './ssh/login-desk.ts';
import { LoginFailure } from './ssh/login-failure.ts';
import type { SecretsAccount } from './ssh/login-secrets.ts';
import type { TunnelWorld } from './tunnel-world.ts';

/** Whom a login is for. */
interface Account extends SecretsAccount {
  /** A password that needs no person and no keychain. */
  readonly password: string | null;
}

/** Where secrets come from and go to outside of the tunnel. */
type SecretsOutside = Pick<TunnelWorld, 'findSecret' | 'secretAccepted' | 'secretRefused' | 'secretTurns'>;

/** The session that a login belongs to. */
interface LoginSession {
  /** Claims that it lives, and that nobody is asked for another one by now. */
  isPresent(): boolean;
  prompted(prompt: Prompt): void;
}

/**
 * What one tunnel's logins ask, and what they were answered. It outlives the sessions, so that tries are counted over
 * them, and an answer that comes too late for the session that asked serves the next.
 */
export class PromptDesk {
  readonly #tunnelId: string;
  readonly #outside: SecretsOutside;
  /** Of each account on the way. */
  readonly #tries = new Map<string, TryCounter>();
  /** Answers that a person gave to a session which had died by then, for the next one. */
  readonly #given = new Map<string, string>();
  /** What the present session tries, for others who wait for the same. */
  readonly #trying = new Map<string, string>();
  /** What a person is asked for now. */
  #askedFor: SecretSlot | null = null;
  /** Gives the answer to the session that asked. */
  #resolvePrompt: ((answers: readonly string[]) => void) | null = null;

  constructor(tunnelId: string, outside: SecretsOutside) {
    this.#tunnelId = tunnelId;
    this.#outside = outside;
  }

  /** For the login at one server of the way, in one session. */
  loginDesk(account: Account, session: LoginSession): LoginDesk {
    const tries = this.#triesOf(account);
    return {
      findSecret: (slot, onWait) => this.#findSecret(account, session, slot, onWait),
      ask: (question) => this.#ask(account, session, question),
      accept: (slot, replaces) => this.#accept(slot, replaces),
      refuse: (slot) => {
        this.#given.delete(secretSlotKey(slot));
        this.#trying.delete(secretSlotKey(slot));
        this.#outside.secretTurns.refused(slot);
        this.#outside.secretRefused(slot);
      },
      countHangUp: (slot) => {
        const shared = this.#outside.secretTurns.countHangUp(slot, this);
        if (shared !== null) return shared;
        tries.add('hangUp');
        return tries.count('hangUp');
      },
      tries,
    };
  }

  /** Asks for the account's password after a session that ended for a wrong one. */
  passwordAgain(account: SecretsAccount): Prompt {
    const { server, knownBy } = account;
    const attempt = this.#triesOf(account).count('account') + 1;
    const asked = { kind: 'password', user: server.user, ...(knownBy && { knownBy }), attempt } as const;
    const prompt = this.#newPrompt(asked, server);
    this.#askedFor = slotOf(prompt);
    this.sessionEnded();
    return prompt;
  }

  /** Asks whether a key is to be trusted, for which the session ended. */
  trustKey(prompt: HostKeyPrompt): Prompt {
    this.sessionEnded();
    return { ...prompt, id: this.#newId() };
  }

  /** Takes a fitting answer for the session that asked, or for the next one if that is dead. */
  take(prompt: Prompt, answer: PromptAnswer, sessionLives: boolean): void {
    const answers =
      answer.kind === 'answers' ? answer.answers : [answer.kind === 'secret' ? answer.secret : ''];
    if (sessionLives) this.#resolvePrompt?.(answers);
    else this.#keepForNextSession(prompt, answers);
    this.#resolvePrompt = null;
    this.#askedFor = null;
  }

  /** A person said no to a question, for every login that waits for the same secret. */
  decline(prompt: Prompt): void {
    const slot = slotOf(prompt);
    if (slot !== null) this.#outside.secretTurns.declined(slot, this);
  }

  /** The session ended by itself. A secret that a person is asked for stays this tunnel's to try. */
  sessionEnded(): void {
    this.#trying.clear();
    this.#outside.secretTurns.leave(this, this.#askedFor);
  }

  /** The session that asked is closed: nobody waits for an answer. */
  sessionClosed(): void {
    this.#resolvePrompt = null;
    this.#askedFor = null;
    this.sessionEnded();
  }

  /** A login succeeded, or a person starts anew: all that was tried or given before is past. */
  startOver(): void {
    this.#tries.clear();
    this.#given.clear();
    this.sessionClosed();
  }

  async #findSecret(
    { server, password }: Account,
    session: LoginSession,
    slot: SecretSlot,
    onWait?: () => void,
  ): Promise<string | null> {
    if (slot.kind === 'password' && password !== null) return password;
    // A turn that is taken for a session that ended would be given back by nobody.
    if (!session.isPresent()) return new Promise(() => {});
    const { secretTurns } = this.#outside;
    if (secretTurns.isTaken(slot, this)) onWait?.();
    const turn = await secretTurns.take(slot, this);
    if (turn.kind === 'declined') throw new LoginFailure(loginCancelled(server));
    const key = secretSlotKey(slot);
    const secret =
      (turn.kind === 'proved' ? turn.secret : null) ??
      this.#given.get(key) ??
      (await this.#outside.findSecret(slot));
    if (secret !== null && session.isPresent()) this.#trying.set(key, secret);
    return secret;
  }

  async #ask(account: Account, session: LoginSession, question: LoginQuestion): Promise<readonly string[]> {
    const prompt = this.#newPrompt(question, account.server);
    const answers = await new Promise<readonly string[]>((resolve) => {
      if (!session.isPresent()) return;
      this.#resolvePrompt = resolve;
      this.#askedFor = slotOf(prompt);
      session.prompted(prompt);
    });
    const slot = slotOf(prompt);
    if (slot !== null) this.#trying.set(secretSlotKey(slot), answers[0] ?? '');
    return answers;
  }

  #accept(slot: SecretSlot, replaces?: boolean): void {
    const key = secretSlotKey(slot);
    this.#outside.secretAccepted(slot, replaces);
    this.#outside.secretTurns.proved(slot, this.#trying.get(key) ?? null);
    this.#trying.delete(key);
  }

  #triesOf({ server, knownBy }: SecretsAccount): TryCounter {
    const key = secretSlotKey(accountSlot(server, knownBy));
    const tries = this.#tries.get(key) ?? new TryCounter();
    this.#tries.set(key, tries);
    return tries;
  }

  #newPrompt(question: LoginQuestion, { host, port }: Server): Prompt {
    return { ...question, id: this.#newId(), host, port };
  }

  /** Unlike all others, also those of an engine before this one: an answer to those must not be taken for this one's. */
  #newId(): string {
    return `${this.#tunnelId}/${randomUUID()}`;
  }

  /** A one-time code is not kept: the next session asks for a new one. */
  #keepForNextSession(prompt: Prompt, [secret = '']: readonly string[]): void {
    // The server never heard of it: the old password is the one to log in with.
    if (prompt.kind === 'newPassword') return;
    const slot = slotOf(prompt);
    if (slot !== null) this.#given.set(secretSlotKey(slot), secret);
  }
}

/** What a tunnel fails with when a person answers none of it. */
export function cancelError(prompt: Prompt): TunnelError {
  const { host, port } = prompt;
  return prompt.kind === 'unknownHostKey'
    ? { code: 'hostKeyNotTrusted', host, port, fingerprint: prompt.fingerprint }
    : loginCancelled({ host, port });
}

function loginCancelled({ host, port }: Endpoint): TunnelError {
  return { code: 'loginCancelled', host, port };
}
