import type { OwnPublicKey } from '#shared/contract/public-keys.ts';

/** What a public key is called in a list: its file's name or its place in the agent, and its comment. */
export function keyChoiceWords({ line, file, fingerprint }: OwnPublicKey): string {
  const comment = line.split(' ').slice(2).join(' ');
  const place = file === null ? 'in the agent' : (file.split(/[\\/]/).at(-1) ?? file);
  return `${comment || fingerprint.slice(0, 19)} (${place})`;
}
