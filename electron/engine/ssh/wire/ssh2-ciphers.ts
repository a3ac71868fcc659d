import type { Client } from 'ssh2';
import channelModule from 'ssh2/lib/Channel.js';
import constants from 'ssh2/lib/protocol/constants.js';
import crypto from 'ssh2/lib/protocol/crypto.js';
import { ChaChaPolyCipher, ChaChaPolyDecipher, type PayloadReceiver } from './chacha20-poly1305.ts';
import type { InboundMemory } from './inbound-memory.ts';
import { isLent } from './lending.ts';
import type { OutboundMemory } from './outbound-memory.ts';
import { sodium } from './sodium.ts';

/*
 * Gives ssh2 our ChaCha20-Poly1305. ssh2 takes its ciphers from this module of its own when it is loaded, so this
 * module must be loaded before ssh2 is: `ssh2.ts` sees to that.
 */

/** What we use of ssh2's inner protocol object. */
export interface Protocol {
  readonly _onPayload: PayloadReceiver;
  readonly _onWrite: (packet: Buffer) => void;
  readonly _decipher: unknown;
}

const inboundMemories = new WeakMap<PayloadReceiver, InboundMemory>();
const outboundMemories = new WeakMap<(packet: Buffer) => void, OutboundMemory>();

/** Lets the ciphers that this client makes share this memory. The client must have been given its socket. */
export function registerMemory(client: Client, inbound: InboundMemory, outbound: OutboundMemory): Protocol {
  const { _protocol: protocol } = client as Client & { readonly _protocol: Protocol };
  inboundMemories.set(protocol._onPayload, inbound);
  outboundMemories.set(protocol._onWrite, outbound);
  return protocol;
}

const cipherName = 'chacha20-poly1305@openssh.com';

/** Claims that ChaCha20-Poly1305 is there, and fast. */
export const hasFastChaChaPoly = sodium !== null;

if (sodium !== null) offerOurs(sodium);

function offerOurs(library: NonNullable<typeof sodium>): void {
  const { createCipher, createDecipher } = crypto;
  crypto.createCipher = (config) => {
    const { cipherInfo, cipherKey, seqno, onWrite } = config.outbound;
    if (cipherInfo.sslName !== 'chacha20') return createCipher(config);
    return new ChaChaPolyCipher({
      sodium: library,
      key: cipherKey,
      sequence: seqno,
      write: onWrite,
      memory: outboundMemories.get(onWrite) ?? null,
    });
  };
  crypto.createDecipher = (config) => {
    const { decipherInfo, decipherKey, seqno, onPayload } = config.inbound;
    if (decipherInfo.sslName !== 'chacha20') return createDecipher(config);
    return new ChaChaPolyDecipher({
      sodium: library,
      key: decipherKey,
      sequence: seqno,
      onPayload,
      memory: inboundMemories.get(onPayload) ?? null,
    });
  };
  // Electron's own crypto has no ChaCha20, so that ssh2 believes it cannot be had.
  if (!constants.SUPPORTED_CIPHER.includes(cipherName)) constants.SUPPORTED_CIPHER.push(cipherName);
}

// A channel stores what it is given while nobody reads: then it must not be lent. `Pump` takes what is lent.
const { push } = channelModule.Channel.prototype;
channelModule.Channel.prototype.push = function (chunk, encoding) {
  return push.call(this, chunk !== null && isLent() ? Buffer.from(chunk as Buffer) : chunk, encoding);
};
