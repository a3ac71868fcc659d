import type { Endpoint } from '#shared/endpoint.ts';
import type { HostKeySettings } from '#shared/host-key-settings.ts';
import { fail, type Result, succeed } from '#shared/result.ts';
import type { TunnelError } from '#shared/tunnel-error.ts';
import { type Distrust, distrust, knownAs } from './distrust.ts';
import { type HostKey, randomartOfKey } from './host-key.ts';
import { hostKeyRules, writableFile } from './host-key-rules.ts';
import { type KnownHostEntry, knownKeyTypes, ownEntries } from './known-hosts.ts';
import { appendKnownHost, type Unwritable } from './known-hosts-append.ts';
import { canRewrite, lookUpInFiles, readKnownHosts } from './known-hosts-file.ts';
import { judgeHostKey } from './known-hosts-judge.ts';
import { knownHostName } from './known-hosts-name.ts';
import type { KnownHostsPaths } from './known-hosts-paths.ts';
import type { LinesInTheWay } from './lines-in-the-way.ts';
import type { HostKeyJudge } from './session.ts';
import type { UnwrittenTrust } from './unwritten-trust.ts';

/** Decides, for one server, which host keys sessions may accept. Fails closed everywhere. */
export interface ServerTrust {
  /** A judge for the next session. Fails when the lists of known keys cannot be read. */
  judge(): Promise<Result<HostKeyJudge, TunnelError>>;
  /** Says what to do about a key that the last judge did not accept. */
  explain(key: HostKey): Distrust;
  /** A person said that this key, asked about before, is the server's. Another one asks again. */
  trust(fingerprint: string): void;
}

/** What all servers of one engine share. */
export interface TrustWorld {
  /** The usual files, for a server that names none. */
  readonly defaults: KnownHostsPaths;
  /** Where lines are noted that a person may want to remove. */
  readonly linesInTheWay: LinesInTheWay;
  /** Keys that are trusted, and stand in no file. */
  readonly unwritten: UnwrittenTrust;
  /** A server has proved that it holds a key that is known by this name. */
  proved(knownAs: string, fingerprint: string): void;
  /** A key that is trusted could not be written down, so that it is known until the engine ends. Told once for each. */
  notWritten(knownAs: string, why: Unwritable): void;
}

/**
 * Trust by the known_hosts files, read anew for every session. A key that a person trusts, or that the settings let pass
 * as new, is written down only once the server has proved that it holds it, and is accepted for that one key only. Where no
 * file is written, or none can be, the engine remembers it.
 *
 * Further keys of the server (UpdateHostKeys) are not learned: a server may have several, one of them is enough to know it
 * by, and a list that grows by itself is one that nobody has looked at.
 */
export function trustKnownHosts(server: Endpoint, settings: HostKeySettings, world: TrustWorld): ServerTrust {
  const rules = hostKeyRules(server, settings, world.defaults);
  let entries: readonly KnownHostEntry[] = [];
  let rewritable: ReadonlySet<string> = new Set();
  let address: string | null = null;
  let trusted: string | null = null;

  async function remember(key: HostKey): Promise<void> {
    const file = writableFile(rules.paths);
    const written = file === null ? null : await appendKnownHost(file, rules.knownAs, key);
    if (written?.ok) return;
    const isNew = !world.unwritten.has(rules, key.fingerprint);
    world.unwritten.add(rules, key.fingerprint);
    if (written !== null && isNew) world.notWritten(knownAs(rules), written.error);
  }

  return {
    async judge() {
      const files = await readKnownHosts(rules.paths);
      if (!files.ok) return files;
      entries = lookUpInFiles(files.value, rules.knownAs);
      rewritable = await rewritableAmong(ownEntries(entries));
      return succeed({
        knownKeyTypes: knownKeyTypes(entries),
        accepts: (key, from) => {
          address = from ?? null;
          const { verdict } = judgeHostKey(entries, key);
          if (verdict === 'known') return true;
          if (verdict !== 'unknown') return false;
          if (rules.checking === 'accept-new' || key.fingerprint === trusted) return true;
          return world.unwritten.has(rules, key.fingerprint);
        },
        proved: async (key) => {
          if (judgeHostKey(entries, key).verdict !== 'known') await remember(key);
          // From here on it stands where a person can take it away again.
          if (key.fingerprint === trusted) trusted = null;
          world.proved(knownAs(rules), key.fingerprint);
        },
      });
    },
    explain(key) {
      const meaning = distrust({ server, rules, entries, key, address, rewritable });
      if (meaning.kind === 'error' && meaning.error.code === 'hostKeyChanged') {
        for (const line of meaning.error.known) if (line.isRewritable) world.linesInTheWay.add(line);
      }
      return meaning;
    },
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
        proved: async () => {},
      }),
    explain: (key) => ({
      kind: 'error',
      error: {
        code: 'hostKeyChanged',
        ...server,
        alias: null,
        address: null,
        knownAs: knownHostName(server),
        keyType: key.type,
        fingerprint: key.fingerprint,
        randomart: randomartOfKey(key),
        known: [],
      },
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

async function rewritableAmong(entries: readonly KnownHostEntry[]): Promise<ReadonlySet<string>> {
  const rewritable = new Set<string>();
  for (const file of new Set(entries.map((entry) => entry.file))) {
    if (await canRewrite(file)) rewritable.add(file);
  }
  return rewritable;
}
