import { readFile } from 'node:fs/promises';
import type { ElectronApplication } from '@playwright/test';
import { childrenOf } from '../support/process-tree.ts';

/** The memory of one process, or of several together, in bytes. */
export interface Memory {
  /** Resident, with shared pages counted in full. */
  readonly resident: number;
  /** Proportional: each shared page divided among those who share it. It alone can be added up. */
  readonly proportional: number;
}

/** Culvert's processes by what they do. */
export interface CulvertMemory {
  readonly main: Memory;
  readonly engine: Memory;
  readonly window: Memory;
  /** Chromium's own: graphics, network, zygotes. */
  readonly others: Memory;
  readonly all: Memory;
}

/** What the app's processes hold now. */
export async function culvertMemory(electron: ElectronApplication): Promise<CulvertMemory> {
  const metrics = await electron.evaluate(({ app }) =>
    app.getAppMetrics().map(({ pid, type, serviceName, name }) => ({ pid, type, name: name ?? serviceName })),
  );
  const roles = { main: [0], engine: [0], window: [0], others: [0] };
  for (const { pid, type, name } of metrics) {
    const isEngine = type === 'Utility' && (name ?? '').includes('culvert-engine');
    const role = type === 'Browser' ? 'main' : type === 'Tab' ? 'window' : isEngine ? 'engine' : 'others';
    roles[role].push(pid);
  }
  if (roles.engine.length !== 2) throw new Error(`Which one is the engine? ${JSON.stringify(metrics)}`);
  const [main, engine, window, others] = await Promise.all(
    [roles.main, roles.engine, roles.window, roles.others].map((pids) => memoryOf(pids.slice(1))),
  );
  if (!main || !engine || !window || !others) throw new Error('A process without memory');
  return { main, engine, window, others, all: sum([main, engine, window, others]) };
}

/** What the `ssh` processes that we started hold now. */
export async function openSshMemory(): Promise<Memory & { readonly processes: number }> {
  const pids: number[] = [];
  for (const { pid } of childrenOf(process.pid)) {
    if ((await readFile(`/proc/${pid}/comm`, 'utf8')).trim() === 'ssh') pids.push(pid);
  }
  return { ...(await memoryOf(pids)), processes: pids.length };
}

async function memoryOf(pids: readonly number[]): Promise<Memory> {
  return sum(await Promise.all(pids.map(readMemory)));
}

/** Source: proc(5), /proc/pid/smaps_rollup. */
async function readMemory(pid: number): Promise<Memory> {
  const text = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8');
  const field = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(text)?.[1]) * 1024;
  return { resident: field('Rss'), proportional: field('Pss') };
}

function sum(all: readonly Memory[]): Memory {
  return {
    resident: all.reduce((total, { resident }) => total + resident, 0),
    proportional: all.reduce((total, { proportional }) => total + proportional, 0),
  };
}
