import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { diskFiles } from './config-files.ts';
import { readConfigHost } from './read-host.ts';
import { askSshWay } from './testing/ask-ssh-way.ts';

let folder: string;
let config: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'culvert-ssh-way-'));
  config = join(folder, 'config');
});

afterEach(() => rmSync(folder, { recursive: true }));

/** Port 9 of this computer, where nobody answers, for all that says no other. */
const write = (text: string): void => writeFileSync(config, `${text}\nHost *\n  Port 9\n`, { mode: 0o600 });

async function read(host: string) {
  const { username, uid } = userInfo();
  return readConfigHost(host, [], {
    files: diskFiles,
    home: folder,
    localUser: username,
    localHost: 'laptop',
    uid,
    environment: {},
    userFile: config,
    systemFile: join(folder, 'none'),
  });
}

async function askCulvertWay(host: string) {
  const found = await read(host);
  if (!found.ok) return null;
  const { way } = found.value;
  const hops = [...(way.jumpHosts ?? []), way].map(
    ({ server }) => `${server.user}@${server.host}:${server.port}`,
  );
  return { hops, proxyCommand: way.proxy?.kind === 'command' ? way.proxy.command : null };
}

const A = '127.0.0.1';
const B = '127.0.0.2';
const C = '127.0.0.3';

describe('the way to a Host', () => {
  it.each([
    {
      what: 'jump hosts for every Host, also for the jump hosts themselves',
      text: `Host ${A}\n  ProxyJump none\nHost *\n  ProxyJump ${A}:9,${B}:9`,
      hops: [A, B, C],
    },
    {
      what: 'a later jump host that has a program of its own',
      text: `Host ${B}\n  ProxyCommand false %d\nHost ${C}\n  ProxyJump ${A},${B}`,
      hops: [A, B, C],
    },
    {
      what: 'a first jump host that has a way of its own',
      text: `Host ${B}\n  ProxyJump ${A}\nHost ${C}\n  ProxyJump ${B}`,
      hops: [A, B, C],
    },
    {
      what: 'a jump host that is called none',
      text: `Host ${B}\n  ProxyJump ${A}\nHost ${C}\n  ProxyJump none,${B}`,
      hops: [B, C],
    },
  ])('leads as with ssh by $what', async ({ text, hops }) => {
    write(text);
    const theirs = askSshWay(folder, config, C);
    expect(theirs?.hops.map((hop) => hop.replace(/^.*@|:9$/g, ''))).toEqual(hops);
    expect(await askCulvertWay(C)).toEqual(theirs);
  });

  it.each([
    { what: 'its last jump host is itself', text: `Host ${C}\n  ProxyJump ${A},${C}:9` },
    {
      what: 'its first jump host goes by way of it',
      text: `Host ${A}\n  ProxyJump ${C}\nHost ${C}\n  ProxyJump ${A}`,
    },
    { what: 'a jump host is named twice running', text: `Host ${C}\n  ProxyJump ${A},${B}:9,${B}:9` },
    { what: 'every Host is reached by way of two', text: `Host *\n  ProxyJump ${A},${B}` },
  ])('is refused, as by ssh, where $what', async ({ text }) => {
    write(text);
    expect(askSshWay(folder, config, C)).toBeNull();
    expect(await read(C)).toMatchObject({
      ok: false,
      error: { message: expect.stringContaining('ProxyJump') },
    });
  });

  it('is the same to both for jump hosts put together at random', async () => {
    let taken = 0;
    await fc.assert(
      fc.asyncProperty(anyWays, async (text) => {
        write(text);
        const theirs = askSshWay(folder, config, C);
        if (theirs !== null && theirs.hops.length > 2) taken++;
        expect(await askCulvertWay(C)).toEqual(theirs);
      }),
      { numRuns: 15, seed: 20261126 },
    );
    expect(taken).toBeGreaterThan(3);
    // Each hop is another ssh that is started, and one in a circle starts 17 of them.
  }, 60_000);
});

/** Each goes mostly by way of those in front of it: most ways have an end. */
const HOSTS = ['named', '127.0.0.4', A, B, C] as const;

const hopOf = (hosts: readonly string[]) =>
  fc
    .tuple(fc.constantFrom('', '', 'joe@'), fc.constantFrom(...hosts), fc.constantFrom('', ':9', ':9', ':1'))
    .map((parts) => parts.join(''));
const jumpOf = (hosts: readonly string[]) =>
  fc.array(hopOf(hosts), { minLength: 1, maxLength: 3 }).map((hops) => `ProxyJump ${hops.join(',')}`);

const section = fc.constantFrom(...HOSTS, C, C, '*').chain((host) => {
  const before = HOSTS.slice(0, host === '*' ? 1 : Math.max(1, HOSTS.indexOf(host)));
  return fc
    .oneof(
      { weight: 6, arbitrary: jumpOf(before) },
      { weight: 1, arbitrary: jumpOf(HOSTS) },
      {
        weight: 2,
        arbitrary: fc.constantFrom('ProxyJump none', 'ProxyCommand false', 'User ana', 'Port 1'),
      },
    )
    .map((said) => `Host ${host}\n  ${said}`);
});

/** Jump hosts of jump hosts, some of which lead in a circle. */
const anyWays = fc
  .array(section, { minLength: 1, maxLength: 5 })
  .map((sections) => [...sections, 'Host named\n  HostName 127.0.0.5'].join('\n'));
