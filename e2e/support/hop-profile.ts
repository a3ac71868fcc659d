import type { Endpoint } from '#shared/endpoint.ts';
import type { Forward } from '#shared/profile.ts';
import { type HopTool, hopAgreedFor } from '#shared/second-hop.ts';
import type { TunnelServer } from './engine-suite.ts';
import { remoteForward } from './engine-under-test.ts';
import { findFreePort } from './free-port.ts';

/** A remote forward with a second hop that was agreed to. */
export interface ForwardWithHop {
  readonly forward: Forward;
  readonly hopPort: number;
}

/**
 * A remote forward to this target that others are to reach, with a second hop that was agreed to on this server. Its own port
 * is a free one unless it is given.
 */
export async function forwardWithHop(
  server: TunnelServer,
  target: Endpoint,
  tool: HopTool,
  entrance?: number,
): Promise<ForwardWithHop> {
  const plain = remoteForward(entrance ?? (await findFreePort()), target, '*');
  const hopPort = await findFreePort();
  const secondHop = { port: hopPort, tool, agreedFor: hopAgreedFor(server, plain) };
  return { forward: { ...plain, exposureConfirmedFor: '*', secondHop }, hopPort };
}
