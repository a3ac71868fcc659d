import { assertNever } from './assert-never.ts';
import { describeBindError } from './describe-bind-error.ts';
import { describeWayError } from './describe-way-error.ts';
import { type Endpoint, formatEndpoint } from './endpoint.ts';
import { bindLabel } from './profile.ts';
import { type RemotePortHolder, remotePortHolderWords } from './remote-port-holder.ts';
import { misdeedWords } from './server-misdeed.ts';
import { describeSystemCause } from './system-cause.ts';
import type { KeyFormat, TunnelError } from './tunnel-error.ts';
import { withDetail } from './with-detail.ts';

/** What a person can do about an error with one click. */
export type Remedy =
  | 'retry'
  | 'allowCommand'
  | 'endGhost'
  | 'edit'
  | 'showKeys'
  | 'confirmExposure'
  | 'showListeners';

/** An error in plain words. */
export interface ErrorDescription {
  /** What happened, and to what: one sentence. */
  readonly what: string;
  /** What to do about it: one sentence. */
  readonly advice: string;
  /** The button that does it, if one can. */
  readonly remedy: Remedy | null;
}

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
      return say(
        `The key of ${error.host} is not the one you trusted.`,
        'Somebody may be in between, or the server was set up anew. Ask its administrator before you go on.',
        'showKeys',
      );
    case 'hostKeyRevoked':
      return say(
        `The key of ${error.host} is marked as revoked in ${error.file}, line ${error.line}.`,
        'Nobody should trust this key any more. Ask the server’s administrator for its new one.',
        null,
      );
    case 'hostKeyNotTrusted':
      return say(
        `You did not trust the key of ${error.host}.`,
        'Compare its fingerprint with the one its owner gave you, then start again.',
        'retry',
      );
    case 'hostKeyNotListed':
      return say(
        `The key of ${error.host} is not known, and this profile takes known keys only.`,
        `Compare ${error.fingerprint} with what its owner says. Then choose to be asked about unknown keys, under “Host keys” in the profile.`,
        'edit',
      );
    case 'knownHostsUnreadable':
      return say(
        `The list of known hosts ${error.file} cannot be read: ${describeSystemCause(error.cause)}.`,
        'Without it no server can be trusted. Put the file right, then start again.',
        'retry',
      );
    case 'knownHostsUnwritable':
      return say(
        `The key could not be added to ${error.file}: ${describeSystemCause(error.cause)}.`,
        'Put the file right, then start again.',
        'retry',
      );
    case 'loginRefused':
      return say(
        `${error.host} did not let ${error.user} in${tried(error.tried)}.`,
        accepts(error.serverAccepts),
        'edit',
      );
    case 'secretRefused':
      return error.what === 'passphrase'
        ? say(
            `The passphrase of the key for ${error.user}@${error.host} was wrong ${error.tries} times.`,
            'Start again when you have the right one.',
            'retry',
          )
        : say(
            `The ${error.what} for ${error.user}@${error.host} was refused ${error.tries} times.`,
            'Culvert stopped asking, so that the account does not get locked. Start again when you have the right one.',
            'retry',
          );
    case 'tooManyLoginAttempts':
      return say(
        `${error.host} hung up after too many login attempts as ${error.user}.`,
        'Name the one key file to use in the profile, or remove unused keys from the agent.',
        'edit',
      );
    case 'passwordExpired':
      return say(
        error.newRefused
          ? `The password of ${error.user}@${error.host} has expired, and the server did not take the new one.`
          : `The password of ${error.user}@${error.host} has expired.`,
        error.newRefused
          ? 'Start again and set another one, as the server’s rules want it.'
          : 'Start again and set a new one, or log in once with ssh in a terminal.',
        'retry',
      );
    case 'accountExpired':
      return say(
        withDetail(`The account ${error.user}@${error.host} may not be used any more`, error.reason),
        'Ask the server’s administrator. Trying again does not help.',
        'retry',
      );
    case 'loginCancelled':
      return say(`The login to ${error.host} was cancelled.`, 'Try again whenever you like.', 'retry');
    case 'loginTimedOut':
      return say(
        `${error.host} did not finish the login in time.`,
        'The server may be overloaded. Culvert tries a running tunnel again by itself.',
        'retry',
      );
    case 'keyFileMissing':
      return say(`The key file ${error.file} does not exist.`, 'Choose another key file.', 'edit');
    case 'keyFileUnreadable':
      return say(
        `The key file ${error.file} cannot be read: ${describeSystemCause(error.cause)}.`,
        'Put the file right, or choose another.',
        'edit',
      );
    case 'keyFileUnsupported':
      return describeKeyFormat(error.file, error.format);
    case 'agentUnavailable':
      return say(
        missingAgent(error),
        'Start the agent (ssh-agent), or choose another way to log in.',
        'edit',
      );
    case 'agentHasNoKeys':
      return say(
        'The SSH agent holds no key that Culvert can use.',
        'Add one with ssh-add, or choose another way to log in.',
        'edit',
      );
    case 'agentKeyMissing':
      return say(
        `The SSH agent at ${error.socket} does not hold the key ${error.comment || error.fingerprint} that this profile chose.`,
        error.comment
          ? `Add it with ssh-add (${error.fingerprint}), or choose another key.`
          : 'Add it with ssh-add, or choose another key.',
        'edit',
      );
    case 'portInUse':
    case 'portNeedsPrivilege':
    case 'portReserved':
    case 'addressNotHere':
      return { ...describeBindError(error), remedy: 'edit' };
    case 'listenFailed':
      return say(
        `Culvert could not listen on ${bindText(error.endpoint)}: ${describeSystemCause(error.cause)}.`,
        'Choose another bind address or port.',
        'edit',
      );
    case 'remoteForwardRefused':
      if (error.holder) return describeRemoteHolder(error.endpoint, error.holder);
      return say(
        error.endpoint.port === 0
          ? 'The server does not listen on a port of its own choice.'
          : `The server does not listen on ${bindText(error.endpoint)}.`,
        'The port is in use there, or the server does not allow it. Choose another port, or ask its administrator.',
        'edit',
      );
    case 'exposureNotConfirmed':
      return say(
        `${bindText(error.endpoint)} would be open to other computers, which needs your consent, so it is closed.`,
        'Agree to it, or bind to localhost.',
        'confirmExposure',
      );
    case 'secondHopFailed':
      return describeHopFailure(error);
    case 'exposureExpired':
      return say(
        `The time for which ${bindText(error.endpoint)} was open to other computers is over, so it is closed.`,
        'Open it again for as long as you need it, or bind to localhost.',
        'confirmExposure',
      );
    case 'targetRefused':
      return say(
        withDetail(
          `${formatEndpoint(error.target)} could not be reached from the tunnel’s end`,
          describeSystemCause(error.detail),
        ),
        'Check that the service runs there, and its host and port.',
        'edit',
      );
    case 'targetNotAllowed':
      return say(
        withDetail(`The server does not allow connections to ${formatEndpoint(error.target)}`, error.detail),
        'Ask the server’s administrator to permit it.',
        'edit',
      );
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

