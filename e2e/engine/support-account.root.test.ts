import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { build } from 'vite';
import { afterEach, describe, expect, it } from 'vitest';
import { createClosers } from '../support/closers.ts';
import type { CrashVictimReport } from '../support/crash-victim.ts';
import { eventually } from '../support/eventually.ts';
import { identifyProcess } from '../support/process-tree.ts';
import { runProgram, tryProgram } from '../support/programs.ts';
import { createTemporaryFolder } from '../support/temporary-folder.ts';
import { borrowThrowawayAccount } from '../support/throwaway-account.ts';

const closers = createClosers();
afterEach(closers.close);

async function accountNames(): Promise<readonly string[]> {
  return (await readFile('/etc/passwd', 'utf8')).split('\n').map((line) => line.split(':')[0] ?? '');
}

describe('a throwaway account', () => {
  it('is ordinary, is shared, and is removed by the last who gives it back', async () => {
    const [first, second] = await Promise.all([borrowThrowawayAccount(), borrowThrowawayAccount()]);
    expect(second.user).toBe(first.user);
    expect(first.uid).toBeGreaterThanOrEqual(1000);
    expect(first.password).not.toBe('');
    await first.close();
    await first.close();
    expect(await accountNames()).toContain(first.user);
    await second.close();
    expect(await accountNames()).not.toContain(first.user);
    await expect(access(first.home)).rejects.toThrow();
    const next = await borrowThrowawayAccount();
    closers.add(next.close);
    expect(next.password).not.toBe(first.password);
  });

  it('goes even while a process of its own still runs', async () => {
    const account = await borrowThrowawayAccount();
    const ids = ['--reuid', String(account.uid), '--regid', String(account.gid), '--clear-groups'];
    const child = spawn('setpriv', [...ids, 'sleep', '600'], { stdio: 'ignore' });
    const ended = once(child, 'exit');
    await eventually(async () => {
      const { stdout } = await runProgram('sh', ['-c', `cat /proc/${child.pid}/cmdline`]);
      expect(stdout).toMatch(/^sleep/);
    });
    await account.close();
    await ended;
    expect(await accountNames()).not.toContain(account.user);
  });
});

describe('a test run that is killed', () => {
  it('takes its accounts, servers, agents, files, firewall rules and namespaces with it, also two at once', async () => {
    const program = await bundleCrashVictim();
    const victims = await Promise.all([startVictim(program), startVictim(program)]);
    const [one, two] = victims.map(({ report }) => report.account);
    expect(one).not.toBe(two);
    expect(await accountNames()).toEqual(expect.arrayContaining([one, two]));
    for (const { report } of victims) await access(`/etc/netns/${report.namespace}`);
    for (const { child } of victims) child.kill('SIGKILL');
    for (const { child, report } of victims) await expectNothingLeft(child.pid ?? 0, report);
  });
});

async function bundleCrashVictim(): Promise<string> {
  const folder = await createTemporaryFolder('victim');
  closers.add(folder.close);
  const entry = path.join(import.meta.dirname, '../support/crash-victim.ts');
  await build({
    configFile: false,
    logLevel: 'error',
    build: { ssr: entry, outDir: folder.path, target: 'node20', rollupOptions: { output: { format: 'es' } } },
  });
  const [name = ''] = (await readdir(folder.path)).filter((each) => each.endsWith('js'));
  return path.join(folder.path, name);
}

async function startVictim(program: string) {
  const child = spawn(process.execPath, [program], { stdio: ['pipe', 'pipe', 'inherit'] });
  const line = await new Promise<string>((resolve, reject) => {
    child.stdout.setEncoding('utf8').once('data', resolve);
    child.on('exit', (status) => reject(new Error(`The victim ended by itself with ${status}.`)));
  });
  return { child, report: JSON.parse(line) as CrashVictimReport };
}

/** ssh-agent looks for its parent every 10 seconds. */
async function expectNothingLeft(pid: number, report: CrashVictimReport): Promise<void> {
  await eventually(
    async () => {
      expect(await accountNames()).not.toContain(report.account);
      await expect(access(path.dirname(report.home))).rejects.toThrow();
      const rules = await runProgram('iptables', ['-w', '-S', 'INPUT']);
      expect(rules.stdout).not.toContain(`culvert-test-${pid}-`);
      const services = await readdir('/etc/pam.d');
      expect(services.filter((name) => name.startsWith(`culvert-test-${pid}-`))).toEqual([]);
      const listeners = await tryProgram('sh', ['-c', 'cat /proc/net/tcp']);
      const port = report.sshdPort.toString(16).toUpperCase().padStart(4, '0');
      expect(listeners.stdout).not.toContain(`0100007F:${port} 00000000:0000 0A`);
      expect(identifyProcess(report.agentPid)).toBeNull();
      const namespaces = await runProgram('ip', ['netns', 'list']);
      expect(namespaces.stdout).not.toContain(`culvert-test-${pid}-`);
      await expect(access(`/etc/netns/${report.namespace}`)).rejects.toThrow();
    },
    { timeoutMs: 20_000, everyMs: 200 },
  );
}
