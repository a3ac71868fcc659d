import type { Channel } from './channel-source.ts';

/** What we use of the inside of ssh2's channels: each side's half, and the way to send about it. */
export interface ChannelInside {
  readonly incoming: { window: number };
  readonly outgoing: {
    readonly id: number;
    readonly packetSize: number;
    readonly window: number;
    readonly state: 'open' | 'eof' | 'closing' | 'closed';
  };
  readonly _client: { readonly _protocol: { channelWindowAdjust(recipient: number, bytes: number): void } };
}

/** The same channel as ssh2 itself sees it; a channel that is not ssh2's lacks these parts. */
export function insideOf(channel: Channel): Partial<ChannelInside> {
  return channel as Channel & Partial<ChannelInside>;
}
