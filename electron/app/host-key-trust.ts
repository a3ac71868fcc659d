import type { Prompt, PromptAnswer } from '#shared/prompt.ts';
import type { TunnelSnapshot } from '#shared/tunnel-state.ts';
import type { EngineKeeper } from './engine-keeper.ts';
import type { TunnelMirror } from './tunnel-mirror.ts';

type KeyPrompt = Extract<Prompt, { kind: 'unknownHostKey' }>;

/**
 * How long a yes also answers tunnels that ask a little later, in milliseconds: those that had read known_hosts
 * before the key stood in it. After that the file alone decides.
 */
const YES_HOLDS_MS = 60_000;

/**
 * Asks a person once about one key of one server, however many tunnels meet it: thirty dialogs for one key teach
 * people to click without reading.
 */
export class HostKeyTrust {
  readonly #engine: EngineKeeper;
  readonly #mirror: TunnelMirror;
  readonly #now: () => number;
  /** When a person said yes, by server and key. */
  readonly #trusted = new Map<string, number>();

  constructor(options: { readonly engine: EngineKeeper; readonly mirror: TunnelMirror; now(): number }) {
    this.#engine = options.engine;
    this.#mirror = options.mirror;
    this.#now = options.now;
  }

  /** A person told this tunnel to trust this key: so do all others that ask about the same one. */
  trust(tunnelId: string, prompt: KeyPrompt): void {
    this.#trusted.set(keyOf(prompt), this.#now());
    for (const snapshot of this.#mirror.all()) if (snapshot.id !== tunnelId) this.answers(snapshot);
  }

  /** A person told this tunnel not to trust this key: so do all others that ask about the same one now. */
  decline(tunnelId: string, prompt: KeyPrompt): void {
    const key = keyOf(prompt);
    for (const { id, state } of this.#mirror.all()) {
      if (id === tunnelId || state.status !== 'needsUser' || state.prompt.kind !== 'unknownHostKey') continue;
      if (keyOf(state.prompt) === key) this.#answer(id, state.prompt, { kind: 'cancel' });
    }
  }

  /** Answers for the person what was answered a moment ago. False when a person must be asked. */
  answers({ id, state }: TunnelSnapshot): boolean {
    if (state.status !== 'needsUser' || state.prompt.kind !== 'unknownHostKey') return false;
    const trustedAt = this.#trusted.get(keyOf(state.prompt));
    if (trustedAt === undefined || this.#now() - trustedAt > YES_HOLDS_MS) return false;
    this.#answer(id, state.prompt, { kind: 'trust' });
    return true;
  }

  #answer(tunnelId: string, { id: promptId }: KeyPrompt, answer: PromptAnswer): void {
    // One that was stopped meanwhile says so, and needs nothing.
    void this.#engine.call('engine.answer', { tunnelId, promptId, answer });
  }
}

/** Under another name, or for another file, it is another question: by that, another computer is meant. */
function keyOf({ host, port, alias, knownHostsFile, fingerprint }: KeyPrompt): string {
  return JSON.stringify([host, port, alias ?? null, knownHostsFile, fingerprint]);
}
