import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { chromium, type Page } from '@playwright/test';
import { eventually } from '../../support/eventually.ts';
import type { Computer, LaunchOptions } from './app.ts';

/**
 * Culvert as a person starts it, with nothing attached: Playwright holds what it drives, so a crashed page, a second
 * start or an end by signal would not be themselves.
 */
export interface BareApp {
  readonly pid: number;
  /** Resolves when it ended; the code is null if a signal ended it. */
  readonly ended: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
  /** Looks at the window through a debugger that is attached for this one look. */
  look<Seen>(see: (page: Page) => Promise<Seen>): Promise<Seen>;
  kill(signal: NodeJS.Signals): void;
  /** Ends it, in order, unless it has ended. */
  close(): Promise<void>;
}

/** Starts Culvert; resolves at once. */
export function startBare(computer: Computer, options: LaunchOptions = {}): BareApp {
  const { program, args, env } = computer.command(options);
  const child = spawn(program, [...args, '--remote-debugging-port=0'], { env, stdio: 'ignore' });
  const ended = once(child, 'exit').then(([code, signal]) => ({ code, signal }));
  return {
    pid: pidOf(child),
    ended,
    look: async (see) => {
      const browser = await chromium.connectOverCDP(await debuggerAddress(computer));
      try {
        const page = browser.contexts()[0]?.pages()[0];
        if (!page) throw new Error('There is no window.');
        return await see(page);
      } finally {
        await browser.close();
      }
    },
    kill: (signal) => void child.kill(signal),
    async close() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
      await ended;
    },
  };
}

/** The processes that a process has started itself, by what their command line says. */
export async function childProcesses(parent: number, mark: string): Promise<readonly number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const found = await Promise.all(
    pids.map(async (pid) => {
      // A process may be gone by now.
      const commandLine = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
      return commandLine.includes(mark) && (await hasAncestor(pid, parent)) ? [pid] : [];
    }),
  );
  return found.flat();
}

/** Helper processes are started by a zygote, not by the app itself. */
async function hasAncestor(pid: number, ancestor: number): Promise<boolean> {
  for (let each = pid; each > 1; ) {
    if (each === ancestor) return true;
    const status = await readFile(`/proc/${each}/status`, 'utf8').catch(() => '');
    each = Number(/^PPid:\s*(\d+)$/m.exec(status)?.[1] ?? 0);
  }
  return false;
}

/** Once the window shows its page: a debugger that comes while a page is loading may wait for it in vain. */
async function debuggerAddress(computer: Computer): Promise<string> {
  // Two lines: the port, and the path of the browser's own socket.
  const file = path.join(computer.userData, 'DevToolsActivePort');
  return eventually(
    async () => {
      const [port] = (await readFile(file, 'utf8')).split('\n');
      const address = `http://127.0.0.1:${port}`;
      const targets = (await (await fetch(`${address}/json/list`)).json()) as readonly { title: string }[];
      if (!targets.some(({ title }) => title === 'Culvert')) throw new Error('The window shows no page yet.');
      return address;
    },
    { timeoutMs: 30_000 },
  );
}

function pidOf({ pid }: ChildProcess): number {
  if (pid === undefined) throw new Error('Culvert did not start.');
  return pid;
}
