import { type HostKey, parseHostKey } from './host-key.ts';

/** What has become of a session's host key so far. */
export type HostKeyCheck =
  | { readonly kind: 'pending' }
  | { readonly kind: 'accepted'; readonly key: HostKey }
  /** The decision was anything but `true`. */
  | { readonly kind: 'refused'; readonly key: HostKey }
  /** The decision threw: a bug, to be logged with its cause. Refused all the same. */
  | { readonly kind: 'broken'; readonly key: HostKey; readonly cause: unknown }
  /** What the server sent is no host key. */
  | { readonly kind: 'unreadable' }
  /** At a rekey the server showed another key than the one accepted. */
  | { readonly kind: 'swapped'; readonly accepted: HostKey; readonly shown: HostKey | undefined };

/** A host key check for exactly one session. */
export interface HostVerifier {
  /** For ssh2's `hostVerifier`; leave `hostHash` unset. */
  readonly hostVerifier: (blob: Buffer, verify: (accepted: boolean) => void) => void;
  /** ssh2 says only "Host denied"; the reason is here. */
  check(): HostKeyCheck;
}

/**
 * Makes ssh2's `hostVerifier` fail closed and pins the key for the session.
 *
 * ssh2 accepts whatever is not strictly `false`, an unawaited promise too, and asks again at every rekey
 * (RFC 4253 section 9). Here only a `true` from `decide` accepts; `decide` is asked once, a rekey must
 * show the same key, and after one refusal every further call is refused.
 *
 * @param decide synchronous; to ask a person, refuse and connect again once the answer is there.
 */
export function makeHostVerifier(decide: (key: HostKey) => boolean): HostVerifier {
  let check: HostKeyCheck = { kind: 'pending' };
  return {
    // Returns nothing and calls back exactly once: ssh2 would take a returned value for the decision.
    hostVerifier: (blob, verify) => {
      check = next(check, blob, decide);
      verify(check.kind === 'accepted');
    },
    check: () => check,
  };
}

function next(check: HostKeyCheck, blob: Buffer, decide: (key: HostKey) => boolean): HostKeyCheck {
  switch (check.kind) {
    case 'pending': {
      const key = parseHostKey(blob);
      return key ? firstCheck(key, decide) : { kind: 'unreadable' };
    }
    case 'accepted': {
      const shown = parseHostKey(blob);
      return shown?.base64 === check.key.base64 ? check : { kind: 'swapped', accepted: check.key, shown };
    }
    default:
      return check;
  }
}

function firstCheck(key: HostKey, decide: (key: HostKey) => boolean): HostKeyCheck {
  try {
    return decide(key) === true ? { kind: 'accepted', key } : { kind: 'refused', key };
  } catch (cause) {
    return { kind: 'broken', key, cause };
  }
}
