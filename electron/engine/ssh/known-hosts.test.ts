import { execFileSync, spawnSync } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeTestKey, type TestKey } from './host-key-test-keys.ts';
import { knownKeyTypes, lookUpHost } from './known-hosts.ts';
import { hashName } from './known-hosts-hash.ts';

let directory: string;
let keys: TestKey[];
let file: string;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'culvert-known-hosts-'));
  file = join(directory, 'known_hosts');
  keys = [
    makeTestKey(directory, 'ed25519', '-t', 'ed25519'),
    makeTestKey(directory, 'ecdsa', '-t', 'ecdsa', '-b', '384'),
    makeTestKey(directory, 'rsa', '-t', 'rsa', '-b', '2048'),
  ];
});

afterAll(() => rmSync(directory, { recursive: true }));

interface Found {
  readonly line: number;
  readonly marker: 'none' | 'revoked' | 'certAuthority';
  readonly fingerprint: string;
}

/** What the real `ssh-keygen` finds: `-l` makes it read the keys too, as ssh does when it connects. */
function askSshKeygen(text: string, name: string): Found[] {
  writeFileSync(file, text, 'latin1');
  const { stdout, error } = spawnSync('ssh-keygen', ['-l', '-F', name, '-f', file], { encoding: 'latin1' });
  if (error) throw error;
  const markers = { '': 'none', REVOKED: 'revoked', CA: 'certAuthority' } as const;
  return [...stdout.matchAll(/^# Host .* found: line (\d+) ?(REVOKED|CA|)\n.* (SHA256:\S+)/gm)].map(
    (match) => ({
      line: Number(match[1]),
      marker: markers[match[2] as keyof typeof markers],
      fingerprint: match[3] ?? '',
    }),
  );
}

function lookUp(text: string, host: string, port: number, matchedBy: 'name' | 'bareHost' = 'name'): Found[] {
  return lookUpHost(text, { host, port })
    .filter((entry) => entry.matchedBy === matchedBy)
    .map(({ line, marker, key }) => ({ line, marker, fingerprint: key.fingerprint }));
}

function nameOf(host: string, port: number): string {
  return port === 22 ? host : `[${host}]:${port}`;
}

function lineNumbers(text: string, host: string, port = 22): number[] {
  return lookUpHost(text, { host, port }).map(({ line }) => line);
}

/** Few, alike and one inside another, so that lines and questions often meet. */
const hosts = ['alpha', 'alpha.example', '10.0.0.1', '::1'];
const ports = [22, 2222];

const host = fc.constantFrom(...hosts);
const port = fc.constantFrom(...ports);
const name = fc.tuple(host, port).map(([h, p]) => nameOf(h, p));

/** A name made vaguer: some characters become wildcards, stretches of it too. */
const wildcard = fc
  .tuple(name, fc.nat(20), fc.nat(20), fc.constantFrom('*', '?', '**', '*?', '?*', ''))
  .map(([text, from, length, joker]) => text.slice(0, from) + joker + text.slice(from + length));

const pattern = fc
  .tuple(
    fc.constantFrom('', '', '', '', '', '', '!', '!!'),
    fc.oneof(
      { weight: 4, arbitrary: name },
      { weight: 3, arbitrary: wildcard },
      fc.constantFrom('*', '?', '', '[', 'x'),
    ),
    fc.boolean(),
  )
  .map(([negation, text, upper]) => negation + (upper ? text.toUpperCase() : text));

const salt = fc.uint8Array({ minLength: 20, maxLength: 20 }).map((bytes) => Buffer.from(bytes));

const hashed = fc.tuple(name, salt).map(([text, key]) => {
  const hash = createHmac('sha1', key).update(text).digest('base64');
  return `|1|${key.toString('base64')}|${hash}`;
});

/** Hashed names as no program writes them. */
const brokenHash = fc
  .tuple(hashed, fc.nat(62), fc.constantFrom('', '|', '=', 'A', ',alpha', '!'))
  .map(([text, at, insert]) => text.slice(0, at) + insert + text.slice(at + (insert === '' ? 1 : 0)));

const names = fc.oneof(
  { weight: 4, arbitrary: fc.array(pattern, { minLength: 1, maxLength: 4 }).map((list) => list.join(',')) },
  { weight: 2, arbitrary: hashed },
  { weight: 1, arbitrary: brokenHash },
);

const gap = fc.constantFrom(' ', '  ', '\t', ' \t');
const marker = fc.constantFrom(
  '',
  '',
  '',
  '',
  '@revoked ',
  '@cert-authority ',
  '@revoked  ',
  '@other ',
  '@ ',
);
const comment = fc.constantFrom('', '', ' me@here', ' # note', '\t', ' \t two words', '\r');

/** The key as it should be, and in the ways that files get broken. */
const keyText = fc
  .tuple(
    fc.nat(2),
    fc.oneof(
      { weight: 6, arbitrary: fc.constant('none') },
      { weight: 1, arbitrary: fc.constantFrom('cut', 'type', 'noType', 'noKey', 'padding', 'sha2', 'ssh1') },
    ),
  )
  .map(([which, damage]) => {
    const [type = '', base64 = ''] = (keys[which]?.line ?? '').split(' ');
    switch (damage) {
      case 'cut':
        return `${type} ${base64.slice(0, -8)}`;
      case 'type':
        return `ssh-dss ${base64}`;
      case 'noType':
        return base64;
      case 'noKey':
        return type;
      case 'padding':
        return `${type} ${base64}=`;
      case 'sha2':
        return `rsa-sha2-512 ${base64}`;
      case 'ssh1':
        return '1024 35 1234567890';
      default:
        return `${type} ${base64}`;
    }
  });

const entryLine = fc
  .tuple(fc.constantFrom('', '', ' ', '\t'), marker, names, gap, keyText, comment)
  .map((parts) => parts.join(''));

/** Broken, blank and commented lines. No line end and no zero byte: to OpenSSH the latter ends the text. */
const junkLine = fc.oneof(
  fc.constantFrom(
    '',
    ' ',
    '\t',
    '# comment',
    '  # alpha',
    '#',
    '@',
    '@revoked',
    '@revoked ',
    'alpha',
    'alpha ',
    '\r',
  ),
  fc.string({ maxLength: 30 }).map((text) => text.replace(/[\n\0]/g, ' ')),
  entryLine.map((line) => `#${line}`),
  entryLine.map((line) => `@revoked @cert-authority ${line}`),
);

const text = fc
  .tuple(
    fc.array(fc.oneof({ weight: 5, arbitrary: entryLine }, { weight: 1, arbitrary: junkLine }), {
      minLength: 5,
      maxLength: 15,
    }),
    fc.constantFrom('\n', '\n', '\r\n'),
    fc.boolean(),
  )
  .map(([lines, end, isEnded]) => lines.join(end) + (isEnded ? end : ''));

describe('lookUpHost, compared with ssh-keygen -F', () => {
  it('finds the same lines, markers and keys for generated files, hosts and ports', () => {
    let lookUps = 0;
    let found = 0;
    fc.assert(
      fc.property(text, host, port, (content, wantedHost, wantedPort) => {
        const oracle = askSshKeygen(content, nameOf(wantedHost, wantedPort));
        expect(lookUp(content, wantedHost.toUpperCase(), wantedPort)).toEqual(oracle);
        lookUps++;
        found += oracle.length;
      }),
      { numRuns: 500 },
    );
    expect(lookUps).toBeGreaterThanOrEqual(500);
    // Guards the generator: were nothing ever found, the comparison above would prove nothing.
    expect(found).toBeGreaterThan(250);
  }, 60_000);

  it('finds under the host alone what ssh-keygen finds there and not under the full name', () => {
    let found = 0;
    fc.assert(
      fc.property(text, host, (content, wantedHost) => {
        const named = askSshKeygen(content, nameOf(wantedHost, 2222)).map(({ line }) => line);
        const bare = askSshKeygen(content, wantedHost).filter(({ line }) => !named.includes(line));
        expect(lookUp(content, wantedHost, 2222, 'bareHost')).toEqual(bare);
        found += bare.length;
      }),
      { numRuns: 150 },
    );
    expect(found).toBeGreaterThan(50);
  }, 60_000);

  it('finds every host in a file that ssh-keygen -H hashed', () => {
    const plain = hosts
      .flatMap((h) => ports.map((p) => `${nameOf(h, p)} ${keys[h.length % 3]?.line ?? ''}\n`))
      .join('');
    const before = hosts.flatMap((h) => ports.map((p) => lineNumbers(plain, h, p)));
    writeFileSync(file, plain);
    execFileSync('ssh-keygen', ['-H', '-f', file], { stdio: 'ignore' });
    const hidden = readFileSync(file, 'latin1');
    expect(hidden).not.toContain('alpha');
    expect(hosts.flatMap((h) => ports.map((p) => lineNumbers(hidden, h, p)))).toEqual(before);
  });

  it('hashes names so that ssh-keygen finds them', () => {
    const content = `${hashName('[alpha]:2222')} ${keys[0]?.line}\n${hashName('alpha')} ${keys[1]?.line}\n`;
    expect(askSshKeygen(content, '[alpha]:2222').map(({ line }) => line)).toEqual([1]);
    expect(askSshKeygen(content, 'alpha').map(({ line }) => line)).toEqual([2]);
  });
});

describe('lookUpHost', () => {
  it('never throws on any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), host, (content, wantedHost) => {
        expect(Array.isArray(lookUpHost(content, { host: wantedHost, port: 22 }))).toBe(true);
      }),
    );
  });

  it('gives file, line and key, and marks what it found under the host alone', () => {
    const content = `# comment\r\n\r\nalpha ${keys[0]?.line} note\r\n[alpha]:2222 ${keys[1]?.line}\r\n`;
    expect(lookUpHost(content, { host: 'Alpha', port: 2222 }, '/etc/ssh/ssh_known_hosts')).toEqual([
      {
        file: '/etc/ssh/ssh_known_hosts',
        line: 3,
        marker: 'none',
        matchedBy: 'bareHost',
        key: keys[0]?.key,
        text: `alpha ${keys[0]?.line} note\r`,
      },
      {
        file: '/etc/ssh/ssh_known_hosts',
        line: 4,
        marker: 'none',
        matchedBy: 'name',
        key: keys[1]?.key,
        text: `[alpha]:2222 ${keys[1]?.line}\r`,
      },
    ]);
  });

  it('does not take a line for another port for the host at port 22', () => {
    expect(lineNumbers(`[alpha]:2222 ${keys[0]?.line}\n`, 'alpha')).toEqual([]);
  });

  it('honours a revocation whose marker ends in a tab, which OpenSSH overlooks', () => {
    const content = `@revoked\talpha ${keys[0]?.line}\n`;
    expect(askSshKeygen(content, 'alpha')).toEqual([]);
    expect(lookUp(content, 'alpha', 22)).toMatchObject([{ line: 1, marker: 'revoked' }]);
  });

  it('covers nothing by a pattern of 1023 characters, as OpenSSH', () => {
    const line = (length: number) => `alpha,${'*'.repeat(length)} ${keys[0]?.line}\n`;
    expect(askSshKeygen(line(1022), 'alpha')).toHaveLength(1);
    expect(askSshKeygen(line(1023), 'alpha')).toEqual([]);
    expect(lineNumbers(line(1022), 'alpha')).toEqual([1]);
    expect(lineNumbers(line(1023), 'alpha')).toEqual([]);
  });

  it('finds a host whose name is not ASCII, plain and hashed', () => {
    const bytes = Buffer.from('Übersee.example').toString('latin1');
    const content = `${bytes} ${keys[0]?.line}\n${hashName(bytes)} ${keys[1]?.line}\n`;
    expect(askSshKeygen(content, 'Übersee.example').map(({ line }) => line)).toEqual([1, 2]);
    expect(lineNumbers(content, 'Übersee.EXAMPLE')).toEqual([1, 2]);
  });

  it('takes no exponential time on a pattern made for it', () => {
    const content = `${'*a'.repeat(200)}*b ${keys[0]?.line}\n`;
    const before = process.cpuUsage();
    expect(lineNumbers(content, 'a'.repeat(250))).toEqual([]);
    expect(processorMs(before)).toBeLessThan(500);
  });

  it('searches 100,000 lines, plain and hashed, without stalling the process', () => {
    const line = keys[0]?.line ?? '';
    const plain = Array.from({ length: 100_000 }, (_, index) => `host${index}.example,10.1.2.3 ${line}`).join(
      '\n',
    );
    const hash = (index: number) =>
      `|1|${Buffer.alloc(20, `${index}`).toString('base64')}|${'A'.repeat(27)}=`;
    const hidden = Array.from({ length: 100_000 }, (_, index) => `${hash(index)} ${line}`).join('\n');
    expect(plain.length).toBeGreaterThan(10_000_000);
    for (const content of [plain, hidden]) {
      const before = process.cpuUsage();
      const found = lineNumbers(`${content}\nlast ${line}\n`, 'last', 2222);
      const tookMs = processorMs(before);
      expect(found).toEqual([100_001]);
      // Generous: alone it takes about a fifth of this.
      expect(tookMs).toBeLessThan(3000);
    }
  });
});

describe('knownKeyTypes', () => {
  it('names each type once, and neither revoked keys nor authorities', () => {
    const [ed25519, ecdsa, rsa] = keys.map(({ line }) => line);
    const content = `alpha ${rsa}\n*pha ${rsa}\nalpha ${ecdsa}\n@revoked alpha ${ed25519}\n@cert-authority * ${ed25519}\n`;
    expect(knownKeyTypes(lookUpHost(content, { host: 'alpha', port: 22 }))).toEqual([
      'ssh-rsa',
      'ecdsa-sha2-nistp384',
    ]);
  });

  it('names the types found under the host alone only where the full name has none', () => {
    const bare = `alpha ${keys[0]?.line}\n`;
    const server = { host: 'alpha', port: 2222 };
    expect(knownKeyTypes(lookUpHost(bare, server))).toEqual(['ssh-ed25519']);
    expect(knownKeyTypes(lookUpHost(`${bare}[alpha]:2222 ${keys[2]?.line}\n`, server))).toEqual(['ssh-rsa']);
  });
});

/** What this process has computed since, in milliseconds: the machine is shared, and others' work is not ours. */
function processorMs(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}
