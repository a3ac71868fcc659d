import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SocksParser, socksDenied, socksGranted } from './socks.ts';

const connect5 = (type: number, address: readonly number[], port = 443) => [
  ...[5, 1, 0],
  ...[5, 1, 0, type, ...address],
  ...[port >> 8, port & 0xff],
];
const name = (text: string) => [text.length, ...Buffer.from(text)];
const connect4 = (address: readonly number[], after: string, port = 80) => [
  ...[4, 1, port >> 8, port & 0xff, ...address],
  ...Buffer.from(after),
];

describe('a SOCKS 5 client', () => {
  it('is offered no authentication and read to its request', () => {
    const parser = new SocksParser();
    expect(parser.feed(Buffer.from([5, 2, 0, 2]))).toMatchObject({
      status: 'more',
      reply: Buffer.from([5, 0]),
    });
    expect(parser.feed(Buffer.from([5, 1, 0, 1, 10, 0, 0, 7, 0, 25]))).toMatchObject({
      status: 'request',
      reply: Buffer.alloc(0),
      request: { version: 5, target: { host: '10.0.0.7', port: 25 } },
    });
  });

  it('may send its greeting, its request and its data in one piece', () => {
    const bytes = Buffer.from([...connect5(3, name('imap.example')), ...Buffer.from('hello')]);
    expect(new SocksParser().feed(bytes)).toEqual({
      status: 'request',
      reply: Buffer.from([5, 0]),
      request: { version: 5, target: { host: 'imap.example', port: 443 } },
      rest: Buffer.from('hello'),
    });
  });

  it('may name an IPv6 address', () => {
    const address = [0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1];
    expect(read(connect5(4, address))).toMatchObject({
      request: { target: { host: '2001:db8:0:0:0:0:0:1', port: 443 } },
    });
  });

  it.each([
    ['a method other than none', [5, 1, 2], 'noAcceptableMethod', [5, 0xff]],
    ['no method at all', [5, 0], 'noAcceptableMethod', [5, 0xff]],
    ['BIND', [5, 1, 0, 5, 2, 0, 1], 'unsupportedCommand', [5, 0, 5, 7, 0, 1, 0, 0, 0, 0, 0, 0]],
    ['UDP ASSOCIATE', [5, 1, 0, 5, 3, 0, 1], 'unsupportedCommand', [5, 0, 5, 7, 0, 1, 0, 0, 0, 0, 0, 0]],
    ['an unknown kind of address', connect5(9, []), 'unsupportedAddressType', undefined],
    ['an empty name', connect5(3, [0]), 'badAddress', undefined],
    ['a name with a NUL', connect5(3, name('evil\0.example')), 'badAddress', undefined],
    ['a name with a line break', connect5(3, name('a\r\nb')), 'badAddress', undefined],
    ['a request of another version', [5, 1, 0, 4, 1, 0, 1], 'notSocks', [5, 0]],
  ])('is refused when it asks for %s', (_what, bytes, reason, reply) => {
    const result = read(bytes);
    expect(result).toMatchObject({ status: 'refuse', reason });
    if (reply) expect(result.reply).toEqual(Buffer.from(reply));
  });
});

describe('a SOCKS 4 client', () => {
  it('may name an IPv4 address', () => {
    expect(read(connect4([127, 0, 0, 1], 'me\0GET'))).toMatchObject({
      status: 'request',
      request: { version: 4, target: { host: '127.0.0.1', port: 80 } },
      rest: Buffer.from('GET'),
    });
  });

  it('may leave the name to the server (4a)', () => {
    expect(read(connect4([0, 0, 0, 1], '\0web.example\0data'))).toMatchObject({
      request: { version: 4, target: { host: 'web.example', port: 80 } },
      rest: Buffer.from('data'),
    });
  });

  it('is refused a user id or a name without end', () => {
    const denied = { status: 'refuse', reason: 'tooLong', reply: socksDenied(4, refusal('unknown')) };
    expect(read(connect4([10, 0, 0, 1], 'u'.repeat(300)))).toMatchObject(denied);
    expect(read(connect4([0, 0, 0, 9], `\0${'n'.repeat(300)}\0`))).toMatchObject(denied);
  });

  it('is refused BIND', () => {
    expect(read([4, 2, 0, 80, 10, 0, 0, 1, 0])).toMatchObject({ reason: 'unsupportedCommand' });
  });
});