function missingAgent({ socket, wanted }: Extract<TunnelError, { code: 'agentUnavailable' }>): string {
  if (socket !== null) return `The SSH agent at ${socket} does not answer.`;
  if (wanted === undefined) return 'No SSH agent is running.';
  if (wanted.toLowerCase() === 'none') return 'This profile says to use no SSH agent.';
  return `The profile’s agent socket ${wanted} names a variable that is not set.`;
}

function describeKeyFormat(file: string, format: KeyFormat): ErrorDescription {
  switch (format) {
    case 'pkcs8':
      return say(
        `The key in ${file} is of a kind that SSH does not use.`,
        'Choose an RSA or Ed25519 key.',
        'edit',
      );
    case 'puttyV3':
      return say(
        `The key file ${file} is locked in a way that Culvert cannot undo.`,
        'Save it anew with PuTTYgen, with its usual settings, or export it as an OpenSSH key.',
        'edit',
      );
    case 'publicKey':
      return say(
        `The key file ${file} is the public half of a key.`,
        'Choose the private one: usually the same name without “.pub”.',
        'edit',
      );
    case 'certificate':
      return say(
        `The key file ${file} is a certificate.`,
        'Choose the private key that belongs to it.',
        'edit',
      );
    case 'securityKey':
      return say(
        `The key in ${file} stays in its security key, and the SSH agent does not hold it.`,
        'Culvert lets the agent sign with it: run ssh-add with this file, then start again.',
        'retry',
      );
    case 'tooLarge':
      return say(`The key file ${file} is too large to be a key.`, 'Choose another key file.', 'edit');
    case 'unknown':
      return say(
        `The key file ${file} is not a private key that Culvert can read.`,
        'Choose another key file.',
        'edit',
      );
    default:
      return assertNever(format);
  }
}

