import { assertNever } from './assert-never.ts';
import { describeForwardError } from './describe-forward-error.ts';
import { describeHostKeyError } from './describe-host-key-error.ts';
import { describeLoginError } from './describe-login-error.ts';
import { describeWayError } from './describe-way-error.ts';
import { formatEndpoint } from './endpoint.ts';
import { type ErrorDescription, say } from './error-description.ts';
import { misdeedWords } from './server-misdeed.ts';
import type { TunnelError } from './tunnel-error.ts';
import { withDetail } from './with-detail.ts';

/** Puts an error into sentences for people. Texts that came from a server were made safe when the error was made. */
export function describeError(error: TunnelError): ErrorDescription {
  switch (error.code) {
    case 'hostNotFound':
      return say(
        `No computer named ${error.host} was found.`,
        'Check the name, and this computer’s network.',
        'edit',
      );
    case 'connectionRefused':
      return say(
        `${formatEndpoint(error)} refused the connection.`,
        'No SSH server listens there now. Check the port, or wait until the server is up.',
        'edit',
      );
    case 'connectTimedOut':
      return say(
        `${formatEndpoint(error)} did not answer within ${error.seconds} s.`,
        'A firewall may be in the way, or the server is off.',
        'retry',
      );
    case 'networkUnreachable':
      return say(
        `There is no route to ${error.host}.`,
        'Check this computer’s network. Culvert tries a running tunnel again as soon as it changes.',
        'retry',
      );
    case 'notAnSshServer':
      return say(
        `What answers at ${formatEndpoint(error)} is not an SSH server.`,
        'Check the port: SSH is usually on 22.',
        'edit',
      );
    case 'handshakeTimedOut':
      return say(
        `${formatEndpoint(error)} accepted the connection but did not finish the SSH greeting within ${error.seconds} s.`,
        'The server may be overloaded, or something in between holds the traffic.',
        'retry',
      );
    case 'noCommonAlgorithm':
      return say(
        `Culvert and ${error.host} have no ${error.kind} algorithm in common${offeredWords(error.offered)}.`,
        error.legacyMayHelp
          ? 'The server is old. Tick “Allow legacy algorithms” in the profile if you accept the risk.'
          : 'Ask the server’s administrator to offer current algorithms.',
        'edit',
      );
    case 'sshVersionUnsupported':
      return say(
        `${formatEndpoint(error)} speaks SSH ${error.version}, and Culvert only SSH 2.0.`,
        'Versions before 2.0 are not safe. Ask the server’s administrator for a current SSH server.',
        'edit',
      );
    case 'serverMisbehaves':
      return say(
        `${error.host} ${misdeedWords(error.misdeed)}, so Culvert hung up.`,
        'No honest SSH server does that. Ask its administrator before you go on.',
        'retry',
      );
    case 'protocolError':
      return say(
        withDetail(`${error.host} broke the SSH protocol`, error.detail),
        'Check that it is really an SSH server, and up to date.',
        'retry',
      );
    case 'jumpFailed':
    case 'jumpNotPermitted':
    case 'proxyUnreachable':
    case 'proxyRefused':
    case 'proxyLoginRefused':
    case 'notSuchAProxy':
    case 'commandNotAllowed':
    case 'commandUnusable':
    case 'commandEnded':
      return describeWayError(error);
    case 'connectionLost':
      return say(`The connection to ${error.host} broke.`, AGAIN, 'retry');
    case 'serverClosed':
      return say(withDetail(`${error.host} closed the connection`, error.reason ?? ''), AGAIN, 'retry');
    case 'serverSilent':
      return say(
        `${error.host} was silent for ${error.seconds} s, so the connection was given up.`,
        AGAIN,
        'retry',
      );
    case 'engineRestarted':
      return say('The tunnel engine stopped and was started again.', AGAIN, 'retry');
    case 'hostKeyChanged':
    case 'hostKeyRevoked':
    case 'hostKeyNotTrusted':
    case 'hostKeyNotListed':
    case 'knownHostsUnreadable':
      return describeHostKeyError(error);
    case 'loginRefused':
    case 'secretRefused':
    case 'tooManyLoginAttempts':
    case 'passwordExpired':
    case 'accountExpired':
    case 'loginCancelled':
    case 'loginTimedOut':
    case 'keyFileMissing':
    case 'keyFileUnreadable':
    case 'keyFileExposed':
    case 'keyFileUnsupported':
    case 'agentUnavailable':
    case 'agentHasNoKeys':
    case 'agentRefused':
    case 'agentKeyMissing':
      return describeLoginError(error);
    case 'portInUse':
    case 'portNeedsPrivilege':
    case 'portReserved':
    case 'addressNotHere':
    case 'listenFailed':
    case 'remoteForwardRefused':
    case 'exposureNotConfirmed':
    case 'secondHopFailed':
    case 'exposureExpired':
    case 'targetRefused':
    case 'targetNotAllowed':
      return describeForwardError(error);
    case 'unexpected':
      return say(
        withDetail('Something unexpected happened', error.detail),
        'Try again; the log says more.',
        'retry',
      );
    default:
      return assertNever(error);
  }
}

const AGAIN = 'Culvert digs a running tunnel again by itself.';

/** To stand behind a sentence about what is missing. */
function offeredWords(offered: readonly string[] | undefined): string {
  return offered === undefined || offered.length === 0 ? '' : `: it offers ${offered.join(', ')}`;
}
