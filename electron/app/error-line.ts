import { describeError } from '#shared/describe-error.ts';
import type { TunnelError } from '#shared/tunnel-error.ts';

/**
 * An error in one sentence for the log, without what others have said: a command can hold a password (`sshpass -p …`), a program
 * can print one, and a server can repeat what it was told. The window shows all of it; the disk keeps none.
 */
export function errorLine(error: TunnelError): string {
  switch (error.code) {
    case 'commandUnusable':
      return 'The program on the way to the server cannot be run.';
    case 'commandEnded': {
      const how = error.exitCode === null ? 'by a signal' : `with status ${error.exitCode}`;
      return `The program on the way to the server ended ${how}.`;
    }
    default:
      return describeError(withoutOthersWords(error)).what;
  }
}

function withoutOthersWords(error: TunnelError): TunnelError {
  switch (error.code) {
    case 'serverClosed':
      return { ...error, reason: null };
    case 'accountExpired':
      return { ...error, reason: '' };
    case 'noCommonAlgorithm':
      return { ...error, offered: [] };
    case 'secondHopFailed':
      // There it is a tunnel's name, and the sentence needs it.
      return error.reason === 'portIsOurs' ? error : { ...error, detail: '' };
    case 'jumpFailed':
    case 'jumpNotPermitted':
    case 'proxyRefused':
    case 'targetRefused':
    case 'targetNotAllowed':
      return { ...error, detail: '' };
    default:
      return error;
  }
}
