import { assertNever } from '#shared/assert-never.ts';
import { formatEndpoint } from '#shared/endpoint.ts';
import type { Prompt } from '#shared/prompt.ts';
import type { TunnelState } from '#shared/tunnel-state.ts';

/** What a question that went away by itself had asked for, such as `the password of ana on core:22`. */
export function askedFor(prompt: Prompt): string {
  switch (prompt.kind) {
    case 'unknownHostKey':
      return `your word on the host key of ${formatEndpoint(prompt)}`;
    case 'password':
      return `the password of ${prompt.user} on ${formatEndpoint(prompt)}`;
    case 'newPassword':
      return `a new password of ${prompt.user} on ${formatEndpoint(prompt)}`;
    case 'proxyPassword':
      return `the password of ${prompt.user} on the proxy ${formatEndpoint(prompt)}`;
    case 'passphrase':
      return `the passphrase of ${prompt.keyFile}`;
    case 'questions':
      return `your answers to ${formatEndpoint(prompt)}, for ${prompt.user}`;
    default:
      return assertNever(prompt);
  }
}

/** How its tunnel goes on: why nobody waits for the answer any more, as far as that is known. */
export function whyOver(state: TunnelState | undefined): string {
  switch (state?.status) {
    case undefined:
      return 'It has ended.';
    case 'stopping':
    case 'stopped':
      return 'It was stopped.';
    case 'failed':
      return 'It has failed: close this to see why.';
    case 'open':
      return 'It is open without that.';
    case 'connecting':
      return 'It goes on without that.';
    case 'waiting':
      return state.error.code === 'engineRestarted'
        ? 'Culvert’s engine stopped and is started again.'
        : 'It waits to connect anew.';
    case 'needsUser':
      return 'It has begun anew, and asks again.';
  }
}
