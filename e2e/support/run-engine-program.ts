import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Profile } from '#shared/profile.ts';
import { bundleProgram } from './bundle-program.ts';
import { eventually } from './eventually.ts';
import { createTemporaryFolder } from './temporary-folder.ts';

/** An engine in a process of its own, whose one tunnel is open. */
export interface EngineProgram {
  readonly child: ChildProcess & { readonly pid: number };
  /** What it has said so far: `open`, and in the end `closed`, a line each. */
  said(): string;
  /** Asks it to close in order. Gives its exit code and signal. */
  end(): Promise<readonly [number | null, NodeJS.Signals | null]>;
  /** Kills it, if it still runs. */
  close(): Promise<void>;
}

/** Runs `engine-program.ts` in plain Node and resolves once its tunnel is open. */
export async function runEngineProgram(profile: Profile, knownHostsFile: string): Promise<EngineProgram> {
  const folder = await createTemporaryFolder('engine-program');
  const profileFile = path.join(folder.path, 'profile.json');
  await writeFile(profileFile, JSON.stringify(profile));
  const program = await bundleProgram('engine-program.ts', folder.path);
  const child = spawn(process.execPath, [program, profileFile, knownHostsFile], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (more: string) => {
    text += more;
  });
  const close = async () => {
    child.kill('SIGKILL');
    await exited;
    await folder.close();
  };
  try {
    await eventually(() => text === 'open\n', { timeoutMs: 20_000 });
  } catch (error) {
    await close();
    throw error;
  }
  return {
    child: child as EngineProgram['child'],
    said: () => text,
    end: () => {
      child.stdin.end();
      return exited;
    },
    close,
  };
}
