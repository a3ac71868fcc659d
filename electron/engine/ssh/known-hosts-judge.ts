import type { HostKey } from './host-key.ts';
import { type KnownHostEntry, ownEntries } from './known-hosts.ts';

interface Judged {
  /** The key that the server showed. */
  readonly offered: HostKey;
  /** `@cert-authority` lines about the server. They cannot be honoured; say so where the key is not known. */
  readonly certAuthorities: readonly KnownHostEntry[];
}

/** What the known_hosts files say about a key that a server showed. */
export type HostKeyJudgement =
  /** Only this one may be accepted. `matching` has at least one line. */
  | (Judged & { readonly verdict: 'known'; readonly matching: readonly KnownHostEntry[] })
  /** No key stands for the server. `elsewhere`: keys of the same host at port 22, none of them this one. */
  | (Judged & { readonly verdict: 'unknown'; readonly elsewhere: readonly KnownHostEntry[] })
  /** The server has keys on file, of whatever type, and this is none of them. */
  | (Judged & { readonly verdict: 'changed'; readonly conflicting: readonly KnownHostEntry[] })
  /** Somebody wrote down that this very key must not be trusted. */
  | (Judged & { readonly verdict: 'revoked'; readonly revoking: readonly KnownHostEntry[] });

/**
 * Judges a key as ssh does (hostfile.c, check_key_in_hostkeys; sshconnect.c, check_host_key; each case below
 * was tried against ssh 9.2):
 * - a revoked key is revoked, whatever else stands in the files;
 * - a key of a type not on file is `changed` when another type is: were it merely unknown, an impostor
 *   would only have to offer another type to turn the alarm into a question;
 * - under the host without its port a key can be found, and a key can be revoked, but nothing can be
 *   `changed`: behind one address each port may be another machine. (ssh asks about a key revoked
 *   there as about an unknown one; here it is refused.)
 *
 * @param entries from `lookUpHost`, of all files together.
 */
export function judgeHostKey(entries: readonly KnownHostEntry[], offered: HostKey): HostKeyJudgement {
  const isOffered = ({ key }: KnownHostEntry) => key.base64 === offered.base64;
  const certAuthorities = entries.filter(({ marker }) => marker === 'certAuthority');

  const revoking = entries.filter((entry) => entry.marker === 'revoked' && isOffered(entry));
  if (revoking.length > 0) return { verdict: 'revoked', offered, certAuthorities, revoking };

  const own = ownEntries(entries);
  const matching = own.filter(isOffered);
  if (matching.length > 0) return { verdict: 'known', offered, certAuthorities, matching };

  const conflicting = own.filter(({ matchedBy }) => matchedBy === 'name');
  if (conflicting.length > 0) return { verdict: 'changed', offered, certAuthorities, conflicting };

  return { verdict: 'unknown', offered, certAuthorities, elsewhere: own };
}
