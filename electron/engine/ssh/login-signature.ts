import type { Client, ParsedKey } from 'ssh2';
import utils from 'ssh2/lib/protocol/utils.js';
import { takesWholeSignature } from './login-key.ts';
import { sshString } from './ssh-string.ts';

/** SSH_MSG_USERAUTH_REQUEST (RFC 4252, section 6). */
const USERAUTH_REQUEST = 50;

type GiveSignature = (signature: Buffer) => void;

/** The part of ssh2's protocol that sends a public key, and later its signature. */
interface LoginProtocol {
  readonly _kex: { readonly sessionID: Buffer };
  readonly _authsQueue: string[];
  readonly _packetRW: {
    readonly write: {
      allocStart: number;
      alloc(length: number): Buffer;
      finalize(packet: Buffer): Buffer;
    };
  };
  authPK(user: string, key: ParsedKey, algorithm?: string | SignRequest, sign?: SignRequest): void;
}

type SignRequest = (toSign: Buffer, give: GiveSignature) => void;

/**
 * Lets a client log in with keys whose signatures ssh2 cannot write (FIDO, certificates): it puts the algorithm of the request in
 * front of every signature and ends the packet behind it. All other keys go ssh2's own way. Call it once the client
 * has been told to connect. A patch of the package would do the same in the same place, and had to be applied by every build.
 */
export function passWholeSignatures(client: Client): void {
  const protocol = (client as unknown as { _protocol: LoginProtocol })._protocol;
  const ssh2sWay = protocol.authPK.bind(protocol);
  protocol.authPK = (user, key, algorithm, sign) => {
    const request = typeof algorithm === 'function' ? algorithm : sign;
    if (request === undefined || !takesWholeSignature(key)) ssh2sWay(user, key, algorithm, sign);
    else sendSigned(protocol, user, key, request);
  };
}

/** RFC 4252, section 7: the request is signed together with the session's id. */
function sendSigned(protocol: LoginProtocol, user: string, key: ParsedKey, sign: SignRequest): void {
  const request = Buffer.concat([
    Buffer.from([USERAUTH_REQUEST]),
    sshString(Buffer.from(user)),
    sshString('ssh-connection'),
    sshString('publickey'),
    Buffer.from([1]),
    sshString(key.type),
    sshString(key.getPublicSSH()),
  ]);
  sign(Buffer.concat([sshString(protocol._kex.sessionID), request]), (signature) => {
    const payload = Buffer.concat([request, sshString(signature)]);
    const { write } = protocol._packetRW;
    const start = write.allocStart;
    const packet = write.alloc(payload.length);
    packet.set(payload, start);
    // As ssh2 has it: a second SSH_MSG_USERAUTH_PK_OK would be read as one.
    protocol._authsQueue.push('publickey');
    utils.sendPacket(protocol, write.finalize(packet));
  });
}
