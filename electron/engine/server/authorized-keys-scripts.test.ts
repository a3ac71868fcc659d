import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { addLineScript, lookForKeyScript } from './authorized-keys-scripts.ts';

const line = `ssh-ed25519 ${'A'.repeat(68)} ana@laptop`;
const shells = ['dash', 'bash', 'bash --posix', 'busybox sh'].filter(
  (shell) => spawnSync(shell.split(' ')[0] ?? '', ['--help']).error === undefined,
);
let home: string;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'culvert-keys-'));
});

afterEach(() => rmSync(home, { recursive: true }));

/** No file of the shell's grows beyond so many bytes, in units of 512, and it is told so instead of ended. */
function run(shell: string, script: string, mostBlocks?: number): string {
  const [program = '', ...options] = shell.split(' ');
  const limit = mostBlocks === undefined ? '' : `trap '' XFSZ; ulimit -f ${mostBlocks}\n`;
  const { stdout } = spawnSync(program, [...options, '-c', `${limit}${script}\nmain`], {
    env: { ...process.env, HOME: home },
    encoding: 'utf8',
  });
  return stdout.trim();
}

describe.each(shells)('%s', (shell) => {
  const file = () => join(home, '.ssh', 'authorized_keys');

  it('adds a line, and finds it', () => {
    expect(run(shell, addLineScript(line))).toBe('added');
    expect(readFileSync(file(), 'utf8')).toBe(`${line}\n`);
    const said = run(shell, lookForKeyScript('A'.repeat(68))).split('\n');
    expect(said).toContain(`line ${line}`);
    expect(said.filter((each) => each.startsWith('mode ~'))).toHaveLength(3);
    expect(said.at(-1)).toBe('end');
  });

  it('takes back what a full disk cut, and says why it can', () => {
    mkdirSync(join(home, '.ssh'));
    // bash counts in 1,024 bytes unless it is told to be a POSIX shell.
    const before = '#'.repeat(1000);
    writeFileSync(file(), before);
    expect(run(shell, addLineScript(line), shell === 'bash' ? 1 : 2)).toMatch(/^failed ./);
    expect(readFileSync(file(), 'utf8')).toBe(before);
  });
});
