import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Page } from '@playwright/test';
import { type Computer, type CulvertApp, expect, test } from '../app/support/app.ts';
import { createClosers } from '../support/closers.ts';
import { type Sshd, startSshd } from '../support/sshd.ts';
import { describeConditions } from './conditions.ts';
import { openCulvertTunnels } from './culvert-tunnels.ts';
import { startLoad } from './load.ts';
import { lagDuring } from './main-lag.ts';
import { culvertMemory, openSshMemory } from './memory.ts';
import { openOpenSshTunnel } from './openssh-tunnel.ts';
import { type MemoryAt, type Results, writeReport } from './report.ts';
import { type Amounts, type Contestant, measureSpeeds } from './rounds.ts';
import { median } from './statistics.ts';

const isQuick = process.env.CULVERT_BENCH_QUICK !== undefined;

const amounts: Amounts = {
  rounds: 3,
  turns: 10,
  bulkBytes: isQuick ? 100e6 : 500e6,
  roundTrips: 3_000,
  connections: isQuick ? 200 : 500,
  greetings: isQuick ? 50 : 100,
};

const starts = 3;
const culvertName = 'Culvert';
const openSshName = 'OpenSSH';
const reportFile = path.join(import.meta.dirname, '../../docs/benchmarks.md');

test('Culvert beside OpenSSH', async ({ computer }) => {
  const closers = createClosers();
  try {
    const sshd = await startSshd();
    closers.add(sshd.close);
    await writeFile(path.join(computer.sshFolder, 'known_hosts'), sshd.knownHosts());

    const startMs = await measureStart(computer);
    const app = await computer.launch();
    const conditions = await describeConditions(app.electron);
    const speeds = await compareSpeeds(app, sshd);
    await app.close();
    const memory = await compareMemory(computer, sshd);

    const results: Results = {
      ...{ conditions, amounts, speeds, startMs, starts, memory },
      ...{ culvert: culvertName, openSsh: openSshName },
    };
    const report = writeReport(results);
    console.log(`\n${report}`);
    if (!isQuick) await writeFile(reportFile, report);
  } finally {
    await closers.close();
  }
});

/** Milliseconds from the start of the process to a button that can be pressed; the first start fills the caches. */
async function measureStart(computer: Computer): Promise<number> {
  const times: number[] = [];
  for (let start = 0; start <= starts; start += 1) {
    const startedAt = performance.now();
    const app = await computer.launch();
    const page = await app.page();
    await expectUsable(page);
    if (start > 0) times.push(performance.now() - startedAt);
    await app.close();
  }
  return median(times);
}

async function expectUsable(page: Page): Promise<void> {
  await expect(page.getByRole('button', { name: 'New tunnel' }).first()).toBeEnabled();
}

async function compareSpeeds(app: CulvertApp, sshd: Sshd): Promise<Results['speeds']> {
  const closers = createClosers();
  try {
    const load = await startLoad();
    closers.add(load.close);
    const targets = [load.targetPort, load.greeterPort];
    const openSsh = await openOpenSshTunnel(sshd, targets);
    closers.add(openSsh.close);
    // Shows how much of a difference is the cipher's: Culvert uses OpenSSH's own choice.
    const openSshGcm = await openOpenSshTunnel(sshd, targets, 'aes128-gcm@openssh.com');
    closers.add(openSshGcm.close);
    const [culvert] = await openCulvertTunnels(await app.page(), sshd, targets, 1);
    const contestants = [
      contestant('No tunnel', targets),
      contestant(openSshName, openSsh.ports),
      contestant(`${openSshName}, aes128-gcm`, openSshGcm.ports),
      contestant(culvertName, culvert?.ports ?? []),
    ];
    return await measureSpeeds(contestants, load, amounts, (work) => lagDuring(app.electron, work));
  } finally {
    await closers.close();
  }
}

function contestant(name: string, [port = 0, greeterPort = 0]: readonly number[]): Contestant {
  return { name, port, greeterPort };
}

async function compareMemory(computer: Computer, sshd: Sshd): Promise<readonly MemoryAt[]> {
  const closers = createClosers();
  const memory: MemoryAt[] = [];
  try {
    const app = await computer.launch();
    const page = await app.page();
    await expectUsable(page);
    let open = 0;
    for (const tunnels of [0, 10, 100]) {
      // What these lead to does not matter: nobody connects.
      await openCulvertTunnels(page, sshd, [sshd.port], tunnels - open);
      for (; open < tunnels; open += 1) closers.add((await openOpenSshTunnel(sshd, [sshd.port])).close);
      // What starting left behind is no part of being idle.
      await page.waitForTimeout(3_000);
      const openSsh = await openSshMemory();
      expect(openSsh.processes).toBe(tunnels);
      memory.push({ tunnels, culvert: await culvertMemory(app.electron), openSsh });
    }
    return memory;
  } finally {
    await closers.close();
  }
}
