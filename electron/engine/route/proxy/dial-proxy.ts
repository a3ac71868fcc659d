import { assertNever } from '#shared/assert-never.ts';
import type { Endpoint } from '#shared/endpoint.ts';
import type { ProxySetting } from '#shared/proxy.ts';
import { fail, type Result, succeed } from '#shared/result.ts';
import type { SecretSlot } from '#shared/secret-slot.ts';
import type { TunnelError } from '#shared/tunnel-error.ts';
import { type LoginDesk, MAX_SECRET_TRIES } from '../../ssh/login-desk.ts';
import { LoginFailure } from '../../ssh/login-failure.ts';
import { type DialOptions, dialTcp, type TcpCarrier } from '../dial-tcp.ts';
import { unlessAborted } from '../unless-aborted.ts';
import { askHttp } from './ask-http.ts';
import { askSocks5 } from './ask-socks5.ts';
import type { ProxyLogin, ProxyReply } from './proxy-reply.ts';
import { StreamEnded } from './read-stream.ts';

/** A proxy server, to be dialled over TCP. */
export type ProxyServer = Exclude<ProxySetting, { kind: 'command' }>;

type ProxySlot = Extract<SecretSlot, { kind: 'proxyPassword' }>;

/**
 * Connects to `target` by way of a proxy. Asks the desk for the proxy's password where it has a user, again after a wrong
 * one, three times in all; no clock runs meanwhile. Settles only once the connection is open or closed; never rejects.
 */
export async function dialProxy(
  proxy: ProxyServer,
  target: Endpoint,
  options: DialOptions & { readonly desk: LoginDesk },
): Promise<Result<TcpCarrier, TunnelError>> {
  const { desk, signal } = options;
  const { kind, user, host, port } = proxy;
  const slot: ProxySlot = { kind: 'proxyPassword', proxy: kind, user, host, port };
  for (;;) {
    const password = user === '' ? succeed('') : await unlessAborted(passwordOf(slot, options), signal);
    if (password === null) return fail({ code: 'loginCancelled', host, port });
    if (!password.ok) return password;
    const login = user === '' ? null : { user, password: password.value };
    const dialled = await dialTcp(proxy, options);
    if (!dialled.ok) return fail(proxyError(proxy, dialled.error));
    const carrier = dialled.value;
    const reply = await askInTime(proxy, target, login, carrier, options);
    if (reply.kind === 'connected') {
      if (login !== null) desk.accept(slot);
      // The address is the proxy's.
      return succeed({ ...carrier, serverAddress: undefined });
    }
    carrier.stream.destroy();
    if (reply.kind !== 'loginRefused' || login === null || signal.aborted) {
      return fail(refusal(proxy, target, reply));
    }
    desk.refuse(slot);
    desk.tries.add(slot);
    if (desk.tries.count(slot) >= MAX_SECRET_TRIES) return fail(refusal(proxy, target, reply));
  }
}

async function passwordOf(
  slot: ProxySlot,
  { desk, onPhase }: DialOptions & { readonly desk: LoginDesk },
): Promise<Result<string, TunnelError>> {
  try {
    const known = await desk.findSecret(slot, () => onPhase('turn'));
    if (known !== null) return succeed(known);
  } catch (error) {
    if (error instanceof LoginFailure) return fail(error.error);
    throw error;
  }
  const attempt = desk.tries.count(slot) + 1;
  const [password = ''] = await desk.ask({
    kind: 'proxyPassword',
    proxy: slot.proxy,
    user: slot.user,
    attempt,
  });
  return succeed(password);
}

type Asked = ProxyReply | { readonly kind: 'hungUp' } | { readonly kind: 'silent' };

async function askInTime(
  proxy: ProxyServer,
  target: Endpoint,
  login: ProxyLogin | null,
  { stream }: TcpCarrier,
  { connectMs, signal }: DialOptions,
): Promise<Asked> {
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    stream.destroy();
  }, connectMs);
  const giveUp = () => stream.destroy();
  signal.addEventListener('abort', giveUp, { once: true });
  try {
    return await (proxy.kind === 'socks5' ? askSocks5 : askHttp)(stream, target, login);
  } catch (error) {
    if (!(error instanceof StreamEnded)) throw error;
    return { kind: isLate ? 'silent' : 'hungUp' };
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', giveUp);
  }
}

/** The proxy itself could not be reached. */
function proxyError({ host, port }: ProxyServer, error: TunnelError): TunnelError {
  return { code: 'proxyUnreachable', host, port, detail: error.code };
}

function refusal(
  { kind, host, port, user }: ProxyServer,
  target: Endpoint,
  reply: Exclude<Asked, { kind: 'connected' }>,
): TunnelError {
  switch (reply.kind) {
    case 'loginRefused':
      return { code: 'proxyLoginRefused', host, port, user };
    case 'notSuchAProxy':
      return { code: 'notSuchAProxy', host, port, kind };
    case 'refused':
      return {
        code: 'proxyRefused',
        host,
        port,
        target: { host: target.host, port: target.port },
        detail: reply.reason,
      };
    case 'hungUp':
      return {
        code: 'proxyRefused',
        host,
        port,
        target: { host: target.host, port: target.port },
        detail: 'it hung up',
      };
    case 'silent':
      return { code: 'proxyUnreachable', host, port, detail: 'connectTimedOut' };
    default:
      return assertNever(reply);
  }
}
