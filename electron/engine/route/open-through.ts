import { type Endpoint, formatEndpoint } from '#shared/endpoint.ts';
import { fail, type Result, succeed } from '#shared/result.ts';
import type { TunnelError } from '#shared/tunnel-error.ts';
import type { Channel, ChannelRefusal, ChannelSource } from '../forward/channel-source.ts';
import { makeServerLineSafe } from '../ssh/server-text.ts';
import type { Carrier } from './carrier.ts';
import { JoinedStream } from './joined-stream.ts';
import { unlessAborted } from './unless-aborted.ts';

/** A jump host with an open session. */
export interface OpenJump {
  readonly server: Endpoint;
  readonly channels: ChannelSource;
}

/** Who we say that the connection is for: nobody's port, as `ssh -W` does. */
const ORIGINATOR: Endpoint = { host: '127.0.0.1', port: 65535 };

/**
 * Opens a way to `target` through a jump host's session (direct-tcpip, RFC 4254 section 7.2). Fails when the jump host
 * refuses or does not answer in `connectMs`, and when its session is lost. Never rejects.
 */
export async function openThrough(
  jump: OpenJump,
  target: Endpoint,
  { signal, connectMs }: { readonly signal: AbortSignal; readonly connectMs: number },
): Promise<Result<Carrier, TunnelError>> {
  const { host, port } = target;
  const opening = jump.channels.openChannel({ host, port }, ORIGINATOR);
  const inTime = await unlessAborted(opening, signal, connectMs);
  if (inTime === null) {
    void opening.then((late) => late.ok && late.value.close());
    return fail({ code: 'connectTimedOut', host, port, seconds: Math.round(connectMs / 1000) });
  }
  if (!inTime.ok) return fail(refusalError(inTime.error, target, jump.server));
  return succeed(channelCarrier(inTime.value, jump.channels));
}

function channelCarrier(channel: Channel, channels: ChannelSource): Carrier {
  const stream = new JoinedStream({
    readable: channel,
    writable: channel,
    isCongested: () => channels.isCongested(),
    onDrain: (listener) => channels.onDrain(listener),
    close: () => {
      stopListening();
      try {
        channel.close();
      } catch {
        // Its session is gone, and the channel with it.
      }
    },
  });
  channel.on('end', () => stream.endReading());
  channel.on('close', () => stream.endReading());
  const stopListening = channels.onLost(() => stream.destroy());
  return { stream, attach: () => {}, explainEnd: () => null };
}

function refusalError({ reason, message }: ChannelRefusal, target: Endpoint, jump: Endpoint): TunnelError {
  const { host, port } = target;
  const via = formatEndpoint(jump);
  const detail = makeServerLineSafe(message);
  switch (reason) {
    case 'notPermitted':
      return { code: 'jumpNotPermitted', host, port, via, detail };
    case 'sessionLost':
      return { code: 'connectionLost', host: jump.host, port: jump.port };
    case 'connectFailed':
    case 'resourceShortage':
    case 'unknown':
      return { code: 'jumpFailed', host, port, via, detail };
  }
}
