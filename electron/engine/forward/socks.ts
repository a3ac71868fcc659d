import type { Endpoint } from '#shared/endpoint.ts';
import type { ChannelRefusal } from './channel-source.ts';
import { startsLikeHttp, WRONG_PORT_PAGE } from './socks-http.ts';

/** SOCKS 4 (with 4a) or SOCKS 5. */
export type SocksVersion = 4 | 5;

/** A CONNECT that a client asks for. The host is not resolved: names belong to the server's side. */
export interface SocksRequest {
  readonly version: SocksVersion;
  readonly target: Endpoint;
}

/** Why a client is turned away before anything is opened for it. */
export type SocksRefusal =
  | 'notSocks'
  | 'httpRequest'
  | 'noAcceptableMethod'
  | 'unsupportedCommand'
  | 'unsupportedAddressType'
  | 'badAddress'
  | 'tooLong';

/** What the bytes so far come to. `reply` is to be sent now; it is often empty. */
export type SocksStep =
  | { readonly status: 'more'; readonly reply: Buffer }
  | {
      readonly status: 'request';
      readonly reply: Buffer;
      readonly request: SocksRequest;
      /** Bytes after the handshake: the first of the client's own data. */
      readonly rest: Buffer;
    }
  | { readonly status: 'refuse'; readonly reply: Buffer; readonly reason: SocksRefusal };

/**
 * Reads the handshake of a SOCKS client: version 4 and 4a (the memos by Ying-Da Lee), version 5 (RFC 1928)
 * without authentication, CONNECT only. Pure: it takes bytes in any pieces and says what to answer.
 * After anything but `more` it must not be fed again. It never throws, whatever the bytes.
 */
export class SocksParser {
  #received: Buffer = NOTHING;
  #isMethodChosen = false;

