import { symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { requireProgram, runProgram } from './programs.ts';
import { createTemporaryFolder, type TemporaryFolder } from './temporary-folder.ts';

/** Which program for looking at sockets a server has. `busybox` has all of its programs from BusyBox. */
export type SocketTool = 'ss' | 'netstat' | 'busybox' | 'none';

/** What every system has beside. */
const everywhere = ['id', 'uname', 'head', 'sed', 'tr', 'cat'] as const;

/** A folder to be the PATH of a server's sessions, so that it looks like a system with these tools and no others. */
export async function createToolFolder(tool: SocketTool): Promise<TemporaryFolder> {
  const folder = await createTemporaryFolder('tools', { mode: 0o711 });
  const link = (target: string, name: string) => symlink(target, path.join(folder.path, name));
  if (tool === 'busybox') {
    const busybox = requireProgram('busybox');
    const { stdout } = await runProgram('busybox', ['--list']);
    const applets = stdout.split('\n').filter((name) => /^[a-z0-9]+$/.test(name));
    await Promise.all(applets.map((name) => link(busybox, name)));
    return folder;
  }
  const names = tool === 'none' ? everywhere : [...everywhere, tool];
  await Promise.all(names.map((name) => link(requireProgram(name), name)));
  return folder;
}

/** A folder to stand first in the PATH of a server's sessions, with shell scripts in place of these programs. */
export async function createFakeTools(
  scripts: Readonly<Record<string, string>>,
): Promise<TemporaryFolder & { readonly searchPath: string }> {
  const folder = await createTemporaryFolder('fakes', { mode: 0o711 });
  for (const [name, script] of Object.entries(scripts)) {
    await writeFile(path.join(folder.path, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  }
  return { ...folder, searchPath: `${folder.path}:/usr/bin:/bin` };
}
