import { z } from 'zod';
import { certificateFlawSchema } from './certificate-flaw.ts';
import { changedKeyFields } from './changed-key.ts';
import { endpointSchema } from './endpoint.ts';
import { portHolderSchema } from './port-holder.ts';
import { remotePortHolderSchema } from './remote-port-holder.ts';
import { serverMisdeedSchema } from './server-misdeed.ts';

/**
 * What a key file turned out to be instead of a private key that can be used. `pkcs8`: a key that signs nothing in SSH, in that
 * form; `pkcs8Locked`: that form, locked in a way that is too old or too new; `lockedOtherwise`: the same of OpenSSH's and PEM's; `puttyV3`: locked with settings of Argon2 that go beyond
 * reason, or beyond us.
 */
const keyFormatSchema = z.enum([
  'pkcs8',
  'pkcs8Locked',
  'lockedOtherwise',
  'puttyV3',
  'publicKey',
  'certificate',
  /** A FIDO key, which its hardware signs with, and no agent at hand holds it. */
  'securityKey',
  'tooLarge',
  'unknown',
]);

/** Why a second hop does not listen on the server. */
const hopFailureSchema = z.enum([
  'portInUse',
  /** One of our own listens there; the detail says which. */
  'portIsOurs',
  'portNeedsPrivilege',
  /** The server runs no commands for us. */
  'noCommands',
  /** The server runs commands for us, but not one more at this time. */
  'busy',
  /** It started and ended, or was never heard of. */
  'ended',
  /** The user's yes was for another server or account. */
  'notAgreed',
  /** Only named sources may enter, and behind a hop nobody can be told from another. */
  'hidesSources',
  /** What listens where it would lead to is another program's. */
  'entranceNotOurs',
  /** Nobody can tell whether what listens there is ours. */
  'entranceUnknown',
]);

export type HopFailure = z.output<typeof hopFailureSchema>;

export type KeyFormat = z.output<typeof keyFormatSchema>;

const host = { host: z.string(), port: z.number() };

/**
 * Everything expected that can go wrong with a tunnel, as data: a code and what it happened to.
 * Classified once, in the engine; the sentences for people are in `describe-error.ts` and its neighbours.
 */
