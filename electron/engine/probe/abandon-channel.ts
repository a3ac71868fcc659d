import type { Channel, ChannelSource } from '../forward/channel-source.ts';

/**
 * Closes a channel without waiting for the other side. Nothing may be read of it after our CLOSE: ssh2 would grant more
 * window, for which dropbear ends the session.
 */
export function abandonChannel(source: ChannelSource, channel: Channel): void {
  channel.on('error', () => {});
  channel.pause();
  channel.push = () => false;
  if (!source.isLost()) channel.close();
}
