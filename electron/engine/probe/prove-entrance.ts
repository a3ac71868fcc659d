import type { Endpoint } from '#shared/endpoint.ts';
import type { Arrivals } from '../forward/arrivals.ts';
import type { ChannelSource } from '../forward/channel-source.ts';
import { abandonChannel } from './abandon-channel.ts';
import { CONNECT_MS, firstOf } from './way.ts';
import { Wire } from './wire.ts';

/** Whether a listener on the server is an entrance of ours; `unknown` where the server does not let us try. */
export type EntranceProof = 'ours' | 'notOurs' | 'unknown';

/**
 * Has the server connect to a port of its own (direct-tcpip) and sees whether that comes back to us as a client of our
 * remote forward. It is turned back there, so that the target hears nothing of it, and nothing is sent. Only where our
 * connection ends thereupon was it the one that came: another client may come from the same address at that moment.
 */
export async function proveEntrance(
  { source, arrivals }: { readonly source: ChannelSource; readonly arrivals: Arrivals },
  door: Endpoint,
  signal: AbortSignal,
): Promise<EntranceProof> {
  if (source.isLost()) return 'unknown';
  // Who connects to an address of his own comes from that very address.
  const arrival = arrivals.awaitFrom(door.host);
  try {
    const opening = source.openChannel(door, { host: '127.0.0.1', port: 0 });
    const opened = await firstOf([opening], CONNECT_MS, signal);
    if (typeof opened === 'string') {
      void opening.then((late) => late.ok && abandonChannel(source, late.value));
      return 'unknown';
    }
    if (!opened.ok) return opened.error.reason === 'connectFailed' ? 'notOurs' : 'unknown';
    const channel = opened.value;
    const wire = new Wire({ stream: channel, hangUp: async () => abandonChannel(source, channel) });
    const proof = await whereItCameOut(wire, arrival.came, signal);
    await wire.hangUp();
    return source.isLost() ? 'unknown' : proof;
  } finally {
    arrival.stop();
  }
}

/** Where the server itself finds a listener of its own, family by family. */
export function doorOf({ host, port }: Endpoint): Endpoint {
  if (host === '0.0.0.0') return { host: '127.0.0.1', port };
  return { host: host === '::' ? '::1' : host, port };
}

async function whereItCameOut(
  wire: Wire,
  came: Promise<'came'>,
  signal: AbortSignal,
): Promise<EntranceProof> {
  // Our own end turns it back: whoever answers first is somebody else.
  const answered = new Promise<'answered'>((resolve) => {
    wire.onNews(() => resolve('answered'));
  });
  const first = await firstOf<'came' | 'answered'>([came, answered], CONNECT_MS, signal);
  if (first === 'aborted') return 'unknown';
  if (first !== 'came') return 'notOurs';
  const ended = await firstOf([answered], CONNECT_MS, signal);
  return ended === 'answered' && wire.heard.length === 0 ? 'ours' : 'unknown';
}
