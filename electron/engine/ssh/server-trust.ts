import type { Endpoint } from '#shared/endpoint.ts';
import type { Prompt } from '#shared/prompt.ts';
import { fail, type Result, succeed } from '#shared/result.ts';
import type { TunnelError } from '#shared/tunnel-error.ts';
import { type HostKey, randomartOfKey } from './host-key.ts';
import { type KnownHostEntry, knownKeyTypes } from './known-hosts.ts';
import { appendKnownHost, type KnownHostsPaths, lookUpInFiles, readKnownHosts } from './known-hosts-file.ts';
import { judgeHostKey } from './known-hosts-judge.ts';
import type { HostKeyJudge } from './session.ts';

/** A question about a key, before it gets its id. */
export type HostKeyPrompt = Omit<Extract<Prompt, { kind: 'unknownHostKey' }>, 'id'>;

/** What a key that was not accepted means. */
export type Distrust =
  | { readonly kind: 'ask'; readonly prompt: HostKeyPrompt }
  | { readonly kind: 'error'; readonly error: TunnelError };

/** Decides, for one server, which host keys sessions may accept. Fails closed everywhere. */
export interface ServerTrust {
  /** A judge for the next session. Fails when the lists of known keys cannot be read. */
  judge(): Promise<Result<HostKeyJudge, TunnelError>>;
  /** Says what to do about a key that the last judge did not accept. */
  explain(key: HostKey): Distrust;
  /** A person said that this key, asked about before, is the server's. Another one asks again. */
  trust(fingerprint: string): void;
}

/**
 * Trust by the known_hosts files, read anew for every session. A key that a person trusts is written down
 * only once the server has proved that it holds it, and is accepted for that one key only.
 */
export function trustKnownHosts(server: Endpoint, paths: KnownHostsPaths): ServerTrust {
  let entries: readonly KnownHostEntry[] = [];
  let trusted: string | null = null;
  return {
    async judge() {
      const files = await readKnownHosts(paths);
      if (!files.ok) return files;
      entries = lookUpInFiles(files.value, server);
      return succeed({
        knownKeyTypes: knownKeyTypes(entries),
        accepts: (key) => {
          const { verdict } = judgeHostKey(entries, key);
          return verdict === 'known' || (verdict === 'unknown' && key.fingerprint === trusted);
        },
        proved: async (key) => {
          if (judgeHostKey(entries, key).verdict === 'known') return null;
          const written = await appendKnownHost(paths.userFile, server, key);
          return written.ok ? null : written.error;
        },
      });
    },
    explain: (key) => explain(server, paths.userFile, entries, key),
    trust: (fingerprint) => {
      trusted = fingerprint;
    },
  };
}

/** Trust in exactly one key, given in base64; no file is read or written. */
export function trustOneKey(server: Endpoint, base64: string): ServerTrust {
  return {
    judge: async () =>
      succeed({
        knownKeyTypes: [],
        accepts: (key) => key.base64 === base64,
        proved: async () => null,
      }),
    explain: ({ type, fingerprint }) => ({
      kind: 'error',
      error: { code: 'hostKeyChanged', ...server, keyType: type, fingerprint, known: [] },
    }),
    trust: () => {},
  };
}

/** Trust in nobody: for a server that is not there. */
export function trustNobody(error: TunnelError): ServerTrust {
  return {
    judge: async () => fail(error),
    explain: () => ({ kind: 'error', error }),
    trust: () => {},
  };
}

function explain(
  { host, port }: Endpoint,
  knownHostsFile: string,
  entries: readonly KnownHostEntry[],
  key: HostKey,
): Distrust {
  const judgement = judgeHostKey(entries, key);
  const { type: keyType, fingerprint } = key;
  switch (judgement.verdict) {
    case 'unknown':
      return {
        kind: 'ask',
        prompt: {
          kind: 'unknownHostKey',
          host,
          port,
          keyType,
          fingerprint,
          randomart: randomartOfKey(key),
          otherKnownTypes: [...new Set(judgement.elsewhere.map((entry) => entry.key.type))],
          knownHostsFile,
        },
      };
    case 'changed': {
      const known = judgement.conflicting.map(({ file, line, key: { type, fingerprint } }) => ({
        keyType: type,
        fingerprint,
        file,
        line,
      }));
      return { kind: 'error', error: { code: 'hostKeyChanged', host, port, keyType, fingerprint, known } };
    }
    case 'revoked': {
      const [entry] = judgement.revoking;
      const file = entry?.file ?? knownHostsFile;
      return {
        kind: 'error',
        error: { code: 'hostKeyRevoked', host, port, fingerprint, file, line: entry?.line ?? 0 },
      };
    }
    case 'known':
      // The file gained the key while the session ran; the next attempt will find it.
      return { kind: 'error', error: { code: 'hostKeyNotTrusted', host, port, fingerprint } };
  }
}
