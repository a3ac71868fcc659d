import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type Browser, chromium, type Page } from '@playwright/test';
import { eventually } from './eventually.ts';
import { isRoot } from './root.ts';
import { createTemporaryFolder } from './temporary-folder.ts';
import { createTemporaryHome } from './temporary-home.ts';

/** The packaged app, running on folders of its own. */
export interface PackagedApp {
  readonly page: Page;
  /** What it has written to its standard error so far. */
  complaints(): string;
  close(): Promise<void>;
}

/**
 * Starts the packaged program and reaches its window through Chromium's own debugging port: the package
 * refuses the inspector that Playwright drives an Electron by.
 */
export async function startPackagedApp(
  program: string,
  more: { readonly args?: readonly string[]; readonly env?: NodeJS.ProcessEnv } = {},
): Promise<PackagedApp> {
  const userData = await createTemporaryFolder('packaged');
  const home = await createTemporaryHome();
  const args = [`--user-data-dir=${userData.path}`, '--remote-debugging-port=0', ...(more.args ?? [])];
  const child = spawn(program, isRoot() ? ['--no-sandbox', ...args] : args, {
    env: { ...home.env, ...more.env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let complaints = '';
  child.stderr.on('data', (chunk: Buffer) => {
    complaints += chunk.toString();
  });
  let browser: Browser | undefined;
  const close = async () => {
    await browser?.close();
    await end(child);
    await userData.close();
    await home.close();
  };
  try {
    const address = await debuggingAddress(child);
    // Playwright waits for ever for a browser that has no page yet when it connects.
    await eventually(() => hasWindow(address), { timeoutMs: 30_000 });
    browser = await chromium.connectOverCDP(address);
    const page = browser
      .contexts()
      .flatMap((context) => context.pages())
      .find((each) => each.url().startsWith('app://'));
    if (!page) throw new Error('The window has gone.');
    return { page, complaints: () => complaints, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function hasWindow(address: string): Promise<boolean> {
  const answer = await fetch(`${address}/json/list`);
  const targets = (await answer.json()) as readonly { readonly url: string }[];
  return targets.some(({ url }) => url.startsWith('app://'));
}

function debuggingAddress(child: ChildProcess): Promise<string> {
  let text = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  return eventually(
    () => {
      const address = /DevTools listening on ws:\/\/([^/]+)/.exec(text)?.[1];
      if (child.exitCode !== null) throw new Error(`The program ended with ${child.exitCode}:\n${text}`);
      if (address === undefined) throw new Error(`The program has no debugging port yet:\n${text}`);
      return `http://${address}`;
    },
    { timeoutMs: 30_000 },
  );
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
}
