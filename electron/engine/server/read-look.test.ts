import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matchServerHalves } from '#shared/connection-halves.ts';
import { sampleConnection } from '#shared/connection-sample.ts';
import { establishedOn } from '#shared/established-socket.ts';
import { type SeenServer, serverLookSchema } from '#shared/server-look.ts';
import { readServerFixture as read } from './fixtures/read-fixture.ts';
import { lookProgram } from './look-script.ts';
import { markHops, markOurs, type OurRemoteListener } from './mark-ours.ts';
import { readLook } from './read-look.ts';

const { definitions, sectionMark } = lookProgram('abc123');

/** What the script prints, with these sections in place of the usual ones; null leaves one out. */
function answer(change: Readonly<Record<string, string | null>> = {}): string {
  const sections: Record<string, string | null> = {
    account: '1000\nandre\n',
    system: 'Linux\n',
    parents: '700 sshd\n600 sshd\n',
    session: '10.0.0.9 51200 192.168.1.77 22\n',
    addresses: read('linux-ip-addr.txt'),
    users: 'root:x:0:\nandre:x:1000:\n',
    'ss-listening': read('linux-ss-listening.txt'),
    'ss-established': read('linux-ss-established.txt'),
    end: '',
    ...change,
  };
  return Object.entries(sections)
    .map(([name, text]) => (text === null ? '' : `${sectionMark}${name}\n${text}`))
    .join('');
}

function seen(text: string): SeenServer {
  const reading = readLook(text, sectionMark);
  if (reading === null || reading === 'noTool') throw new Error('There is nothing to see.');
  return { status: 'seen', at: 1, ...reading };
}

