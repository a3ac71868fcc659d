import type { Endpoint } from '#shared/endpoint.ts';
import type { Prompt } from '#shared/prompt.ts';
import type { TunnelError } from '#shared/tunnel-error.ts';
import { type HostKey, randomartOfKey } from './host-key.ts';
import { type HostKeyRules, writableFile } from './host-key-rules.ts';
import type { KnownHostEntry } from './known-hosts.ts';
import { judgeHostKey } from './known-hosts-judge.ts';
import { knownHostName } from './known-hosts-name.ts';
import { digestOfLine } from './known-hosts-removal.ts';
import { makeServerTextSafe } from './server-text.ts';

/** A question about a key, before it gets its id. */
export type HostKeyPrompt = Omit<Extract<Prompt, { kind: 'unknownHostKey' }>, 'id'>;

/** What a key that was not accepted means. */
export type Distrust =
  | { readonly kind: 'ask'; readonly prompt: HostKeyPrompt }
  | { readonly kind: 'error'; readonly error: TunnelError };

/** What was known when the key was shown. */
export interface ShownKey {
  readonly server: Endpoint;
  readonly rules: HostKeyRules;
  readonly entries: readonly KnownHostEntry[];
  readonly key: HostKey;
  /** The address that the key came from; null where only the way to the server knows it. */
  readonly address: string | null;
  /** Files that a line can be taken out of. */
  readonly rewritable: ReadonlySet<string>;
}

/** How many lines of one kind are shown; a pattern such as `*` can make any number of them speak for one server. */
const MOST_LINES = 20;

/** Says what it means that a key was not accepted: a question for a person, or the end. */
export function distrust(shown: ShownKey): Distrust {
  const { server, rules, entries, key } = shown;
  const judgement = judgeHostKey(entries, key);
  const { host, port } = server;
  const { type: keyType, fingerprint } = key;
  switch (judgement.verdict) {
    case 'unknown':
      return rules.checking === 'yes'
        ? error({ code: 'hostKeyNotListed', host, port, keyType, fingerprint, knownAs: knownAs(rules) })
        : { kind: 'ask', prompt: question(shown, judgement.elsewhere, judgement.certAuthorities) };
    case 'changed':
      return error(changedKey(shown, judgement.conflicting));
    case 'revoked': {
      const [entry] = judgement.revoking;
      const file = entry?.file ?? '';
      return error({ code: 'hostKeyRevoked', host, port, fingerprint, file, line: entry?.line ?? 0 });
    }
    case 'known':
      // The file gained the key while the session ran; the next attempt will find it.
      return error({ code: 'hostKeyNotTrusted', host, port, fingerprint });
  }
}

/** The name that stands in the files, for people: `[host]:port`, or the alias. */
export function knownAs(rules: HostKeyRules): string {
  return makeServerTextSafe(utf8(knownHostName(rules.knownAs)), 300);
}

function error(error: TunnelError): Distrust {
  return { kind: 'error', error };
}

function question(
  { server: { host, port }, rules, key }: ShownKey,
  elsewhere: readonly KnownHostEntry[],
  authorities: readonly KnownHostEntry[],
): HostKeyPrompt {
  return {
    kind: 'unknownHostKey',
    host,
    port,
    keyType: key.type,
    fingerprint: key.fingerprint,
    randomart: randomartOfKey(key),
    otherKnownTypes: [...new Set(elsewhere.map((entry) => entry.key.type))],
    knownHostsFile: writableFile(rules.paths),
    alias: aliasOf(rules, host),
    authorities: authorities.slice(0, MOST_LINES).map(({ file, line }) => ({ file, line })),
  };
}

function changedKey(
  { server: { host, port }, rules, key, address, rewritable }: ShownKey,
  conflicting: readonly KnownHostEntry[],
): Extract<TunnelError, { code: 'hostKeyChanged' }> {
  return {
    code: 'hostKeyChanged',
    host,
    port,
    alias: aliasOf(rules, host),
    address,
    knownAs: knownAs(rules),
    keyType: key.type,
    fingerprint: key.fingerprint,
    randomart: randomartOfKey(key),
    known: conflicting.slice(0, MOST_LINES).map(({ file, line, text, key: known }) => ({
      keyType: known.type,
      fingerprint: known.fingerprint,
      randomart: randomartOfKey(known),
      file,
      line,
      text: makeServerTextSafe(utf8(text.trimEnd()), 1000),
      digest: digestOfLine(text),
      isRewritable: rewritable.has(file),
      isForOthers: namesOthers(text),
    })),
  };
}

function aliasOf({ knownAs }: HostKeyRules, host: string): string | null {
  return knownAs.host === host ? null : knownAs.host;
}

/** Claims that a line is not about this one name alone. A hashed name hides just one. */
function namesOthers(text: string): boolean {
  const [names = ''] = text.trimStart().split(/[ \t]/, 1);
  return /[,*?]/.test(names);
}

/** The files are read one character a byte. */
function utf8(bytes: string): string {
  return Buffer.from(bytes, 'latin1').toString('utf8');
}
