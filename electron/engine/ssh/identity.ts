import type { BaseAgent, ParsedKey, SignCallback, SigningRequestOptions } from 'ssh2';
import { ssh2 } from './ssh2.ts';

/** A key that we can log in with, wherever its private half is. */
export interface Identity {
  /** What people call it: a file's path, or an agent key's comment. */
  readonly label: string;
  readonly publicKey: ParsedKey;
  /** How many keys of the same agent come after it, or are left out. */
  readonly agentKeysLeft?: number;
  /**
   * Signs with the private half, which may ask a person for a passphrase first. `hash` is `sha256` or
   * `sha512` for RSA keys (RFC 8332). Rejects when the key cannot be had.
   */
  sign(data: Buffer, hash: string | undefined): Promise<Buffer>;
}

/** Claims that two have the same public key, or certificate. */
export function isSameKey(a: Pick<Identity, 'publicKey'>, b: Pick<Identity, 'publicKey'>): boolean {
  return a.publicKey.getPublicSSH().equals(b.publicKey.getPublicSSH());
}

/** An agent lists a key and does not sign with it: it is locked, its user said no, or it has lost the hardware. */
export class AgentRefusal extends Error {}

/** The first of an agent's keys in the order in which they are offered; each says how many come after it, or are left out. */
export function countDown(keys: readonly Identity[], most = keys.length): readonly Identity[] {
  return keys.slice(0, most).map((key, index) => ({ ...key, agentKeysLeft: keys.length - index - 1 }));
}

/** What becomes of a signature, for whoever drives the login. */
export interface SignatureReport {
  /** It goes out. */
  onSigned(): void;
  /** It could not be made. Claims that the login is over; if not, it goes on without this key. */
  onFailed(error: unknown): boolean;
}

/**
 * Dresses one identity as an ssh2 agent. An agent is asked for a signature only once the server said that
 * the key would do (RFC 4252 section 7), so no passphrase is asked for in vain; and with one key an agent,
 * ssh2 cannot try the other keys after a partial success.
 */
export function agentFor(identity: Identity, report: SignatureReport): BaseAgent<ParsedKey> {
  return new OneKeyAgent(identity, report);
}

class OneKeyAgent extends ssh2.BaseAgent<ParsedKey> {
  readonly #identity: Identity;
  readonly #report: SignatureReport;

  constructor(identity: Identity, report: SignatureReport) {
    super();
    this.#identity = identity;
    this.#report = report;
  }

  override getIdentities(done: (error: Error | undefined, keys?: ParsedKey[]) => void): void {
    done(undefined, [this.#identity.publicKey]);
  }

  override sign(
    _key: ParsedKey,
    data: Buffer,
    options: SigningRequestOptions | SignCallback,
    done?: SignCallback,
  ): void {
    const [hash, callback] =
      typeof options === 'function' ? [undefined, options] : [options.hash, done ?? (() => undefined)];
    this.#identity.sign(data, hash).then(
      (signature) => {
        this.#report.onSigned();
        callback(undefined, signature);
      },
      (error: unknown) => {
        if (this.#report.onFailed(error)) return;
        callback(error instanceof Error ? error : new Error(String(error)));
      },
    );
  }
}