describe('the answer to a look', () => {
  it('tells account, tool, reach, owners and our session’s process', () => {
    const look = seen(answer());
    expect(serverLookSchema.parse(look)).toEqual(look);
    expect(look).toMatchObject({
      account: { user: 'andre', uid: 1000 },
      system: 'Linux',
      tool: 'ss',
      serverPid: 700,
      isWhole: true,
    });
    expect(look.listeners.find(({ port }) => port === 143)).toMatchObject({
      reach: { kind: 'network', networks: ['192.168.1.0/24'] },
      owner: { uid: 0, user: 'root' },
    });
    expect(look.connections.find(({ peer }) => peer.port === 65535)).toMatchObject({
      address: '127.0.0.1',
      port: 48716,
      owner: { uid: 1000, user: 'andre' },
    });
  });

  it('is found behind the greetings of a login shell, and is not whole without its end', () => {
    expect(seen(`Welcome to core!\n${answer()}`).listeners).toHaveLength(7);
    expect(seen(answer({ end: null })).isWhole).toBe(false);
  });

  it('tells the half of a connection that is on the server, unless it is cut', () => {
    const connection = sampleConnection({ target: { host: '127.0.0.1', port: 65535 } });
    const sockets = establishedOn(seen(answer())) ?? [];
    expect(matchServerHalves([connection], new Set(), sockets).get(connection.id)).toEqual({
      kind: 'seen',
      socket: { local: { host: '127.0.0.1', port: 48716 }, remote: { host: '127.0.0.1', port: 65535 } },
    });
    expect(establishedOn(seen(answer({ end: null })))).toBeNull();
  });

  it.each([
    ['a program that repeats what it is sent', definitions],
    ['a banner', 'This account is currently not available.\n'],
    ['an answer with another nonce', answer().replaceAll('abc123', 'abc124')],
    ['nothing', ''],
  ])('is not seen in %s', (_name, text) => {
    expect(readLook(text, sectionMark)).toBeNull();
  });

  it('says when there is no tool', () => {
    const none = { 'ss-listening': null, 'ss-established': null };
    expect(readLook(answer(none), sectionMark)).toBe('noTool');
    expect(readLook(answer({ ...none, proc: '\n' }), sectionMark)).toBe('noTool');
    const solaris = '      *.22                 *.*                0      0 49152      0 LISTEN\n';
    expect(readLook(answer({ ...none, 'bsd-netstat': solaris }), sectionMark)).toBe('noTool');
  });

  it.each([
    ['/proc/net/tcp', { proc: read('linux-proc-net-tcp.txt') }, 'procNetTcp', 7],
    ['netstat of Linux', { netstat: read('linux-netstat.txt') }, 'netstat', 7],
    ['netstat of FreeBSD', { 'bsd-netstat': read('freebsd-netstat.txt') }, 'netstat', 5],
  ] as const)('is read from %s', (_name, sections, tool, count) => {
    const look = seen(answer({ 'ss-listening': null, 'ss-established': null, ...sections }));
    expect(look.tool).toBe(tool);
    expect(look.listeners).toHaveLength(count);
  });

  it('takes the names out of macOS’s lsof', () => {
    const lsof = 'p9\ncssh\nu1000\nLandre\nf3\ntIPv4\nd0x1\nPTCP\nn127.0.0.1:25\nTST=LISTEN\n';
    const bsd = { 'ss-listening': null, 'bsd-netstat': read('freebsd-netstat.txt'), lsof };
    const named = seen(answer(bsd)).listeners.filter(({ process }) => process !== null);
    expect(named).toMatchObject([{ port: 25, process: { name: 'ssh', pid: 9 } }]);
  });

  it.each([
    ['700 sshd-session\n600 sshd\n', 700],
    ['800 bash\n700 sshd: andre@notty\n', 700],
    ['700 /usr/sbin/dropbear\n', 700],
    ['700 \n600 sshd\n', 600],
    ['700 \n', 700],
    ['700 bash\n1 init\n', null],
    ['1 sshd\n', null],
    ['', null],
  ])('finds our session among the parents %j: %s', (parents, pid) => {
    expect(seen(answer({ parents })).serverPid).toBe(pid);
  });

  it('lets no control or bidi character through', () => {
    const evil = 'LISTEN 0 5 0.0.0.0:80 0.0.0.0:* users:(("a\u001b[31m\u202eb",pid=7,fd=3)) ino:9 sk:1\n';
    const look = seen(answer({ 'ss-listening': evil, account: '1000\nan\u001b]0;x\u0007dre\u0000\n' }));
    expect(JSON.stringify(look)).not.toMatch(/\\u00|\u202e/);
    expect(look.listeners[0]?.process?.name).toBe('ab');
  });

  it.each([
    ['listeners', 'LISTEN 0 5 0.0.0.0:80 0.0.0.0:* ino:9 sk:1\n'],
    ['programs without an end', 'LISTEN 0 5 0.0.0.0:80 0.0.0.0:* users:(('],
    ['beginnings', ' users:(('],
    ['blanks', ' '],
    ['colons', '1:'],
  ])('takes no longer than a moment for two megabytes of %s', (_name, piece) => {
    const flood = piece.repeat((2 * 1024 * 1024) / piece.length);
    const start = `tcp 0 0 1.1.1.1:1 0.0.0.0:* LISTEN 1/a`;
    const tools = { 'ss-listening': null, 'ss-established': null };
    const before = performance.now();
    readLook(answer({ 'ss-listening': flood, addresses: flood, users: flood }), sectionMark);
    readLook(answer({ ...tools, netstat: `${start}${flood}x`, parents: flood }), sectionMark);
    readLook(answer({ ...tools, 'bsd-netstat': `tcp4 0 0 ${flood}`, lsof: flood }), sectionMark);
    readLook(answer({ ...tools, proc: `   0: ${flood}` }), sectionMark);
    expect(performance.now() - before).toBeLessThan(10_000);
  });

  it('fits the contract, whatever the server says', () => {
    const noise = fc.string({ unit: 'binary', maxLength: 20 });
    const whole = answer({ proc: read('linux-proc-net-tcp.txt'), netstat: read('linux-netstat.txt') });
    fc.assert(
      fc.property(fc.nat(whole.length), fc.nat(200), noise, (at, length, text) => {
        const reading = readLook(whole.slice(0, at) + text + whole.slice(at + length), sectionMark);
        if (reading === null || reading === 'noTool') return;
        const look = { status: 'seen' as const, at: 1, ...reading };
        expect(serverLookSchema.safeParse(look).error).toBeUndefined();
      }),
      { numRuns: 400 },
    );
  });
});

