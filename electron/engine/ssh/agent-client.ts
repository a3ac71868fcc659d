import type { Duplex } from 'node:stream';
import { sshString } from './ssh-string.ts';
import { ssh2 } from './ssh2.ts';

/** A key that an agent holds, as it says it. */
export interface AgentKey {
  /** The public key or certificate (RFC 4253, section 6.6). */
  readonly blob: Buffer;
  /** Free text, perhaps from another computer: not safe to show. */
  readonly comment: string;
}

/** What RSA keys are to sign with (draft-miller-ssh-agent, section 3.6.1); other keys have no choice. */
export type RsaHash = 'sha1' | 'sha256' | 'sha512';

/** An agent that does not list its keys within this time is taken for dead. */
const LIST_TIMEOUT_MS = 10_000;

/** As OpenSSH has it: no message of an agent is longer, and no agent holds more keys. */
const LARGEST_MESSAGE_BYTES = 256 * 1024;
const MOST_KEYS = 2_048;

const REQUEST_IDENTITIES = 11;
const IDENTITIES_ANSWER = 12;
const SIGN_REQUEST = 13;
const SIGN_RESPONSE = 14;
const FLAGS: Readonly<Record<RsaHash, number>> = { sha1: 0, sha256: 2, sha512: 4 };

/**
 * Talks to an SSH agent (draft-miller-ssh-agent) at a socket or a pipe. ssh2's own client knows plain keys only: it leaves
 * certificates and FIDO keys out of the list, and drops what a FIDO key adds to a signature. Every question has a
 * connection of its own, so that an agent that is slow to sign holds up nobody.
 */
export class AgentClient {
  readonly #socket: string;

  constructor(socket: string) {
    this.#socket = socket;
  }

  /** The keys that it holds, in its order. Rejects when it cannot be reached, or speaks another language. */
  async list(): Promise<readonly AgentKey[]> {
    const answer = await this.#ask(Buffer.from([REQUEST_IDENTITIES]), IDENTITIES_ANSWER, LIST_TIMEOUT_MS);
    return readKeys(answer);
  }

  /**
   * The whole signature, with the name of its form in front (RFC 4253, section 6.6). Rejects when it is refused. No time limit: the
   * agent may ask its user, who may be slow.
   */
  async sign(blob: Buffer, data: Buffer, hash: RsaHash): Promise<Buffer> {
    const flags = Buffer.from([0, 0, 0, FLAGS[hash]]);
    const request = Buffer.concat([Buffer.from([SIGN_REQUEST]), sshString(blob), sshString(data), flags]);
    const answer = await this.#ask(request, SIGN_RESPONSE, null);
    const length = answer.length >= 4 ? answer.readUInt32BE() : -1;
    if (length !== answer.length - 4) throw new Error('The agent gave no signature.');
    return answer.subarray(4);
  }

  #ask(request: Buffer, expected: number, timeoutMs: number | null): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      let stream: Duplex | undefined;
      let isOver = false;
      let received = Buffer.alloc(0);
      const settle = (result: Buffer | Error) => {
        isOver = true;
        clearTimeout(timer);
        stream?.destroy();
        if (result instanceof Error) reject(result);
        else resolve(result);
      };
      const timer =
        timeoutMs === null
          ? undefined
          : setTimeout(() => settle(new Error('The agent does not answer.')), timeoutMs);
      const take = (chunk: Buffer) => {
        received = Buffer.concat([received, chunk]);
        const message = readMessage(received);
        if (message === null) return;
        if (message instanceof Error) settle(message);
        else if (message[0] !== expected) settle(new Error('The agent refused.'));
        else settle(message.subarray(1));
      };
      // ssh2 knows the ways to agents: sockets, Windows' pipes, Pageant and Cygwin.
      ssh2.createAgent(this.#socket).getStream?.((error, opened) => {
        if (error || !opened) return settle(error ?? new Error('The agent cannot be reached.'));
        stream = opened;
        const onEnd = () => settle(new Error('The agent hung up.'));
        stream.on('data', take).on('error', settle).on('end', onEnd).on('close', onEnd);
        if (isOver) stream.destroy();
        else stream.write(sshString(request));
      });
    });
  }
}

/** The message in front, without its length; null while it is not complete. */
function readMessage(bytes: Buffer): Buffer | Error | null {
  if (bytes.length < 4) return null;
  const length = bytes.readUInt32BE();
  if (length === 0 || length > LARGEST_MESSAGE_BYTES) return new Error('That is no agent.');
  return bytes.length < 4 + length ? null : bytes.subarray(4, 4 + length);
}

function readKeys(answer: Buffer): readonly AgentKey[] {
  if (answer.length < 4) throw new Error('The agent’s list is broken.');
  const count = answer.readUInt32BE();
  if (count > MOST_KEYS) throw new Error('The agent promises too many keys.');
  const fields = readFields(answer.subarray(4), count * 2);
  return Array.from({ length: count }, (_, at) => ({
    blob: fields[at * 2] ?? Buffer.alloc(0),
    comment: fields[at * 2 + 1]?.toString('utf8') ?? '',
  }));
}

function readFields(bytes: Buffer, count: number): readonly Buffer[] {
  const fields: Buffer[] = [];
  let rest = bytes;
  while (fields.length < count) {
    const length = rest.length >= 4 ? rest.readUInt32BE() : Number.POSITIVE_INFINITY;
    if (rest.length < 4 + length) throw new Error('The agent’s list is broken.');
    fields.push(Buffer.from(rest.subarray(4, 4 + length)));
    rest = rest.subarray(4 + length);
  }
  return fields;
}
