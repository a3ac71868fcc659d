import { describeError } from '#shared/describe-error.ts';
import type { Remedy } from '#shared/error-description.ts';
import type { TunnelError } from '#shared/tunnel-error.ts';

/** What can be done about an error, the advised first. */
export function remediesFor(error: TunnelError, offersRetry: boolean): readonly Remedy[] {
  const { remedy } = describeError(error);
  const remedies = new Set<Remedy>(remedy === null ? [] : [remedy]);
  if (isHeldByListener(error)) remedies.add('showListeners');
  if (offersRetry) remedies.add('retry');
  return [...remedies];
}

/** Claims that the list of listeners has the holder of a port; a socket that does not listen is not in it. */
function isHeldByListener(error: TunnelError): boolean {
  if (error.code !== 'portInUse' || error.holder === null) return false;
  return error.holder.kind !== 'ourTunnel';
}
