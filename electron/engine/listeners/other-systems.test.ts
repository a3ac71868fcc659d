import { describe, expect, it } from 'vitest';
import { fail, succeed } from '#shared/result.ts';
import { readFixture } from './fixtures/read-fixture.ts';
import { createMacosReader } from './macos.ts';
import type { RunTool } from './run-tool.ts';
import { createWindowsReader } from './windows.ts';

const broken = fail({ code: 'toolFailed' as const, detail: 'it broke' });

describe('listeners of macOS', () => {
  const run =
    (answers: Readonly<Record<string, Awaited<ReturnType<RunTool>>>>): RunTool =>
    async ({ file }) =>
      answers[file] ?? broken;
  const netstat = succeed(readFixture('macos-netstat.txt'));
  const lsof = succeed(readFixture('macos-lsof-fields.txt'));

  it("are netstat's, with names where lsof may see them", async () => {
    const found = await createMacosReader(run({ '/usr/sbin/netstat': netstat, '/usr/sbin/lsof': lsof }))();
    const kdc = { protocol: 'tcp6', address: '::', port: 88, state: 'LISTEN', process: null, owner: null };
    expect(found.ok && found.value).toHaveLength(9);
    expect(found.ok && found.value).toContainEqual(kdc);
  });

  it('are all there without names when lsof fails', async () => {
    const found = await createMacosReader(run({ '/usr/sbin/netstat': netstat }))();
    expect(found.ok && found.value.map(({ process }) => process)).toEqual(new Array(8).fill(null));
  });

  it('are not half told when netstat fails', async () => {
    expect(await createMacosReader(run({ '/usr/sbin/lsof': lsof }))()).toEqual(broken);
  });
});

describe('listeners of Windows', () => {
  /** One `netstat -p` each for IPv4 and IPv6, as Windows has it. */
  const tcp = succeed(readFixture('windows-netstat-english.txt'));
  const tcp6 = succeed(
    [135, 445]
      .map(
        (port) =>
          `  TCP    [::]:${port}               [::]:0                 LISTENING       ${port === 445 ? 4 : 776}`,
      )
      .join('\r\n'),
  );
  const tasklist = succeed(readFixture('windows-tasklist.txt'));

  it('carry the names from tasklist, which is not started again for nothing', async () => {
    let now = 0;
    let tasklists = 0;
    const run: RunTool = async ({ args }) => {
      if (args.includes('TCP')) return tcp;
      if (args.includes('TCPv6')) return tcp6;
      tasklists += 1;
      return tasklist;
    };
    const read = createWindowsReader(run, () => now);
    const found = await read();
    expect(
      found.ok && found.value.map(({ address, port, process }) => [address, port, process?.name]),
    ).toEqual([
      ['0.0.0.0', 80, 'my,process.exe'],
      ['0.0.0.0', 135, 'svchost.exe'],
      ['0.0.0.0', 445, 'System'],
      ['0.0.0.0', 1025, 'wininit.exe'],
      ['127.0.0.1', 5939, 'service.exe'],
      ['192.168.1.230', 139, 'System'],
      ['::', 135, 'svchost.exe'],
      ['::', 445, 'System'],
    ]);
    await read();
    expect(tasklists).toBe(1);
    now = 30_000;
    await read();
    expect(tasklists).toBe(2);
  });

  it('are all there without names when tasklist fails', async () => {
    const run: RunTool = async ({ args }) =>
      args.includes('TCP') ? tcp : args.includes('TCPv6') ? tcp6 : broken;
    const found = await createWindowsReader(run)();
    expect(found.ok && found.value.map(({ process }) => process)).toEqual(new Array(8).fill(null));
  });

  it('are not half told when netstat fails for one family', async () => {
    const run: RunTool = async ({ args }) => (args.includes('TCP') ? tcp : broken);
    expect(await createWindowsReader(run)()).toEqual(broken);
  });
});
