import { isIP } from 'node:net';
import { connect, type PeerCertificate, type TLSSocket } from 'node:tls';
import type { Endpoint } from '#shared/endpoint.ts';
import type { ProbeAnswer } from '#shared/probe.ts';
import { asciiHost } from '../ascii-host.ts';
import { makeLineVisible } from './visible-text.ts';
import type { Wire } from './wire.ts';

/** What came of a TLS handshake; `detail` says why nothing did. */
export type HandshakeOutcome =
  | Extract<ProbeAnswer, { kind: 'tls' }>
  | { readonly kind: 'failed'; readonly detail: string };

/** As many names as a screen shows. */
const MAX_NAMES = 20;

/**
 * Begins a TLS session, reads the server's certificate and ends. Any certificate will do for that; whether this
 * computer would trust it for the target's name is part of the outcome. Never rejects.
 */
export function shakeHands(
  wire: Wire,
  target: Endpoint,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<HandshakeOutcome> {
  return new Promise((resolve) => {
    const host = asciiHost(target.host);
    // A server name is a name and never an address (RFC 6066 section 3).
    const name = isIP(host) === 0 ? { servername: host } : {};
    const secured = connect({ socket: wire, host, ...name, rejectUnauthorized: false });
    const finish = (outcome: HandshakeOutcome) => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
      resolve(outcome);
      secured.destroy();
    };
    const giveUp = (detail: string) => finish({ kind: 'failed', detail });
    const onAbort = () => giveUp('stopped');
    const timer = setTimeout(() => giveUp(`not finished within ${timeoutMs / 1000} s`), timeoutMs);
    secured.on('error', (error: NodeJS.ErrnoException) => giveUp(reasonOf(error)));
    secured.on('close', () => giveUp('ended by the other side'));
    secured.on('secureConnect', () => finish(whatItShowed(secured)));
    signal.addEventListener('abort', onAbort);
    if (signal.aborted) onAbort();
  });
}

function whatItShowed(secured: TLSSocket): HandshakeOutcome {
  const certificate = secured.getPeerCertificate();
  return {
    kind: 'tls',
    protocol: secured.getProtocol() ?? 'TLS',
    certificate: {
      subject: nameOf(certificate.subject),
      names: namesOf(certificate),
      issuer: nameOf(certificate.issuer),
      validUntil: timeOf(certificate.valid_to),
      // Node sets an error or its code, where its type says an error alone.
      distrust: secured.authorized ? null : makeLineVisible(codeOf(secured.authorizationError)),
    },
  };
}

/** A field that stands there twice comes as a list. */
function nameOf(subject: PeerCertificate['subject'] | undefined): string {
  const { CN, O } = (subject ?? {}) as Record<string, string | readonly string[] | undefined>;
  return makeLineVisible([CN ?? O ?? ''].flat().join(', '));
}

/** Node writes `DNS:a.example, IP Address:10.0.0.1`, and quotes a name that has a comma in it. */
function namesOf({ subjectaltname = '' }: PeerCertificate): string[] {
  return subjectaltname
    .split(', ')
    .map((name) => makeLineVisible(name.replace(/^(?:DNS|IP Address|URI|email):/, '')))
    .filter((name) => name !== '')
    .slice(0, MAX_NAMES);
}

function timeOf(date: string | undefined): number | null {
  const time = Date.parse(date ?? '');
  return Number.isNaN(time) ? null : time;
}

function codeOf(error: Error | string | null): string {
  if (error === null || typeof error === 'string') return error ?? 'unknown';
  return (error as NodeJS.ErrnoException).code ?? error.message;
}

/** OpenSSL's own reason, which has no number, file or line in it, where there is one. */
function reasonOf(error: NodeJS.ErrnoException & { readonly reason?: string }): string {
  return makeLineVisible(error.reason ?? error.code ?? error.message);
}
