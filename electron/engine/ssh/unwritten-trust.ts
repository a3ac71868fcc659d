import type { HostKeyRules } from './host-key-rules.ts';

/**
 * The keys that people trust where the settings have no file written (`UserKnownHostsFile none`), or none can be, for as long as
 * the engine lives: without it a trusted key would be asked for again at every start, and people learn to say yes without
 * reading. They count for every server that is known by the same name in the same files, as a line of a file would.
 */
export class UnwrittenTrust {
  readonly #trusted = new Set<string>();

  /** A person trusts this key, and the server has proved that it holds it. */
  add(rules: HostKeyRules, fingerprint: string): void {
    this.#trusted.add(nameOf(rules, fingerprint));
  }

  /** Never where only keys count that stand in a file. */
  has(rules: HostKeyRules, fingerprint: string): boolean {
    return rules.checking !== 'yes' && this.#trusted.has(nameOf(rules, fingerprint));
  }
}

function nameOf({ knownAs: { host, port }, paths }: HostKeyRules, fingerprint: string): string {
  return JSON.stringify([host.toLowerCase(), port, paths.userFiles, paths.globalFiles, fingerprint]);
}