export const tunnelErrorSchema = z.discriminatedUnion('code', [
  // On the way to the server
  z.object({ code: z.literal('hostNotFound'), ...host }),
  z.object({ code: z.literal('connectionRefused'), ...host }),
  z.object({ code: z.literal('connectTimedOut'), ...host, seconds: z.number() }),
  z.object({ code: z.literal('networkUnreachable'), ...host }),
  z.object({ code: z.literal('notAnSshServer'), ...host }),
  z.object({ code: z.literal('handshakeTimedOut'), ...host, seconds: z.number() }),
  /** It speaks another version of SSH than 2.0, such as `1.5`. */
  z.object({ code: z.literal('sshVersionUnsupported'), ...host, version: z.string().max(20) }),
  z.object({
    code: z.literal('noCommonAlgorithm'),
    ...host,
    kind: z.string(),
    legacyMayHelp: z.boolean(),
    /** What the server offers instead, the first of it. */
    offered: z.array(z.string().max(64)).max(8).optional(),
  }),
  z.object({ code: z.literal('protocolError'), ...host, detail: z.string() }),
  z.object({ code: z.literal('serverMisbehaves'), ...host, misdeed: serverMisdeedSchema }),
  // By way of a jump host, a proxy or a program
  /** The jump host `via` could not connect to the next server. */
  z.object({ code: z.literal('jumpFailed'), ...host, via: z.string(), detail: z.string() }),
  /** It forwards for nobody, or not to there (sshd_config(5), AllowTcpForwarding, PermitOpen). */
  z.object({ code: z.literal('jumpNotPermitted'), ...host, via: z.string(), detail: z.string() }),
  /** `detail`: the code of what would be said of a server. */
  z.object({ code: z.literal('proxyUnreachable'), ...host, detail: z.string() }),
  z.object({ code: z.literal('proxyRefused'), ...host, target: endpointSchema, detail: z.string() }),
  z.object({ code: z.literal('proxyLoginRefused'), ...host, user: z.string() }),
  z.object({ code: z.literal('notSuchAProxy'), ...host, kind: z.enum(['socks5', 'http']) }),
  z.object({ code: z.literal('commandNotAllowed'), command: z.string() }),
  z.object({ code: z.literal('commandUnusable'), command: z.string(), detail: z.string() }),
  z.object({
    code: z.literal('commandEnded'),
    command: z.string(),
    /** Null where a signal ended it. */
    exitCode: z.number().int().nullable(),
    /** What it wrote to its standard error, the end of it. */
    said: z.string(),
  }),
  // A session that was there and is lost
  z.object({ code: z.literal('connectionLost'), ...host }),
  z.object({ code: z.literal('serverClosed'), ...host, reason: z.string().nullable() }),
  z.object({ code: z.literal('serverSilent'), ...host, seconds: z.number() }),
  z.object({ code: z.literal('engineRestarted') }),
  // Host keys
  z.object({
    code: z.literal('hostKeyChanged'),
    ...host,
    ...changedKeyFields,
  }),
  z.object({
    code: z.literal('hostKeyRevoked'),
    ...host,
    fingerprint: z.string(),
    file: z.string(),
    line: z.number(),
  }),
  z.object({ code: z.literal('hostKeyNotTrusted'), ...host, fingerprint: z.string() }),
  /** The profile takes known keys only, and this one is not. */
  z.object({
    code: z.literal('hostKeyNotListed'),
    ...host,
    keyType: z.string(),
    fingerprint: z.string(),
    /** The name that was looked for. */
    knownAs: z.string(),
  }),
  z.object({ code: z.literal('knownHostsUnreadable'), file: z.string(), cause: z.string() }),
  // Login
  z.object({
    code: z.literal('loginRefused'),
    ...host,
    user: z.string(),
    tried: z.array(z.string()),
    serverAccepts: z.array(z.string()),
    /** A certificate that may be why. */
    certificate: certificateFlawSchema.optional(),
    /** How many keys of the agent were not offered, since a server hangs up after some. */
    agentKeysLeft: z.number().int().optional(),
  }),
  z.object({
    code: z.literal('secretRefused'),
    ...host,
    user: z.string(),
    what: z.enum(['password', 'passphrase', 'answer']),
    tries: z.number().int(),
  }),
  z.object({ code: z.literal('tooManyLoginAttempts'), ...host, user: z.string() }),
  z.object({
    code: z.literal('passwordExpired'),
    ...host,
    user: z.string(),
    /** A new one was given, and the server did not take it. */
    newRefused: z.boolean().optional(),
  }),
  /** The login was right, and the account may not be used any more; `reason` is the server's own sentence. */
  z.object({ code: z.literal('accountExpired'), ...host, user: z.string(), reason: z.string() }),
  z.object({ code: z.literal('loginCancelled'), ...host }),
  z.object({ code: z.literal('loginTimedOut'), ...host }),
  z.object({ code: z.literal('keyFileMissing'), file: z.string() }),
  z.object({ code: z.literal('keyFileUnreadable'), file: z.string(), cause: z.string() }),
  /** Others may read it: not used, as ssh does not use it. `mode` as in `0644`. */
  z.object({ code: z.literal('keyFileExposed'), file: z.string(), mode: z.string().max(8) }),
  z.object({ code: z.literal('keyFileUnsupported'), file: z.string(), format: keyFormatSchema }),
  z.object({
    code: z.literal('agentUnavailable'),
    socket: z.string().nullable(),
    /** What the profile names in place of the usual agent, where that leads nowhere. */
    wanted: z.string().optional(),
  }),
  z.object({ code: z.literal('agentHasNoKeys'), socket: z.string() }),
  /** The one key that the profile chose. */
  z.object({
    code: z.literal('agentKeyMissing'),
    socket: z.string(),
    comment: z.string(),
    fingerprint: z.string(),
  }),
  /** The server would have taken this key, and the agent that lists it did not sign. */
  z.object({ code: z.literal('agentRefused'), ...host, user: z.string(), key: z.string() }),
  // One forward
  z.object({
    code: z.literal('portInUse'),
    endpoint: endpointSchema,
    /** Who holds the port; null where nobody can be seen there, which is so for a socket that does not listen. */
    holder: portHolderSchema.nullable(),
  }),
  z.object({
    code: z.literal('portNeedsPrivilege'),
    endpoint: endpointSchema,
    /** The lowest port that every user may bind; null where the system does not say. */
    freeFrom: z.number().int().nullable(),
  }),
  z.object({
    code: z.literal('portReserved'),
    endpoint: endpointSchema,
    /** The ports that the system keeps to itself, both ends included. */
    range: z.object({ first: z.number().int(), last: z.number().int() }),
  }),
  z.object({
    code: z.literal('addressNotHere'),
    endpoint: endpointSchema,
    /** Addresses that this computer has now, the likeliest first. */
    addresses: z.array(z.string().max(80)).max(8),
  }),
  z.object({ code: z.literal('listenFailed'), endpoint: endpointSchema, cause: z.string() }),
  z.object({
    code: z.literal('remoteForwardRefused'),
    endpoint: endpointSchema,
    /** Absent where nobody could look; SSH itself never says more than no (RFC 4254 section 4). */
    holder: remotePortHolderSchema.optional(),
  }),
  z.object({ code: z.literal('exposureNotConfirmed'), endpoint: endpointSchema }),
  z.object({ code: z.literal('secondHopFailed'), ...host, reason: hopFailureSchema, detail: z.string() }),
  /** The time for which the user opened it is over since `at`, in milliseconds since the epoch. */
  z.object({ code: z.literal('exposureExpired'), endpoint: endpointSchema, at: z.number() }),
  // The target of one connection
  z.object({ code: z.literal('targetRefused'), target: endpointSchema, detail: z.string() }),
  z.object({ code: z.literal('targetNotAllowed'), target: endpointSchema, detail: z.string() }),
  // The rest, honestly named
  z.object({ code: z.literal('unexpected'), detail: z.string() }),
]);

export type TunnelError = z.output<typeof tunnelErrorSchema>;
export type TunnelErrorCode = TunnelError['code'];

/**
 * Whether trying again by itself can help. Only these are ever retried: a wrong secret, a changed key
 * or a missing file stays wrong until a person acts, and retrying could lock an account.
 */
export function isTransient(error: TunnelError): boolean {
  switch (error.code) {
    case 'hostNotFound':
    case 'connectionRefused':
    case 'connectTimedOut':
    case 'networkUnreachable':
    case 'handshakeTimedOut':
    case 'jumpFailed':
    case 'proxyUnreachable':
    case 'proxyRefused':
    case 'connectionLost':
    case 'serverClosed':
    case 'serverSilent':
    case 'engineRestarted':
    case 'loginTimedOut':
      return true;
    case 'commandEnded':
      return error.exitCode === 0 || !LOGIN_FAILED.test(error.said);
    default:
      return false;
  }
}

/**
 * What an `ssh`, `plink` or `sshpass` that is the program of a way says when to run it again could lock an account. Others on the way
 * may speak of passwords without that anything is wrong with one: a banner does.
 */
const LOGIN_FAILED =
  /permission denied|access denied|authentications? fail|host key verification failed|(?:wrong|incorrect|invalid|bad) password|supported authentication methods/i;