  /** Takes the next bytes. What is kept never exceeds one header and the chunk it ended in. */
  feed(chunk: Buffer): SocksStep {
    this.#received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk]);
    if (this.#isMethodChosen) return readSocks5Request(this.#received);
    switch (this.#received[0]) {
      case undefined:
        return more();
      case 4:
        return readSocks4(this.#received);
      case 5:
        return this.#readSocks5Greeting();
      default:
        return readStranger(this.#received);
    }
  }

  /** VER NMETHODS METHODS, RFC 1928 section 3; a client may send its request along. */
  #readSocks5Greeting(): SocksStep {
    const methodCount = this.#received[1];
    if (methodCount === undefined || this.#received.length < 2 + methodCount) return more();
    const methods = this.#received.subarray(2, 2 + methodCount);
    if (!methods.includes(NO_AUTHENTICATION)) {
      return refuse('noAcceptableMethod', [5, 0xff]);
    }
    this.#isMethodChosen = true;
    this.#received = this.#received.subarray(2 + methodCount);
    const step = readSocks5Request(this.#received);
    return { ...step, reply: Buffer.concat([Buffer.from([5, NO_AUTHENTICATION]), step.reply]) };
  }
}

/** The answer to a request whose channel opened. The bound address is not known and therefore zero. */
export function socksGranted(version: SocksVersion): Buffer {
  return version === 4 ? socks4Reply(0x5a) : socks5Reply(0x00);
}

/**
 * The answer to a request that the server refused. SSH has one code for every failed connect; only for
 * SOCKS 5's finer ones, which clients merely print, the server's text is looked at.
 */
export function socksDenied(version: SocksVersion, refusal: ChannelRefusal): Buffer {
  if (version === 4) return socks4Reply(0x5b);
  switch (refusal.reason) {
    case 'notPermitted':
      return socks5Reply(0x02);
    case 'connectFailed':
      return socks5Reply(UNREACHABLE.test(refusal.message) ? 0x04 : 0x05);
    case 'resourceShortage':
    case 'unknown':
    case 'sessionLost':
      return socks5Reply(0x01);
  }
}

const NOTHING = Buffer.alloc(0);
const NO_AUTHENTICATION = 0x00;
const CONNECT = 0x01;
const UNREACHABLE = /unreachable|no route|not known|resolve|timed out/i;

/** Longest user id and host name in SOCKS 4, which sets no limit itself, without their NUL. */
const SOCKS4_FIELD_LIMIT = 255;

/** VN CD DSTPORT(2) DSTIP(4) USERID NUL; in 4a DSTIP is 0.0.0.x and the name follows, NUL at its end. */
function readSocks4(bytes: Buffer): SocksStep {
  if (bytes.length < 8) return more();
  const denied = [...socks4Reply(0x5b)];
  if (bytes[1] !== CONNECT) return refuse('unsupportedCommand', denied);
  const userEnd = endOfField(bytes, 8);
  if (userEnd === 'tooLong') return refuse('tooLong', denied);
  if (userEnd === 'more') return more();
  const port = bytes.readUInt16BE(2);
  const isNamed = bytes.readUIntBE(4, 3) === 0 && bytes[7] !== 0;
  if (!isNamed) return request(4, bytes.subarray(4, 8).join('.'), port, bytes.subarray(userEnd + 1));
  const nameEnd = endOfField(bytes, userEnd + 1);
  if (nameEnd === 'tooLong') return refuse('tooLong', denied);
  if (nameEnd === 'more') return more();
  const name = readName(bytes.subarray(userEnd + 1, nameEnd));
  if (name === undefined) return refuse('badAddress', denied);
  return request(4, name, port, bytes.subarray(nameEnd + 1));
}

function endOfField(bytes: Buffer, start: number): number | 'more' | 'tooLong' {
  const end = bytes.subarray(start, start + SOCKS4_FIELD_LIMIT + 1).indexOf(0);
  if (end >= 0) return start + end;
  return bytes.length - start > SOCKS4_FIELD_LIMIT ? 'tooLong' : 'more';
}

/** VER CMD RSV ATYP DST.ADDR DST.PORT(2), RFC 1928 section 4. */
function readSocks5Request(bytes: Buffer): SocksStep {
  if (bytes.length < 4) return more();
  if (bytes[0] !== 5) return refuse('notSocks', []);
  if (bytes[1] !== CONNECT) return refuse('unsupportedCommand', [...socks5Reply(0x07)]);
  const start = bytes[3] === 0x03 ? 5 : 4;
  const length = addressLength(bytes);
  if (length === undefined) return refuse('unsupportedAddressType', [...socks5Reply(0x08)]);
  const end = start + length;
  if (bytes.length < end + 2) return more();
  const host = readAddress(bytes[3], bytes.subarray(start, end));
  if (host === undefined) return refuse('badAddress', [...socks5Reply(0x01)]);
  return request(5, host, bytes.readUInt16BE(end), bytes.subarray(end + 2));
}

function addressLength(bytes: Buffer): number | undefined {
  switch (bytes[3]) {
    case 0x01:
      return 4;
    case 0x03:
      return bytes[4] ?? 0;
    case 0x04:
      return 16;
    default:
      return undefined;
  }
}

function readAddress(type: number | undefined, bytes: Buffer): string | undefined {
  if (type === 0x01) return bytes.join('.');
  if (type === 0x03) return readName(bytes);
  return Array.from({ length: 8 }, (_, group) => bytes.readUInt16BE(group * 2).toString(16)).join(':');
}

/** A host name of printable ASCII, as it comes; other names travel as Punycode. */
function readName(bytes: Buffer): string | undefined {
  const isPrintable = bytes.length > 0 && bytes.every((byte) => byte > 0x20 && byte < 0x7f);
  return isPrintable ? bytes.toString('latin1') : undefined;
}

function readStranger(bytes: Buffer): SocksStep {
  switch (startsLikeHttp(bytes)) {
    case 'yes':
      return { status: 'refuse', reply: Buffer.from(WRONG_PORT_PAGE), reason: 'httpRequest' };
    case 'unclear':
      return more();
    case 'no':
      return refuse('notSocks', []);
  }
}

function more(): SocksStep {
  return { status: 'more', reply: NOTHING };
}

function request(version: SocksVersion, host: string, port: number, rest: Buffer): SocksStep {
  return { status: 'request', reply: NOTHING, request: { version, target: { host, port } }, rest };
}

function refuse(reason: SocksRefusal, reply: readonly number[]): SocksStep {
  return { status: 'refuse', reply: Buffer.from(reply), reason };
}

/** VN 0, CD, then DSTPORT and DSTIP, which a client ignores for CONNECT. */
function socks4Reply(code: number): Buffer {
  return Buffer.from([0, code, 0, 0, 0, 0, 0, 0]);
}

/** VER REP RSV ATYP BND.ADDR BND.PORT, RFC 1928 section 6. */
function socks5Reply(code: number): Buffer {
  return Buffer.from([5, code, 0, 0x01, 0, 0, 0, 0, 0, 0]);
}
