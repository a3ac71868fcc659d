import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { runMatchCommand } from './run-match-command.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'culvert-ssh-config-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

describe('a command of Match exec', () => {
  it.each([
    'yes | head -c 3000000',
    'yes | head -c 3000000 >&2',
    'read x; test -z $x',
    'exit 3 || true',
    'kill -9 $$',
    'false',
    'test -e /no/where',
    'no-such-program',
  ])('ends as it does for ssh: %s', async (command) => {
    const config = join(folder, 'config');
    writeFileSync(config, `Match exec "${command}"\n  User matched\n`, { mode: 0o600 });
    const { stdout } = spawnSync('ssh', ['-F', config, '-G', 'foo'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    expect(await runMatchCommand(command)).toEqual({
      kind: 'ended',
      succeeded: /^user matched$/m.test(stdout),
    });
  });

  it('has ended when the shell has, whatever that leaves running', async () => {
    const pid = join(folder, 'pid');
    const startedAt = performance.now();
    expect(await runMatchCommand(`sleep 30 & echo $! > ${pid}`)).toEqual({ kind: 'ended', succeeded: true });
    expect(performance.now() - startedAt).toBeLessThan(3000);
    process.kill(Number(readFileSync(pid, 'utf8')));
  });

  it('that takes too long counts as failed, and nothing of it lives on', async () => {
    const pid = join(folder, 'pid');
    const outcome = await runMatchCommand(`sh -c 'echo $$ > ${pid}; exec sleep 61.5'; true`, 500);
    expect(outcome).toMatchObject({ kind: 'noResult', reason: expect.stringContaining('within 0.5 s') });
    await vi.waitFor(() => {
      const args = ['-o', 'stat=', '-p', readFileSync(pid, 'utf8').trim()];
      // Gone, or a zombie where nobody asks what became of orphans.
      expect(spawnSync('ps', args, { encoding: 'utf8' }).stdout).toMatch(/^(?:Z.*)?\s*$/);
    });
  });
});
