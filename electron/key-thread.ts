import { parentPort, workerData } from 'node:worker_threads';
import type { KeyThreadAnswer, KeyThreadOrder } from './engine/ssh/key-formats/key-thread.ts';
import { readPrivateKeyText } from './engine/ssh/key-formats/private-key-text.ts';

/*
 * Entry of the thread that opens one encrypted private key; see `engine/ssh/key-formats/key-thread.ts`, which starts it and
 * ends it.
 */

async function open({ text, passphrase }: KeyThreadOrder): Promise<KeyThreadAnswer> {
  const key = await readPrivateKeyText(text);
  if (key.kind !== 'encrypted') return { kind: 'unsupported', format: 'unknown' };
  const opened = await key.open(passphrase);
  return opened.kind === 'open' ? { kind: 'open', pem: opened.key.getPrivatePEM() } : opened;
}

void open(workerData as KeyThreadOrder).then((answer) => parentPort?.postMessage(answer));
