import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import path from 'node:path';
import { readSshStrings, sshString } from '../../electron/engine/ssh/ssh-string.ts';
import { createTemporaryFolder } from './temporary-folder.ts';

export type SecurityKeyType = 'sk-ssh-ed25519@openssh.com' | 'sk-ecdsa-sha2-nistp256@openssh.com';

/** An agent that holds one FIDO key. */
export interface SecurityKeyAgent {
  readonly socketPath: string;
  /** One line of `authorized_keys`. */
  readonly publicKeyLine: string;
  /** How often it was asked to sign. */
  signatures(): number;
  close(): Promise<void>;
}

/** Of a FIDO signature (OpenSSH, PROTOCOL.u2f): a person touched the key. */
const USER_PRESENT = 1;

const APPLICATION = 'ssh:';

/**
 * An agent of our own that signs as an agent with a FIDO key does, with the key in software: no machine that runs
 * tests has the hardware. What it signs is judged by the real sshd.
 */
export async function startSecurityKeyAgent(type: SecurityKeyType): Promise<SecurityKeyAgent> {
  const folder = await createTemporaryFolder('sk-agent');
  const socketPath = path.join(folder.path, 'socket');
  const key = makeKey(type);
  const clients = new Set<Socket>();
  let signatures = 0;
  const server = createServer((socket) => {
    clients.add(socket);
    socket.on('close', () => clients.delete(socket));
    socket.on('error', () => {});
    let received = Buffer.alloc(0);
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk]);
      const [request] = readSshStrings(received).strings;
      if (request === undefined) return;
      received = Buffer.alloc(0);
      if (request[0] === 11) {
        const list = Buffer.concat([uint32(1), sshString(key.blob), sshString('test security key')]);
        socket.write(sshString(Buffer.concat([Buffer.from([12]), list])));
      } else {
        signatures += 1;
        const [, data = Buffer.alloc(0)] = readSshStrings(request.subarray(1)).strings;
        const signature = sshString(signAs(key, data, signatures));
        socket.write(sshString(Buffer.concat([Buffer.from([14]), signature])));
      }
    });
  });
  server.listen(socketPath);
  await once(server, 'listening');
  return {
    socketPath,
    publicKeyLine: `${type} ${key.blob.toString('base64')} test`,
    signatures: () => signatures,
    close: async () => {
      for (const client of clients) client.destroy();
      await new Promise((resolve) => server.close(resolve));
      await folder.close();
    },
  };
}

interface SecurityKey {
  readonly type: SecurityKeyType;
  readonly privateKey: KeyObject;
  readonly blob: Buffer;
}

function makeKey(type: SecurityKeyType): SecurityKey {
  const isEd25519 = type.startsWith('sk-ssh-ed25519');
  const { privateKey, publicKey } = isEd25519
    ? generateKeyPairSync('ed25519')
    : generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
  const bytes = (text: string) => Buffer.from(text, 'base64url');
  const fields = isEd25519
    ? [sshString(bytes(x))]
    : [sshString('nistp256'), sshString(Buffer.concat([Buffer.from([4]), bytes(x), bytes(y)]))];
  return { type, privateKey, blob: Buffer.concat([sshString(type), ...fields, sshString(APPLICATION)]) };
}

function signAs({ type, privateKey }: SecurityKey, data: Buffer, count: number): Buffer {
  const sha256 = (content: Buffer | string) => createHash('sha256').update(content).digest();
  const state = Buffer.concat([Buffer.from([USER_PRESENT]), uint32(count)]);
  const toSign = Buffer.concat([sha256(APPLICATION), state, sha256(data)]);
  if (type.startsWith('sk-ssh-ed25519')) {
    return Buffer.concat([sshString(type), sshString(sign(null, toSign, privateKey)), state]);
  }
  const both = sign('sha256', toSign, { key: privateKey, dsaEncoding: 'ieee-p1363' });
  const numbers = [both.subarray(0, 32), both.subarray(32)].map((half) => sshString(mpint(half)));
  return Buffer.concat([sshString(type), sshString(Buffer.concat(numbers)), state]);
}

/** A positive number of RFC 4251, section 5. */
function mpint(number: Buffer): Buffer {
  const first = number.findIndex((byte) => byte !== 0);
  const digits = number.subarray(first);
  return (digits[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.alloc(1), digits]) : digits;
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
