import { assertNever } from '#shared/assert-never.ts';
import { formatEndpoint, isIpv4, isIpv6 } from '#shared/endpoint.ts';
import type { HopTool } from '#shared/second-hop.ts';
import { MAX_HOP_CLIENTS } from './hop-limits.ts';
import type { HopOrder } from './hop-order.ts';
import { pythonScript } from './python-script.ts';
import { socatScript, socatTarget } from './socat-script.ts';

/** How often the hop is told that we are still there, in milliseconds. */
export const HOP_BEAT_MS = 1_000;

/** The line that matters, as one would type it. */
export function hopCommandLine(tool: HopTool, order: HopOrder): string {
  switch (tool) {
    case 'socat':
      return `socat TCP-LISTEN:${order.port},fork,reuseaddr ${socatTarget(order)}`;
    case 'python3':
      return `python3 -c '… listen on port ${order.port}, connect to ${formatEndpoint(order.target)} …'`;
    default:
      return assertNever(tool);
  }
}

/**
 * What the server's `sh` is given on its standard input; afterwards that carries a line a second, and the hop ends with
 * its input, or within 5 s of the last that it heard of us. A program started by exec outlives its client otherwise: sshd
 * only closes its input, and notices a client that vanished without a word after minutes or never.
 *
 * Our lines queue behind whatever else the session carries, so that on a busy line they come late. The hop therefore also
 * looks each second whether bytes have come on the session's own TCP connection (ss(8), Linux); where it cannot see
 * that, our lines have to do.
 *
 * All in one function, so that the shell has read it all before anything reads the lines that follow.
 */
export function hopScript(tool: HopTool, order: HopOrder, maxClients = MAX_HOP_CLIENTS): string {
  assertHarmless(order);
  switch (tool) {
    case 'socat':
      return socatScript(order, maxClients);
    case 'python3':
      return pythonScript(order, maxClients);
    default:
      return assertNever(tool);
  }
}

/** What goes into a program's text is a port and an address, or a mistake of ours. */
function assertHarmless({ port, target }: HopOrder): void {
  const isAddress = isIpv4(target.host) || (isIpv6(target.host) && !target.host.includes('%'));
  if (
    !isAddress ||
    ![port, target.port].every((each) => Number.isInteger(each) && each > 0 && each < 65536)
  ) {
    throw new Error('A second hop was ordered with what is no port or address.');
  }
}
