import type { TunnelError } from '#shared/tunnel-error.ts';
import { algorithmsFor } from '../algorithms.ts';
import { makeServerLineSafe } from '../server-text.ts';
import { PayloadReader } from './payload-reader.ts';

/** What the server can do, of what its SSH_MSG_KEXINIT says (RFC 4253 section 7.1). */
export interface ServerProposal {
  readonly kex: readonly string[];
  readonly serverHostKey: readonly string[];
  readonly cipher: readonly string[];
  readonly hmac: readonly string[];
}

/** Names beside the algorithms: what else a server can do. */
const EXTENSION = /^(?:ext-info-[cs]|kex-strict-[cs]-v00@openssh\.com)$/;

/** How many algorithms an error names, and how long a name may be. */
const MOST_NAMES = 8;
const LONGEST_NAME = 64;

/** Behind the message's number and the cookie. */
const LISTS_AT = 17;

/** Reads the lists of a SSH_MSG_KEXINIT; of those that differ by direction, what the server would send. */
export function readServerProposal(payload: Buffer): ServerProposal {
  const reader = new PayloadReader(payload, LISTS_AT);
  const list = () =>
    reader
      .text()
      .split(',')
      .filter((name) => name !== '' && !EXTENSION.test(name));
  const [kex, serverHostKey] = [list(), list()];
  list();
  const cipher = list();
  list();
  return { kex, serverHostKey, cipher, hmac: list() };
}

/** Adds to a failed agreement what the server offers, and whether the legacy algorithms are truly among that. */
export function nameWhatIsMissing(error: TunnelError, proposal: ServerProposal | null): TunnelError {
  if (error.code !== 'noCommonAlgorithm' || proposal === null) return error;
  const list = listOf(error.kind);
  if (list === null) return error;
  const theirs = proposal[list];
  const legacy: readonly string[] = algorithmsFor({ legacy: true, knownKeyTypes: [] })[list];
  return {
    ...error,
    offered: theirs.slice(0, MOST_NAMES).map((name) => makeServerLineSafe(name, LONGEST_NAME)),
    legacyMayHelp: error.legacyMayHelp && theirs.some((name) => legacy.includes(name)),
  };
}

/** The list that ssh2's word for it means. */
function listOf(kind: string): keyof ServerProposal | null {
  switch (kind) {
    case 'key exchange':
      return 'kex';
    case 'host key':
      return 'serverHostKey';
    case 'cipher':
      return 'cipher';
    case 'MAC':
      return 'hmac';
    default:
      return null;
  }
}
