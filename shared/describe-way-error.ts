import { assertNever } from './assert-never.ts';
import { formatEndpoint } from './endpoint.ts';
import type { ErrorDescription } from './error-description.ts';
import { isTransient, type TunnelError } from './tunnel-error.ts';
import { withDetail } from './with-detail.ts';

/** What went wrong between this computer and a server that is not reached directly. */
export type WayError = Extract<
  TunnelError,
  {
    code:
      | 'jumpFailed'
      | 'jumpNotPermitted'
      | 'proxyUnreachable'
      | 'proxyRefused'
      | 'proxyLoginRefused'
      | 'notSuchAProxy'
      | 'commandNotAllowed'
      | 'commandUnusable'
      | 'commandEnded';
  }
>;

/** What happened and what to do about it, one sentence each. */
export function describeWayError(error: WayError): ErrorDescription {
  switch (error.code) {
    case 'jumpFailed':
      return {
        what: withDetail(
          `The jump host ${error.via} could not connect to ${formatEndpoint(error)}`,
          error.detail,
        ),
        advice: 'Check the server’s name and port as the jump host sees them.',
        remedy: 'edit',
      };
    case 'jumpNotPermitted':
      return {
        what: withDetail(
          `The jump host ${error.via} does not allow connections to ${formatEndpoint(error)}`,
          error.detail,
        ),
        advice: 'Ask its administrator to permit them (AllowTcpForwarding, PermitOpen).',
        remedy: 'edit',
      };
    case 'proxyUnreachable':
      return {
        what: `The proxy ${formatEndpoint(error)} cannot be reached: ${unreachable(error.detail)}.`,
        advice: 'Check its address and port, and this computer’s network.',
        remedy: 'edit',
      };
    case 'proxyRefused':
      return {
        what: withDetail(
          `The proxy ${formatEndpoint(error)} did not connect to ${formatEndpoint(error.target)}`,
          error.detail,
        ),
        advice: 'Check the server’s name and port, and what the proxy allows.',
        remedy: 'edit',
      };
    case 'proxyLoginRefused':
      return error.user === ''
        ? {
            what: `The proxy ${formatEndpoint(error)} wants a login.`,
            advice: 'Enter your user name on the proxy in the profile.',
            remedy: 'edit',
          }
        : {
            what: `The proxy ${formatEndpoint(error)} did not let ${error.user} in.`,
            advice: 'Check the user name and the password on the proxy.',
            remedy: 'retry',
          };
    case 'notSuchAProxy':
      return {
        what: `What answers at ${formatEndpoint(error)} is not ${error.kind === 'http' ? 'an HTTP' : 'a SOCKS 5'} proxy.`,
        advice: 'Check the kind of the proxy, its address and its port.',
        remedy: 'edit',
      };
    case 'commandNotAllowed':
      return {
        what: 'The way to the server begins with a program on this computer that you have not allowed.',
        advice: 'Look at it, and allow it only if you know what it does.',
        remedy: 'allowCommand',
      };
    case 'commandUnusable':
      return {
        what: withDetail(`The program “${short(error.command)}” cannot be run`, error.detail),
        advice: 'Put the command right in the profile.',
        remedy: 'edit',
      };
    case 'commandEnded':
      return {
        what: withDetail(
          `The program “${short(error.command)}” ended ${error.exitCode === null ? 'by a signal' : `with status ${error.exitCode}`}`,
          error.said,
        ),
        advice: isTransient(error)
          ? 'Culvert digs a running tunnel again by itself.'
          : 'Put right what it complains about, then start again.',
        remedy: 'retry',
      };
    default:
      return assertNever(error);
  }
}

/** `detail` of `proxyUnreachable`, in words. */
function unreachable(code: string): string {
  switch (code) {
    case 'hostNotFound':
      return 'no computer of that name was found';
    case 'connectionRefused':
      return 'it refused the connection';
    case 'connectTimedOut':
      return 'it did not answer in time';
    case 'networkUnreachable':
      return 'there is no route to it';
    default:
      return 'the connection broke';
  }
}

/** As much of a command as a sentence can bear. */
function short(command: string): string {
  return command.length > 50 ? `${command.slice(0, 50)}…` : command;
}