describe('our second hops in a look', () => {
  const hop = { tunnelId: 't', tunnelName: 'Mail', forwardId: 'f', port: 80 };
  const marked = (local: string) => {
    const lines = `LISTEN 0 128 ${local} 0.0.0.0:* uid:1000 ino:9\n`;
    const look = seen(answer({ 'ss-listening': lines, 'ss-established': '' }));
    return markHops(look, [hop]).listeners.map(({ ours }) => ours?.forwardId ?? null);
  };

  it.each(['*:80', '0.0.0.0:80', '[::]:80'])('are at all addresses of their port, such as %s', (local) => {
    expect(marked(local)).toEqual(['f']);
  });

  it.each(['127.0.0.1:80', '[::1]:80', '192.168.1.77:80', '*:81'])(
    'are not at one address, nor at another port: %s',
    (local) => {
      expect(marked(local)).toEqual([null]);
    },
  );
});

describe('our forwards in a look', () => {
  const ours = (port: number, askedAddress: string, forwardId = 'f'): OurRemoteListener => ({
    tunnelId: 't',
    tunnelName: 'Mail',
    forwardId,
    askedAddress,
    port,
  });
  const line = (local: string, rest: string) => `LISTEN 0 128 ${local} 0.0.0.0:* ${rest}\n`;
  const marked = (lines: string, ...forwards: readonly OurRemoteListener[]) =>
    markOurs(seen(answer({ 'ss-listening': lines, 'ss-established': '' })), forwards)
      .listeners.filter((listener) => listener.ours !== null)
      .map(({ address, port, ours: tag }) => `${address} ${port} ${tag?.forwardId}`);

  it('are known by port and owner where the process is hidden', () => {
    expect(marked(line('127.0.0.1:80', 'uid:1000 ino:9'), ours(80, '*'))).toEqual(['127.0.0.1 80 f']);
    expect(marked(line('127.0.0.1:80', 'uid:1001 ino:9'), ours(80, '*'))).toEqual([]);
    expect(marked(line('127.0.0.1:81', 'uid:1000 ino:9'), ours(80, '*'))).toEqual([]);
  });

  it('leave root’s listener alone where the account’s own has the other address of the port', () => {
    const lines = line('127.0.0.1:80', 'ino:9') + line('[::1]:80', 'uid:1000 ino:10');
    expect(marked(lines, ours(80, '*'))).toEqual(['::1 80 f']);
  });

  it('are no more than a guess where root has them and no process is shown', () => {
    const listeners = markOurs(
      seen(answer({ 'ss-listening': line('127.0.0.1:80', 'ino:9'), 'ss-established': '' })),
      [ours(80, '*')],
    ).listeners;
    expect(listeners[0]?.ours).toMatchObject({ forwardId: 'f', isDoubtful: true });
  });

  it('are not what another session’s SSH server holds, where ours has the other address', () => {
    const lines =
      line('127.0.0.1:80', 'users:(("sshd",pid=701,fd=3)) ino:9') +
      line('[::1]:80', 'users:(("sshd",pid=700,fd=3)) ino:10');
    expect(marked(lines, ours(80, '*'))).toEqual(['::1 80 f']);
  });

  it('are not what another program of the same account holds', () => {
    const nginx = 'users:(("nginx",pid=9,fd=3)) uid:1000 ino:9';
    expect(marked(line('127.0.0.1:80', nginx), ours(80, 'localhost'))).toEqual([]);
    const sshd = 'users:(("sshd",pid=700,fd=3)) ino:9';
    expect(marked(line('127.0.0.1:80', sshd), ours(80, 'localhost'))).toEqual(['127.0.0.1 80 f']);
  });

  it('do not stand at an address that nobody asked for', () => {
    const owner = 'uid:1000 ino:9';
    expect(marked(line('192.168.1.77:80', owner), ours(80, 'localhost'))).toEqual([]);
    const both = line('192.168.1.77:80', owner) + line('127.0.0.1:80', owner);
    expect(marked(both, ours(80, 'localhost', 'here'), ours(80, '192.168.1.77', 'there'))).toEqual([
      '127.0.0.1 80 here',
      '192.168.1.77 80 there',
    ]);
  });
});
