/* Modules inside ssh2 1.17 that have no types. Only what ssh2-ciphers.ts needs. */

declare module 'ssh2/lib/Channel.js' {
  import type { Duplex } from 'node:stream';

  const channel: { readonly Channel: { readonly prototype: { push: Duplex['push'] } } };
  export = channel;
}

declare module 'ssh2/lib/protocol/constants.js' {
  const constants: { readonly SUPPORTED_CIPHER: string[] };
  export = constants;
}

declare module 'ssh2/lib/protocol/crypto.js' {
  interface CipherConfig {
    readonly outbound: {
      readonly cipherInfo: { readonly sslName: string };
      readonly cipherKey: Buffer;
      readonly seqno: number;
      readonly onWrite: (packet: Buffer) => void;
    };
  }
  interface DecipherConfig {
    readonly inbound: {
      readonly decipherInfo: { readonly sslName: string };
      readonly decipherKey: Buffer;
      readonly seqno: number;
      readonly onPayload: (payload: Buffer) => undefined | false | number;
    };
  }
  const crypto: {
    createCipher: (config: CipherConfig) => unknown;
    createDecipher: (config: DecipherConfig) => unknown;
  };
  export = crypto;
}

declare module 'ssh2/lib/protocol/utils.js' {
  /** Sends a packet, or keeps it until the present key exchange is over. */
  const utils: { readonly sendPacket: (protocol: unknown, packet: Buffer) => boolean };
  export = utils;
}
