import type { Connection } from 'ssh2';

/** Why a channel is not opened (RFC 4254 section 5.1); ssh2 sends "unknown channel type" by itself. */
export const REFUSAL = { prohibited: 1, resourceShortage: 4 } as const;

export type Refusal = (typeof REFUSAL)[keyof typeof REFUSAL];

/**
 * Refuses a channel with a reason and a sentence, which `ssh` and Culvert show to people.
 *
 * ssh2's own `reject` always says "connect failed" without a word, as if the target were down. It sends
 * that through its protocol object, in the same call, so for that one call our words take the place of its own.
 * Should a later ssh2 be built otherwise, its plain refusal remains.
 */
export function refuseChannel(
  client: Connection,
  reject: () => void,
  reason: Refusal,
  description: string,
): void {
  const protocol: unknown = Reflect.get(client, '_protocol');
  if (!isRefuser(protocol)) {
    reject();
    return;
  }
  const send = protocol.channelOpenFail;
  protocol.channelOpenFail = (channel) => send.call(protocol, channel, reason, description);
  try {
    reject();
  } finally {
    protocol.channelOpenFail = send;
  }
}

interface Refuser {
  channelOpenFail(channel: number, reason: number, description: string): void;
}

function isRefuser(protocol: unknown): protocol is Refuser {
  return (
    typeof protocol === 'object' &&
    protocol !== null &&
    'channelOpenFail' in protocol &&
    typeof protocol.channelOpenFail === 'function'
  );
}
