import { Worker } from 'node:worker_threads';
import { type OpenedKey, type PrivateKeyText, readPrivateKeyText } from './private-key-text.ts';

/** What the thread is told, once. */
export interface KeyThreadOrder {
  readonly text: string;
  readonly passphrase: string;
}

/** What it answers, once. A key travels as PEM that is not encrypted, since its object cannot. */
export type KeyThreadAnswer =
  | { readonly kind: 'open'; readonly pem: string }
  | Exclude<OpenedKey, { kind: 'open' }>;

/** At most so many keys are opened at a time; the others wait. A login to thirty servers must not take all of a computer. */
const MOST_THREADS = 2;

/** The slowest key that ssh-keygen makes by default takes a second; a file that asks for more than this is no key for people. */
const LIMIT_MS = 120_000;

/** The thread itself failed, which says nothing about key and passphrase. */
export class KeyThreadFailure extends Error {
  constructor(why: string) {
    super(`The thread that opens keys failed: ${why}`);
  }
}

let program: URL | null = null;
let running = 0;
const waiting: (() => void)[] = [];

/**
 * Says, once for this process, where the program of the thread is: the bundle of `electron/key-thread.ts`. Without it keys are
 * opened on the caller's own loop, as where the engine runs from its source.
 */
export function setKeyThread(url: URL | null): void {
  program = url;
}

/**
 * Opens an encrypted key in a thread of its own: a key with 100 rounds of bcrypt computes for some seconds (OpenSSH,
 * PROTOCOL.key), and every tunnel of this engine would stand still meanwhile. The thread ends with its answer, so that no
 * passphrase stays in it.
 */
export async function openEncryptedKey(
  text: string,
  key: Extract<PrivateKeyText, { kind: 'encrypted' }>,
  passphrase: string,
): Promise<OpenedKey> {
  const thread = program;
  if (thread === null) return key.open(passphrase);
  await takeTurn();
  try {
    const answer = await ask(thread, { text, passphrase });
    if (answer.kind !== 'open') return answer;
    const opened = await readPrivateKeyText(answer.pem);
    return opened.kind === 'open' ? opened : { kind: 'unsupported', format: 'unknown' };
  } finally {
    running -= 1;
    waiting.shift()?.();
  }
}

async function takeTurn(): Promise<void> {
  if (running >= MOST_THREADS) await new Promise<void>((resolve) => waiting.push(resolve));
  running += 1;
}

function ask(thread: URL, order: KeyThreadOrder): Promise<KeyThreadAnswer> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(thread, { workerData: order });
    let isOver = false;
    const settle = (then: () => void) => {
      if (isOver) return;
      isOver = true;
      clearTimeout(timer);
      void worker.terminate().then(then);
    };
    const broken = (why: string) => settle(() => reject(new KeyThreadFailure(why)));
    const timer = setTimeout(() => broken('took too long'), LIMIT_MS);
    worker.once('message', (answer: KeyThreadAnswer) => settle(() => resolve(answer)));
    worker.once('error', (error) => broken(error.message));
    worker.once('exit', () => broken('ended without an answer'));
  });
}
