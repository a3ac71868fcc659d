import { assertNever } from './assert-never.ts';
import { type ErrorDescription, say } from './error-description.ts';
import type { TunnelError } from './tunnel-error.ts';
import { withDetail } from './with-detail.ts';

/** Why there is no second hop on a server, and what to do about it. */
export function describeHopFailure({
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
