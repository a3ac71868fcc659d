import { assertNever } from './assert-never.ts';
import { certificateFlawWords } from './certificate-flaw.ts';
import { type ErrorDescription, say } from './error-description.ts';
import { escapeForShell } from './quote-for-shell.ts';
import { describeSystemCause } from './system-cause.ts';
import type { KeyFormat, TunnelError } from './tunnel-error.ts';
import { withDetail } from './with-detail.ts';

/** Why a server did not let us in, or why there is nothing to show it. */
export type LoginError = Extract<
  TunnelError,
  {
    code:
      | 'loginRefused'
      | 'secretRefused'
      | 'tooManyLoginAttempts'
      | 'passwordExpired'
      | 'accountExpired'
      | 'loginCancelled'
      | 'loginTimedOut'
      | 'keyFileMissing'
      | 'keyFileUnreadable'
      | 'keyFileExposed'
      | 'keyFileUnsupported'
      | 'agentUnavailable'
      | 'agentHasNoKeys'
      | 'agentRefused'
      | 'agentKeyMissing';
  }
>;

/** What happened and what to do about it, one sentence each. */
export function describeLoginError(error: LoginError): ErrorDescription {
  switch (error.code) {
    case 'loginRefused':
      return say(
        `${error.host} did not let ${error.user} in${tried(error.tried)}.`,
        refusedAdvice(error),
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
        error.cause === 'ETIMEDOUT'
          ? 'The disk or the network share that it lies on may be gone. Bring that back, or choose another file.'
          : 'Put the file right, or choose another.',
        'edit',
      );
    case 'keyFileExposed':
      return say(
        `Other users of this computer may read the key file ${error.file} (mode ${error.mode}), so it is not used.`,
        `Run chmod 600 ${wordOfPath(error.file)} in a terminal, then start again.`,
        'retry',
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
    case 'agentRefused':
      return say(
        `The SSH agent did not sign with ${error.key} for ${error.user}@${error.host}.`,
        'Unlock it, or say yes when it asks, then start again.',
        'retry',
      );
    case 'agentKeyMissing':
      return say(
        `The SSH agent at ${error.socket} does not hold the key ${error.comment || error.fingerprint} that this profile chose.`,
        error.comment
          ? `Add it with ssh-add (${error.fingerprint}), or choose another key.`
          : 'Add it with ssh-add, or choose another key.',
        'edit',
      );
    default:
      return assertNever(error);
  }
}

/** A shell replaces a tilde only outside of quotation marks. */
function wordOfPath(path: string): string {
  return path.startsWith('~/') ? `~/${escapeForShell(path.slice(2))}` : escapeForShell(path);
}

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
    case 'pkcs8Locked':
      return say(
        `The key file ${file} is locked in a way that Culvert cannot undo.`,
        'Lock it anew with “openssl pkcs8 -topk8 -v2 aes-256-cbc”, or choose another key file.',
        'edit',
      );
    case 'lockedOtherwise':
      return say(
        `The key file ${file} is locked in a way that Culvert cannot undo.`,
        `Run ssh-keygen -p -f ${wordOfPath(file)} in a terminal, which locks it anew, or choose another key file.`,
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

function tried(methods: readonly string[]): string {
  return methods.length === 0 ? '' : ` (tried: ${methods.join(', ')})`;
}

function refusedAdvice(error: Extract<LoginError, { code: 'loginRefused' }>): string {
  if (error.certificate) return certificateFlawWords(error.certificate, error.user);
  return error.agentKeysLeft ? keysLeft(error.agentKeysLeft) : accepts(error.serverAccepts);
}

function keysLeft(count: number): string {
  const keys = count === 1 ? 'One more key of the agent was' : `${count} more keys of the agent were`;
  return `${keys} not offered, since servers hang up after some. Choose the one to log in with in the profile.`;
}

function accepts(methods: readonly string[]): string {
  return methods.length === 0
    ? 'Check the user name and how you log in.'
    : `Check the user name and how you log in; the server accepts: ${methods.join(', ')}.`;
}
