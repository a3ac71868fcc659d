import { run, sayDone, sayError } from '../store/messages.ts';

/** Copies the address of an entrance and says so. Null stands for a port that the server has yet to choose. */
export async function copyAddress(address: string | null): Promise<void> {
  if (address === null) {
    sayError('The server chooses the port when the tunnel opens. Start it first.');
    return;
  }
  await copyText(address, `Copied ${address}`);
}

/** Copies any text and says so in the words given. */
export async function copyText(text: string, words: string): Promise<void> {
  if (await run('app.copyText', { text })) sayDone(words);
}