function describeRemoteHolder(endpoint: Endpoint, holder: RemotePortHolder): ErrorDescription {
  const entrance = bindText(endpoint);
  const words = remotePortHolderWords(holder, Date.now());
  if (words === null) {
    return say(
      `The server does not allow listening on ${entrance}. Nobody else does there.`,
      'Choose another port, or ask its administrator (AllowTcpForwarding, PermitListen).',
      'edit',
    );
  }
  const what = `${entrance} on the server is held by ${words}.`;
  switch (holder.kind) {
    case 'ghost':
      return say(what, 'The server has not noticed its end yet. You can end it, or wait.', 'endGhost');
    case 'ourTunnel':
      return say(what, 'Stop that tunnel, or choose another port.', 'edit');
    default:
      return say(what, 'End it there, or choose another port.', 'edit');
  }
}

function describeHopFailure({
  host,
  port,
  reason,
  detail,
}: Extract<TunnelError, { code: 'secondHopFailed' }>): ErrorDescription {
  switch (reason) {
    case 'portInUse':
      return say(
        `The second hop cannot listen on port ${port} of ${host}: something else does.`,
        'It is dug soon after that port is free. Or fill it in, and dig it at another port.',
        null,
      );
    case 'portIsOurs':
      return say(
        `The second hop cannot listen on port ${port} of ${host}: ${detail} does.`,
        'Fill one of the two in, and dig it at another port.',
        null,
      );
    case 'portNeedsPrivilege':
      return say(
        `${host} does not let you listen on port ${port}.`,
        'Fill the hop in, and dig it at a port of 1024 or above.',
        null,
      );
    case 'noCommands':
      return say(
        `${host} runs no commands for you, so there can be no second hop.`,
        'Ask its administrator for “GatewayPorts clientspecified” instead.',
        null,
      );
    case 'busy':
      return say(
        `${host} allows no further command while the others run, so there is no second hop yet.`,
        'It is dug soon after the server allows it. Its administrator can allow more (“MaxSessions”).',
        null,
      );
    case 'ended':
      return say(
        withDetail(`The second hop on ${host} ended`, detail),
        'It is dug again in at most a minute.',
        null,
      );
    case 'hidesSources':
      return say(
        `There is no second hop on ${host} while this forward lets in only some: behind a hop nobody can be told apart.`,
        'Let in anyone, or ask the server’s administrator for “GatewayPorts clientspecified” instead.',
        null,
      );
    case 'entranceNotOurs':
      return say(
        `There is no second hop on ${host}: another program listens where it would lead to, and would be open to others.`,
        'Choose another port for this forward, or end that program.',
        'edit',
      );
    case 'entranceUnknown':
      return say(
        `There is no second hop on ${host}: it cannot be told whether this forward or another program listens where it would lead to.`,
        'Let the profile look at the server, or ask its administrator to let you connect to its own ports (“AllowTcpForwarding”).',
        'edit',
      );
    case 'notAgreed':
      return say(
        `You agreed to a second hop for something else than this forward on ${host} is now.`,
        'It is not dug. Fill it in, and dig it anew if you still want it.',
        null,
      );
    default:
      return assertNever(reason);
  }
}

/** Where a listener was to be, as the user wrote it. */
function bindText({ host, port }: Endpoint): string {
  return bindLabel({ address: host, port });
}

/** To stand behind a sentence about what is missing. */
function offeredWords(offered: readonly string[] | undefined): string {
  return offered === undefined || offered.length === 0 ? '' : `: it offers ${offered.join(', ')}`;
}

/** A sentence with the other side's own words behind it, if there are any. */

function say(what: string, advice: string, remedy: Remedy | null): ErrorDescription {
  return { what, advice, remedy };
}

function tried(methods: readonly string[]): string {
  return methods.length === 0 ? '' : ` (tried: ${methods.join(', ')})`;
}

function accepts(methods: readonly string[]): string {
  return methods.length === 0
    ? 'Check the user name and how you log in.'
    : `Check the user name and how you log in; the server accepts: ${methods.join(', ')}.`;
}
