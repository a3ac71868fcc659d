import type { Client, NextAuthHandler } from 'ssh2';
import { assertNever } from '#shared/assert-never.ts';
import type { TunnelError } from '#shared/tunnel-error.ts';
import type { ConnectPhase } from '#shared/tunnel-state.ts';
import type { ChannelSource } from '../forward/channel-source.ts';
import { SshChannelSource } from '../forward/ssh-channel-source.ts';
import type { Carrier, CarrierStream } from '../route/carrier.ts';
import type { Hop } from '../route/way.ts';
import { type ForwardedAgent, forwardedAgent } from './agent-forwarding.ts';
import { algorithmsFor } from './algorithms.ts';
import type { SessionStage } from './classify-error.ts';
import { awaitGreeting, type Greeting, overhearGreeting } from './greeting.ts';
import { type ClientGuard, guardClient } from './guards/guard-client.ts';
import type { HostKey } from './host-key.ts';
import { type HostKeyCheck, makeHostVerifier } from './host-key-verifier.ts';
import { sendKeepalive } from './keepalive.ts';
import { Liveness } from './liveness.ts';
import { Login } from './login.ts';
import type { LoginDesk } from './login-desk.ts';
import { LoginFailure } from './login-failure.ts';
import { passWholeSignatures } from './login-signature.ts';
import { sendNewPassword } from './password-change.ts';
import { PhaseLimit } from './phase-limit.ts';
import { nameSessionEnd, type SessionEnd } from './session-end.ts';
import type { KeepalivePolicy } from './silence-watch.ts';
import { ssh2 } from './ssh2.ts';

/** Time limits of a session, in milliseconds. None of them runs while a person is asked. */
export interface SessionTimings {
  /** For name resolution and TCP. */
  readonly connectMs: number;
  /** From TCP to agreed keys. */
  readonly handshakeMs: number;
  /** For each of the server's answers during authentication. */
  readonly authReplyMs: number;
  readonly keepalive: KeepalivePolicy;
  /** For an answer to a sign of life that is asked for out of turn, since something behind this server does not answer. */
  readonly signOfLifeMs: number;
}

/** Which host keys a session accepts; a new judge for every attempt, so that it knows the files as they are now. */
export interface HostKeyJudge {
  /** Types of the keys that the server is known by: they are asked for first. */
  readonly knownKeyTypes: readonly string[];
  /** Only `true` accepts. `address` is where the key came from, where that is known. */
  accepts(key: HostKey, address?: string): boolean;
  /** The server proved that it holds the accepted key. Never rejects. */
  proved(key: HostKey): Promise<void>;
}

interface SessionOptions {
  /** Open; the session destroys it. */
  readonly carrier: Carrier;
  readonly account: Pick<Hop, 'server' | 'knownBy' | 'login' | 'legacyAlgorithms' | 'forwardsAgent'>;
  readonly judge: HostKeyJudge;
  readonly desk: LoginDesk;
  readonly timings: SessionTimings;
  onPhase(phase: ConnectPhase): void;
  /**
   * Finds out whether what the carrier goes over is still there. Where it is not, the stream ends soon by that, and what this
   * server fails to say is no fault of its own.
   */
  isWayAlive(): Promise<boolean>;
  /** Logged in. */
  onOpen(channels: ChannelSource): void;
  /** Called exactly once, after the socket is closed, unless `close` was called before. */
  onEnd(end: SessionEnd): void;
}

/**
 * One attempt at one SSH session, from the first byte on an open carrier to the end: never used again afterwards, since
 * an ssh2 client that is reused after a drop gets the old connection's events. The carrier's stream is the one
 * thing that ends for certain (on a black-holed link `client.end()` gives no event), so everything is
 * driven by its `close`, with the first error before it as the cause.
 */
export class Session {
  readonly #options: SessionOptions;
  readonly #stream: CarrierStream;
  readonly #client: Client = new ssh2.Client();
  readonly #login: Login;
  readonly #closed: Promise<void>;
  readonly #lentAgent: ForwardedAgent | null;
  #stage: SessionStage = 'greeting';
  /** The reason that we gave ourselves; it goes before whatever the socket says later. */
  #ownCause: TunnelError | null = null;
  #cause: unknown = null;
  #hostKeyCheck: () => HostKeyCheck = () => ({ kind: 'pending' });
  readonly #limit: PhaseLimit;
  #liveness: Liveness | undefined;
  /** The server's last words during the login (RFC 4252, section 5.4). */
  #lastWords = '';
  #guard: ClientGuard | undefined;
  #isClosing = false;

