import { assertNever } from '#shared/assert-never.ts';
import type { Server } from '#shared/server.ts';
import type { TunnelError } from '#shared/tunnel-error.ts';
import { classifySessionError, type SessionStage } from './classify-error.ts';
import { accountExpired } from './expiry.ts';
import { nameWhatIsMissing, type ServerProposal } from './guards/server-proposal.ts';
import type { HostKey } from './host-key.ts';
import type { HostKeyCheck } from './host-key-verifier.ts';
import type { HangUp } from './login-secrets.ts';

/** Why a session ended. */
export type SessionEnd =
  | { readonly kind: 'lost'; readonly error: TunnelError }
  /** The judge did not accept this key. */
  | { readonly kind: 'hostKeyRefused'; readonly key: HostKey }
  /** The server hung up on a wrong secret: a person should be asked again, on a new session. */
  | { readonly kind: 'askAgain' };

/** All that is known of a session when it is over. */
export interface SessionTraces {
  readonly server: Server;
  readonly allowsLegacy: boolean;
  readonly stage: SessionStage;
  readonly check: HostKeyCheck;
  /** The reason that we gave ourselves; it goes before whatever the stream said later. */
  readonly ownCause: TunnelError | null;
  /** The first error that was heard of, null where there was none. */
  readonly cause: unknown;
  /** What the carrier knows of its end. */
  readonly carrierCause: TunnelError | null;
  /** What the server offered for the key exchange, once it did. */
  readonly proposal: ServerProposal | null;
  /** What the server said last to a proof of ours, in place of a verdict (RFC 4252, section 5.4). */
  readonly lastWords: string;
  readonly bytesRead: number;
  /** What it means that the server hung up, or fell silent, in the middle of the login. */
  hungUp(saidWhy: boolean): HangUp;
}

/** Names why a session ended, the surest of its traces first. */
export function nameSessionEnd(traces: SessionTraces): SessionEnd {
  const { server, stage, check, ownCause, carrierCause, lastWords } = traces;
  if (check.kind === 'refused' && stage !== 'open') return { kind: 'hostKeyRefused', key: check.key };
  const isLeftToServer = ownCause === null || ownCause.code === 'loginRefused';
  const expired = stage === 'auth' && isLeftToServer ? accountExpired(lastWords, server) : null;
  if (expired) return { kind: 'lost', error: expired };
  const error = ownCause ?? hostKeyError(check, server) ?? carrierCause ?? classify(traces);
  // A server that has a secret and says nothing for so long has not taken it either.
  const isForLackOfVerdict = ownCause === null || ownCause.code === 'loginTimedOut';
  if (stage === 'auth' && isForLackOfVerdict) {
    const hangUp = traces.hungUp(error.code === 'tooManyLoginAttempts');
    switch (hangUp.kind) {
      case 'unrelated':
        break;
      case 'askAgain':
        return { kind: 'askAgain' };
      case 'startOver':
        return {
          kind: 'lost',
          error: ownCause ?? { code: 'serverClosed', ...addressOf(server), reason: null },
        };
      case 'giveUp':
        return { kind: 'lost', error: hangUp.error };
      default:
        assertNever(hangUp);
    }
  }
  if (error.code === 'tooManyLoginAttempts') return { kind: 'lost', error: { ...error, user: server.user } };
  return { kind: 'lost', error };
}

function classify({ cause, stage, server, allowsLegacy, proposal, bytesRead }: SessionTraces): TunnelError {
  const classified = classifySessionError(cause, stage, server, allowsLegacy);
  const error = nameWhatIsMissing(classified, proposal);
  const spoke = stage === 'greeting' && bytesRead > 0;
  // It spoke, never its SSH version line, and hung up in peace.
  return spoke && error.code === 'serverClosed' ? { code: 'notAnSshServer', ...addressOf(server) } : error;
}

/** A key that was neither accepted nor simply unknown to the judge. */
function hostKeyError(check: HostKeyCheck, server: Server): TunnelError | null {
  switch (check.kind) {
    case 'pending':
    case 'accepted':
    case 'refused':
      return null;
    case 'unreadable':
      return { code: 'protocolError', ...addressOf(server), detail: 'its host key is malformed' };
    case 'swapped':
      return {
        code: 'protocolError',
        ...addressOf(server),
        detail: 'it changed its host key in mid-session',
      };
    case 'broken':
      return { code: 'unexpected', detail: 'The host key could not be checked.' };
  }
}

function addressOf({ host, port }: Server): { readonly host: string; readonly port: number } {
  return { host, port };
}
