/** One field of an SSH message (RFC 4251 section 5): a byte, a uint32 or a string as what makes it says. */
type Field = Buffer;

export function byte(value: number): Field {
  return Buffer.from([value]);
}

export function boolean(value: boolean): Field {
  return byte(value ? 1 : 0);
}

export function uint32(value: number): Field {
  const field = Buffer.alloc(4);
  field.writeUInt32BE(value);
  return field;
}

export function string(value: string | Buffer): Field {
  const bytes = Buffer.from(value as string);
  return Buffer.concat([uint32(bytes.length), bytes]);
}

/** A message's payload: its number and its fields. */
export function message(number: number, ...fields: readonly Field[]): Buffer {
  return Buffer.concat([byte(number), ...fields]);
}

/** A packet as it is sent before there are keys (RFC 4253 section 6). */
export function plainPacket(payload: Buffer): Buffer {
  const short = 8 - ((5 + payload.length) % 8);
  const padding = short < 4 ? short + 8 : short;
  const length = 1 + payload.length + padding;
  return Buffer.concat([uint32(length), byte(padding), payload, Buffer.alloc(padding)]);
}

/** SSH_MSG_KEXINIT with these key exchanges, and usual algorithms besides (RFC 4253 section 7.1). */
export function kexInit(...keyExchanges: readonly string[]): Buffer {
  const lists = [
    keyExchanges.join(','),
    'ssh-ed25519',
    'aes128-gcm@openssh.com',
    'aes128-gcm@openssh.com',
    'hmac-sha2-256',
    'hmac-sha2-256',
    'none',
    'none',
    '',
    '',
  ];
  return message(20, Buffer.alloc(16), ...lists.map(string), boolean(false), uint32(0));
}

/** SSH_MSG_CHANNEL_OPEN (RFC 4254 section 5.1). */
export function channelOpen(type: string, sender: number, ...data: readonly Field[]): Buffer {
  return message(90, string(type), uint32(sender), uint32(2 ** 21), uint32(32_768), ...data);
}

/** What SSH_MSG_CHANNEL_OPEN says of a client of a remote forward (RFC 4254 section 7.2). */
export function forwardedTcpip(sender: number, address: string, port: number): Buffer {
  const data = [string(address), uint32(port), string('127.0.0.1'), uint32(4711)];
  return channelOpen('forwarded-tcpip', sender, ...data);
}

/** SSH_MSG_CHANNEL_DATA (RFC 4254 section 5.2). */
export function channelData(recipient: number, data: Buffer): Buffer {
  return message(94, uint32(recipient), string(data));
}

/** SSH_MSG_GLOBAL_REQUEST that wants an answer (RFC 4254 section 4). */
export function globalRequest(name: string, ...data: readonly Field[]): Buffer {
  return message(80, string(name), boolean(true), ...data);
}
