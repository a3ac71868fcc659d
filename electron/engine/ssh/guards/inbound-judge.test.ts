import { describe, expect, it } from 'vitest';
import type { ClientInside } from './client-inside.ts';
import { InboundJudge } from './inbound-judge.ts';

type Open = ClientInside['_chanMgr']['_channels'][number];

function makeClient(
  changes: { readonly writableLength?: number; readonly channel?: Open } = {},
): ClientInside {
  const { writableLength = 0, channel } = changes;
  return {
    _protocol: {
      _onPayload: () => undefined,
      _onHeader: () => {},
      _decipher: undefined,
      _authsQueue: [],
      _authenticated: true,
      _kexinit: undefined,
      ping: () => {},
    },
    _chanMgr: { _channels: channel === undefined ? {} : { 3: channel } },
    _callbacks: [],
    _forwarding: { 'localhost:4022': 4022 },
    _agentFwdEnabled: false,
    _sock: { writableLength },
  };
}

function text(value: string): Buffer {
  return Buffer.concat([number(value.length), Buffer.from(value)]);
}

function number(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

function forwarded(address: string, port: number): Buffer {
  const data = [text(address), number(port), text('127.0.0.1'), number(4711)];
  return Buffer.concat([
    Buffer.from([90]),
    text('forwarded-tcpip'),
    number(0),
    number(1),
    number(1),
    ...data,
  ]);
}

/** How many times of so many it is borne. */
function borne(judge: InboundJudge, payload: Buffer, times = 10_000): number {
  for (let count = 0; count < times; count += 1) if (judge.judge(payload) !== null) return count;
  return times;
}

describe('the judge of a server’s messages', () => {
  it('bears any number of clients of a remote forward while the server reads the answers', () => {
    expect(borne(new InboundJudge(makeClient()), forwarded('localhost', 4022))).toBe(10_000);
  });

  it('bears only so many of them when it does not', () => {
    const judge = new InboundJudge(makeClient({ writableLength: 2 * 1024 * 1024 }));
    expect(borne(judge, forwarded('localhost', 4022))).toBeLessThan(5_000);
    expect(judge.judge(forwarded('localhost', 4022))).toBe('channelFlood');
  });

  it('is not taken in by names that every object has', () => {
    const judge = new InboundJudge(makeClient());
    for (const address of ['__proto__', 'constructor', 'localhost:4022', '']) {
      expect(borne(judge, forwarded(address, 4022)), address).toBeLessThan(5_000);
    }
  });

  it('takes what fits the window exactly, and not one byte more', () => {
    const channel: Open = { incoming: { window: 100 }, _callbacks: [] };
    const judge = new InboundJudge(makeClient({ channel }));
    const data = (length: number) =>
      Buffer.concat([Buffer.from([94]), number(3), number(length), Buffer.alloc(length)]);
    expect(judge.judge(data(100))).toBeNull();
    expect(judge.judge(data(101))).toBe('windowOverrun');
  });

  it('knows the numbers of our channels alone', () => {
    const channel: Open = { incoming: { window: 100 }, _callbacks: [] };
    const judge = new InboundJudge(makeClient({ channel }));
    for (const type of [91, 92, 93, 94, 95, 96, 97, 98, 99, 100]) {
      const on = (id: number) => Buffer.concat([Buffer.from([type]), number(id), number(0), number(0)]);
      expect(judge.judge(on(3)), `${type}`).toBeNull();
      expect(judge.judge(on(4)), `${type}`).toBe('unknownChannel');
      expect(judge.judge(Buffer.from([type])), `${type} cut off`).toBe('unknownChannel');
    }
  });

  it('takes no data for a channel that is not open yet', () => {
    const judge = new InboundJudge(makeClient({ channel: () => {} }));
    expect(judge.judge(Buffer.concat([Buffer.from([94]), number(3), number(0)]))).toBe('unknownChannel');
    expect(judge.judge(Buffer.concat([Buffer.from([92]), number(3), number(2)]))).toBeNull();
  });

  it('never throws, whatever it is given', () => {
    const judge = new InboundJudge(makeClient({ channel: { incoming: { window: 9 }, _callbacks: [] } }));
    for (let type = 0; type < 256; type += 1) {
      for (const length of [0, 1, 3, 4, 5, 9, 40]) {
        for (const filling of [0, 1, 3, 255]) {
          const payload = Buffer.concat([Buffer.from([type]), Buffer.alloc(length, filling)]);
          expect(() => judge.judge(payload)).not.toThrow();
        }
      }
    }
    expect(() => judge.judge(Buffer.alloc(0))).not.toThrow();
  });
});