  constructor(options: SessionOptions) {
    this.#options = options;
    this.#limit = new PhaseLimit(() => options.isWayAlive());
    this.#lentAgent = forwardedAgent(options.account);
    this.#login = new Login(options.account, this.#watchedDesk(), (error) => this.#failWith(error));
    const { stream } = options.carrier;
    this.#stream = stream;
    this.#closed = new Promise((resolve) => {
      if (stream.closed) resolve();
      else stream.once('close', () => resolve());
    });
    stream.on('error', (error) => this.#note(error));
    // It may have gone before we came.
    if (stream.errored) this.#note(stream.errored);
    void this.#closed.then(() => this.#finish());
    void this.#greet();
  }

  /** After the computer woke up: finds out soon whether the other side is still there. */
  verify(): void {
    this.#liveness?.hurry();
  }

  /** Finds out at once whether the server is still there; if it is not, that is this session's end. False unless it is open. */
  async proveAlive(): Promise<boolean> {
    return (await this.#liveness?.prove()) ?? false;
  }

  /** Hangs up without reporting an end. Idempotent; resolves when the socket is closed. */
  close(): Promise<void> {
    this.#isClosing = true;
    this.#hangUp();
    return this.#closed;
  }

  async #greet(): Promise<void> {
    const { account, timings } = this.#options;
    const { host, port } = account.server;
    this.#options.onPhase('kex');
    const seconds = Math.round(timings.handshakeMs / 1000);
    this.#startTimer(timings.handshakeMs, { code: 'handshakeTimedOut', host, port, seconds });
    const greeting = await awaitGreeting(this.#stream);
    if (this.#stream.destroyed) return;
    this.#hear(greeting);
    if (this.#ownCause !== null) return;
    this.#handshake();
    if (greeting.kind === 'silent') overhearGreeting(this.#stream, (said) => this.#hear(said));
  }

  #hear(greeting: Greeting): void {
    const { host, port } = this.#options.account.server;
    const address = { host, port };
    switch (greeting.kind) {
      case 'ssh':
        this.#stage = 'handshake';
        return;
      case 'silent':
        return;
      case 'notSsh':
        this.#fail({ code: 'notAnSshServer', ...address });
        return;
      case 'otherVersion':
        this.#fail({ code: 'sshVersionUnsupported', ...address, version: greeting.version });
        return;
      case 'turnedAway':
        this.#fail({ code: 'serverClosed', ...address, reason: greeting.reason });
        return;
      default:
        assertNever(greeting);
    }
  }

  #handshake(): void {
    const { account, judge, carrier, timings } = this.#options;
    const { hostVerifier, check } = makeHostVerifier((key) => judge.accepts(key, carrier.serverAddress));
    this.#hostKeyCheck = check;
    const client = this.#client;
    client.on('error', (error: Error & { level?: string }) => {
      // An agent that cannot sign is not the session's end: the login goes on with the next key.
      if (error.level === 'agent') return;
      this.#note(error);
      // ssh2 closes our half only: a server that keeps the other one open would keep a dead session.
      this.#hangUp();
    });
    client.once('handshake', () => void this.#keysAgreed(check()));
    client.once('ready', () => this.#open());
    client.on('banner', (words) => {
      if (this.#login.hasProved()) this.#lastWords = words;
    });
    client.on('change password', (prompt) => {
      this.#login
        .changePassword(prompt)
        .then((change) => this.#stream.destroyed || sendNewPassword(client, account.server.user, change))
        .catch((error: unknown) => this.#failWith(error));
    });
    // Nobody asked for these; ssh2 would leave them waiting for ever.
    client.on('unix connection', (_info, _accept, reject) => reject());
    client.on('x11', (_info, _accept, reject) => reject());
    try {
      client.connect({
        ...(this.#lentAgent && { agent: this.#lentAgent }),
        sock: this.#stream,
        username: account.server.user,
        hostVerifier,
        algorithms: algorithmsFor({ legacy: account.legacyAlgorithms, knownKeyTypes: judge.knownKeyTypes }),
        authHandler: (methodsLeft, partialSuccess, next) => {
          this.#chooseMethod(methodsLeft as readonly string[] | null, partialSuccess, next);
        },
        // Its clock runs on while a person reads a prompt; we have timers of our own.
        readyTimeout: 0,
        keepaliveInterval: timings.keepalive.intervalMs,
        // ssh2 only sends the pings; what silence means is the silence watch's to say.
        keepaliveCountMax: Number.MAX_SAFE_INTEGER,
        // The check refuses the Windows port of OpenSSH, which is no stranger.
        strictVendor: false,
      });
      this.#guard = guardClient(client, {
        server: account.server,
        handshakeMs: timings.handshakeMs,
        fail: (error) => this.#fail(error),
        goodbye: () => this.#hangUp(),
      });
      carrier.attach(client);
      passWholeSignatures(client);
    } catch (error) {
      this.#note(error);
      this.#hangUp();
    }
  }

  async #keysAgreed(check: HostKeyCheck): Promise<void> {
    this.#stage = 'auth';
    this.#limit.stop();
    this.#options.onPhase('auth');
    this.#awaitAuthReply();
    if (check.kind !== 'accepted') {
      this.#fail({ code: 'unexpected', detail: 'The host key was not checked.' });
      return;
    }
    await this.#options.judge.proved(check.key);
  }

  #chooseMethod(
    methodsLeft: readonly string[] | null,
    partialSuccess: boolean | null,
    next: (method: Parameters<NextAuthHandler>[0]) => void,
  ): void {
    this.#limit.stop();
    this.#login.next(methodsLeft, partialSuccess).then(
      (method) => {
        if (this.#stream.destroyed || this.#isClosing) return;
        this.#awaitAuthReply();
        next(method);
      },
      (error: unknown) => this.#failWith(error),
    );
  }

  #open(): void {
    this.#limit.stop();
    if (this.#isClosing || this.#ownCause) return;
    this.#stage = 'open';
    this.#login.succeed();
    const { host, port } = this.#options.account.server;
    const { keepalive, signOfLifeMs } = this.#options.timings;
    this.#liveness = new Liveness({
      stream: this.#stream,
      keepalive,
      signOfLifeMs,
      ask: () => sendKeepalive(this.#client),
      isWayAlive: () => this.#options.isWayAlive(),
      onDead: (silentForMs) =>
        this.#fail({ code: 'serverSilent', host, port, seconds: Math.round(silentForMs / 1000) }),
    });
    this.#options.onOpen(new SshChannelSource(this.#client, this.#stream, this.#lentAgent !== null));
  }

  /** The desk, but with the clock stopped while a person is asked, here or for another login with the same secret. */
  #watchedDesk(): LoginDesk {
    const { desk, onPhase } = this.#options;
    return {
      findSecret: async (slot) => {
        let hasWaited = false;
        const secret = await desk.findSecret(slot, () => {
          hasWaited = true;
          this.#limit.stop();
          onPhase('turn');
        });
        if (hasWaited) {
          onPhase('auth');
          this.#awaitAuthReply();
        }
        return secret;
      },
      ask: async (question) => {
        this.#limit.stop();
        const answers = await desk.ask(question);
        this.#awaitAuthReply();
        return answers;
      },
      accept: (slot, replaces) => desk.accept(slot, replaces),
      refuse: (slot) => desk.refuse(slot),
      countHangUp: (slot) => desk.countHangUp(slot),
      tries: desk.tries,
    };
  }

  #awaitAuthReply(): void {
    const { host, port } = this.#options.account.server;
    this.#startTimer(this.#options.timings.authReplyMs, { code: 'loginTimedOut', host, port });
  }

  #startTimer(limitMs: number, error: TunnelError): void {
    if (this.#isClosing) this.#limit.stop();
    else this.#limit.start(limitMs, () => this.#fail(error));
  }

  /** The first error is the reason; what follows is its aftermath, such as a reset after a failed negotiation. */
  #note(error: unknown): void {
    this.#cause ??= error;
  }

  #failWith(error: unknown): void {
    if (error instanceof LoginFailure) this.#fail(error.error);
    else this.#fail({ code: 'unexpected', detail: error instanceof Error ? error.message : String(error) });
  }

  #fail(error: TunnelError): void {
    this.#ownCause ??= error;
    this.#hangUp();
  }

  /** Says goodbye where that is possible and closes the socket for certain. */
  #hangUp(): void {
    this.#limit.stop();
    this.#liveness?.stop();
    try {
      this.#client.end();
    } catch {
      // Not connected: there is nobody to say goodbye to.
    }
    // The goodbye was written to the kernel by now, unless the link is stuck; then waiting would not help.
    setImmediate(() => this.#stream.destroy());
  }

  #finish(): void {
    this.#lentAgent?.close();
    this.#limit.stop();
    this.#liveness?.stop();
    if (this.#isClosing) return;
    this.#isClosing = true;
    // The client hears of the close by the same event; its own end comes first, so that channels are gone.
    setImmediate(() => this.#options.onEnd(this.#end()));
  }

  #end(): SessionEnd {
    const { account, carrier } = this.#options;
    return nameSessionEnd({
      server: account.server,
      allowsLegacy: account.legacyAlgorithms,
      stage: this.#stage,
      check: this.#hostKeyCheck(),
      ownCause: this.#ownCause,
      cause: this.#cause,
      carrierCause: carrier.explainEnd(),
      proposal: this.#guard?.proposal() ?? null,
      lastWords: this.#lastWords,
      bytesRead: this.#stream.bytesRead,
      hungUp: (saidWhy) => this.#login.hungUp(saidWhy),
    });
  }
}
