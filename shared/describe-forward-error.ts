import { assertNever } from './assert-never.ts';
import { describeBindError } from './describe-bind-error.ts';
import { describeHopFailure } from './describe-hop-failure.ts';
import { type Endpoint, formatEndpoint } from './endpoint.ts';
import { type ErrorDescription, say } from './error-description.ts';
import { bindLabel } from './profile.ts';
import { type RemotePortHolder, remotePortHolderWords } from './remote-port-holder.ts';
import { describeSystemCause } from './system-cause.ts';
import type { TunnelError } from './tunnel-error.ts';
import { withDetail } from './with-detail.ts';

/** Why one forward does not do what it should. */
export type ForwardError = Extract<
  TunnelError,
  {
    code:
      | 'portInUse'
      | 'portNeedsPrivilege'
      | 'portReserved'
      | 'addressNotHere'
      | 'listenFailed'
      | 'remoteForwardRefused'
      | 'exposureNotConfirmed'
      | 'secondHopFailed'
      | 'exposureExpired'
      | 'targetRefused'
      | 'targetNotAllowed';
  }
>;

/** What happened and what to do about it, one sentence each. */
export function describeForwardError(error: ForwardError): ErrorDescription {
  switch (error.code) {
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
    default:
      return assertNever(error);
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

/** Where a listener was to be, as the user wrote it. */
function bindText({ host, port }: Endpoint): string {
  return bindLabel({ address: host, port });
}
