import { isIP } from 'node:net';
import type { Endpoint } from '#shared/endpoint.ts';
import type { TunnelError } from '#shared/tunnel-error.ts';
import { makeServerLineSafe } from './server-text.ts';

/** How far a session had come when it broke: the same symptom means different things. */
export type SessionStage = 'dial' | 'greeting' | 'handshake' | 'auth' | 'open';

/** What ssh2 and Node put on their errors. */
interface RawError extends Error {
  readonly code?: string | number;
  readonly level?: string;
  /** Of an AggregateError: one entry per address that was tried. */
  readonly errors?: readonly RawError[];
}

/** SSH_DISCONNECT_NO_MORE_AUTH_METHODS_AVAILABLE and SSH_DISCONNECT_PROTOCOL_ERROR (RFC 4253 section 11.1). */
const NO_MORE_AUTH_METHODS = 14;
const PROTOCOL_ERROR = 2;

/**
 * Names why a session ended. `cause` is the first error before the socket closed, null when it closed
 * without one. Decided by codes wherever there are any; ssh2 gives none for a failed negotiation or a
 * greeting that is not SSH, and there its message is all there is.
 */
export function classifySessionError(
  cause: unknown,
  stage: SessionStage,
  server: Endpoint,
  legacy: boolean,
): TunnelError {
  const { host, port } = server;
  if (cause === null || cause === undefined) return { code: 'serverClosed', host, port, reason: null };
  const error = pickOne(cause as RawError);
  if (typeof error.code === 'number') return classifyDisconnect(error.code, error.message, stage, server);
  if (typeof error.code === 'string') {
    const known = classifySystemError(error.code, stage, server);
    if (known) return known;
  }
  // Nobody has spoken SSH yet, so nobody can have broken it.
  if (stage === 'dial') return { code: 'unexpected', detail: makeServerLineSafe(error.message) };
  if (error.level === 'handshake' || stage === 'greeting' || stage === 'handshake') {
    return classifyHandshake(error, stage, server, legacy);
  }
  return { code: 'protocolError', host, port, detail: detailOf(error) };
}

/** What says nothing about the server, only that this computer has no way to one of its addresses. */
const NO_WAY = new Set(['ENETUNREACH', 'EADDRNOTAVAIL', 'EAFNOSUPPORT', 'EHOSTUNREACH']);

/** Of the errors of several addresses, the one that tells most: somebody answered, even if with no. */
function pickOne(error: RawError): RawError {
  const all = error.errors;
  if (!all || all.length === 0) return error;
  return (
    all.find(({ code }) => code === 'ECONNREFUSED') ??
    all.find(({ code }) => !NO_WAY.has(String(code))) ??
    all[0] ??
    error
  );
}

function classifySystemError(
  code: string,
  stage: SessionStage,
  { host, port }: Endpoint,
): TunnelError | null {
  switch (code) {
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
    case 'EAI_FAIL':
    case 'EAI_NODATA':
    case 'EAI_NONAME':
      return { code: 'hostNotFound', host, port };
    case 'ECONNREFUSED':
      return { code: 'connectionRefused', host, port };
    case 'ETIMEDOUT':
      return stage === 'dial'
        ? { code: 'connectTimedOut', host, port, seconds: 0 }
        : { code: 'connectionLost', host, port };
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'ENETDOWN':
    case 'EHOSTDOWN':
    case 'EADDRNOTAVAIL':
    case 'EAFNOSUPPORT':
    case 'ENETRESET':
    // A link-local address without its zone.
    case 'EINVAL':
    // A firewall on this computer.
    case 'EPERM':
    case 'EACCES':
      return stage === 'dial'
        ? { code: 'networkUnreachable', host, port }
        : { code: 'connectionLost', host, port };
    case 'ECONNRESET':
    case 'ECONNABORTED':
    case 'EPIPE':
      return { code: 'connectionLost', host, port };
    default:
      return null;
  }
}

function classifyDisconnect(
  code: number,
  message: string,
  stage: SessionStage,
  { host, port }: Endpoint,
): TunnelError {
  const reason = makeServerLineSafe(message);
  // OpenSSH says "Too many authentication failures" as a protocol error, others with the code made for it.
  if (
    stage === 'auth' &&
    (code === NO_MORE_AUTH_METHODS || (code === PROTOCOL_ERROR && /too many/i.test(message)))
  ) {
    return { code: 'tooManyLoginAttempts', host, port, user: '' };
  }
  return { code: 'serverClosed', host, port, reason: reason === '' ? null : reason };
}

function classifyHandshake(
  error: RawError,
  stage: SessionStage,
  { host, port }: Endpoint,
  legacy: boolean,
): TunnelError {
  const missing = /no matching (?:C->S |S->C )?(.+)$/.exec(error.message)?.[1];
  if (missing !== undefined) {
    const kind = missing.replace(/ (?:algorithm|format)$/, '');
    const legacyMayHelp = !legacy && (kind === 'key exchange' || kind === 'host key');
    return { code: 'noCommonAlgorithm', host, port, kind, legacyMayHelp };
  }
  if (error.message === 'Connection lost before handshake') {
    return { code: 'serverClosed', host, port, reason: null };
  }
  // Anything that goes wrong before the server's version line arrived: it does not speak SSH.
  if (stage === 'greeting') return { code: 'notAnSshServer', host, port };
  return { code: 'protocolError', host, port, detail: detailOf(error) };
}

/** ssh2 stumbles over some messages that come out of turn: what JavaScript says then would help nobody. */
function detailOf(error: RawError): string {
  const isStumble = error instanceof TypeError || error instanceof RangeError;
  return isStumble ? 'it sent what does not belong there' : makeServerLineSafe(error.message);
}

/** Claims that the host has to be looked up before it can be dialled. */
export function needsLookup(host: string): boolean {
  return isIP(host) === 0;
}
