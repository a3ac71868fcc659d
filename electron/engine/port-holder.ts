import { isIpv6 } from '#shared/endpoint.ts';
import { bindScope } from '#shared/exposure.ts';
import type { TunnelError } from '#shared/tunnel-error.ts';
import { listListeners } from './listeners/list-listeners.ts';

/** Adds to a `portInUse` error which program holds the port, as far as this user may see that. */
export async function namePortHolder(error: TunnelError): Promise<TunnelError> {
  if (error.code !== 'portInUse') return error;
  const listed = await listListeners();
  if (!listed.ok) return error;
  const { host, port } = error.endpoint;
  const inTheWay = listed.value.filter((listener) => listener.port === port && meet(listener.address, host));
  const holder = inTheWay.find(({ process }) => process !== null)?.process ?? null;
  return { ...error, holder };
}

/** Claims that a listener at one address keeps another from binding at the other. */
function meet(taken: string, wanted: string): boolean {
  if (taken === wanted || bindScope(taken) === 'all' || bindScope(wanted) === 'all') return true;
  return (
    wanted === 'localhost' && bindScope(taken) === 'loopback' && (isIpv6(taken) || taken === '127.0.0.1')
  );
}