describe('a client that does not speak SOCKS', () => {
  it.each(['GET http://example.com/ HTTP/1.1\r\n', 'CONNECT example.com:443 HTTP/1.1\r\n', 'OPTIONS * '])(
    'is told in HTTP that this is a SOCKS port: %j',
    (text) => {
      const result = read([...Buffer.from(text)]);
      expect(result).toMatchObject({ status: 'refuse', reason: 'httpRequest' });
      expect(result.reply.toString()).toMatch(/^HTTP\/1\.1 400 .*\r\n\r\nThis is a SOCKS port/s);
    },
  );

  it.each(['SSH-2.0-x\r\n', '\x16\x03\x01', 'get / ', 'ABCDEFGHI /', '\0'])('is dropped: %j', (text) => {
    expect(read([...Buffer.from(text, 'latin1')])).toMatchObject({ reason: 'notSocks', reply: NOTHING });
  });
});

describe('the answers', () => {
  it('say that the channel opened', () => {
    expect([...socksGranted(5)]).toEqual([5, 0, 0, 1, 0, 0, 0, 0, 0, 0]);
    expect([...socksGranted(4)]).toEqual([0, 0x5a, 0, 0, 0, 0, 0, 0]);
  });

  it.each([
    ['notPermitted', 'administratively prohibited', 2],
    ['connectFailed', 'Connection refused', 5],
    ['connectFailed', 'No route to host', 4],
    ['connectFailed', 'Name or service not known', 4],
    ['resourceShortage', '', 1],
    ['sessionLost', '', 1],
  ] as const)('say why it did not: %s, %j', (reason, message, code) => {
    expect([...socksDenied(5, { reason, message })].slice(0, 2)).toEqual([5, code]);
    expect([...socksDenied(4, { reason, message })].slice(0, 2)).toEqual([0, 0x5b]);
  });
});

describe('any bytes', () => {
  const handshakes = fc.oneof(
    fc.uint8Array({ maxLength: 700 }),
    fc.uint8Array({ maxLength: 700 }).map((bytes) => Uint8Array.from([4, 1, 0, 80, ...bytes])),
    fc.uint8Array({ maxLength: 700 }).map((bytes) => Uint8Array.from([4, 1, 0, 80, 0, 0, 0, 1, ...bytes])),
    fc.uint8Array({ maxLength: 700 }).map((bytes) => Uint8Array.from([5, 1, 0, 5, 1, 0, ...bytes])),
    fc
      .string({ unit: 'binary-ascii', maxLength: 255 })
      .map((text) => Uint8Array.from([...connect5(3, name(text)), 1, 2, 3])),
    fc.constantFrom('GET / HTTP/1.1', 'CONNECT x', 'ABC', 'AB1').map((text) => Buffer.from(text)),
  );

  it('never make it throw, and mean the same in whatever pieces they come', () => {
    fc.assert(
      fc.property(handshakes, fc.array(fc.nat(700), { maxLength: 20 }), (bytes, cuts) => {
        const whole = readPieces([Buffer.from(bytes)]);
        expect(readPieces(split(bytes, cuts))).toEqual(whole);
        expect(readPieces([...bytes].map((byte) => Buffer.from([byte])))).toEqual(whole);
      }),
      { numRuns: 500 },
    );
  });

  it('end with an answer after at most two headers of the longest kind', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 800, maxLength: 900 }), (bytes) => {
        expect(readPieces([Buffer.from(bytes)]).status).not.toBe('more');
      }),
    );
  });
});

const NOTHING = Buffer.alloc(0);

function refusal(reason: 'unknown') {
  return { reason, message: '' };
}

function read(bytes: readonly number[]) {
  return readPieces([Buffer.from(bytes)]);
}

/** Feeds the pieces one by one; gives the outcome with all replies and all rest put together. */
function readPieces(pieces: readonly Buffer[]) {
  const parser = new SocksParser();
  const replies: Buffer[] = [];
  for (const [index, piece] of pieces.entries()) {
    const step = parser.feed(piece);
    replies.push(step.reply);
    const reply = Buffer.concat(replies);
    if (step.status === 'request') {
      return { ...step, reply, rest: Buffer.concat([step.rest, ...pieces.slice(index + 1)]) };
    }
    if (step.status === 'refuse') return { ...step, reply };
  }
  return { status: 'more' as const, reply: Buffer.concat(replies) };
}

function split(bytes: Uint8Array, cuts: readonly number[]): readonly Buffer[] {
  const places = [0, ...cuts.filter((cut) => cut <= bytes.length).sort((a, b) => a - b), bytes.length];
  return places.slice(1).map((place, index) => Buffer.from(bytes.subarray(places[index], place)));
}
