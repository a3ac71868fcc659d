import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { guardedScript } from '../../electron/engine/server/guarded-script.ts';
import { shellCommand } from '../../electron/engine/server/shell-command.ts';
import { textAfterLine } from '../../electron/engine/server/whole-line.ts';
import { eventually } from '../support/eventually.ts';
import { processesWithEnvironment } from '../support/process-tree.ts';

/** Login shells, which get the command as sshd gives it to them. */
const SHELLS = [['dash'], ['bash'], ['busybox', 'sh']] as const;

/** Runs a script as an account with this shell would; OpenSSH makes its command lead a process group, dropbear does not. */
function run(shell: readonly string[], definitions: string, seconds: number, leadsGroup: boolean) {
  const { command, readyLine } = shellCommand();
  const [program = '', ...args] = [...shell, '-c', `printf 'a title without an end'; ${command}`];
  const child = spawn(program, args, { detached: leadsGroup });
  let said = '';
  let isFed = false;
  child.stdin.on('error', () => {});
  child.stdout.on('data', (data) => {
    said += data;
    if (isFed || textAfterLine(said, readyLine) === null) return;
    isFed = true;
    child.stdin.write(guardedScript(definitions, seconds));
  });
  const closed = once(child, 'close').then(() => textAfterLine(said, readyLine));
  return { child, closed, answer: () => textAfterLine(said, readyLine) };
}

/** Floods, with nothing in it that minds a signal or a closed pipe. */
const hanging = (word: string) => `main() {
  WORD=${word}
  export WORD
  echo begun
  out=$(sh -c 'trap "" TERM HUP PIPE; while :; do echo flood; sleep 0.01; done' | sed -n /LISTEN/p | head -n 1)
}`;

describe.concurrent.each(SHELLS.map((shell) => [shell[0], shell] as const))(
  'with %s as login shell',
  (_name, shell) => {
    describe.each([
      ['leads a process group', true],
      ['leads none', false],
    ])('a script of a command that %s', (_how, leadsGroup) => {
      it('is run to its end and no longer, with an empty input', async () => {
        const startedAt = performance.now();
        const { closed } = run(shell, 'main() { cat; read -r x || echo "nothing to read"; }', 30, leadsGroup);
        expect(await closed).toBe('nothing to read\n');
        // It would be ended after 30 s; the rest is for a busy machine.
        expect(performance.now() - startedAt).toBeLessThan(10_000);
      });

      it.each(['input', 'time'])('leaves nothing behind when it hangs and its %s is over', async (what) => {
        const word = randomUUID();
        const { child, closed, answer } = run(shell, hanging(word), what === 'time' ? 1 : 60, leadsGroup);
        await eventually(() => expect(answer()).toBe('begun\n'));
        if (what === 'input') {
          await eventually(() => expect(processesWithEnvironment(word).length).toBeGreaterThan(1));
          child.stdin.end();
        }
        await closed;
        await eventually(() => expect(processesWithEnvironment(word)).toEqual([]));
      });
    });
  },
);

describe('the ready line', () => {
  it.each([
    ['runs the part before the first “;”', 'IFS=";"; set -f; set -- $1; eval "$1"'],
    ['runs its first word', 'set -- $1; eval "$1"'],
    ['runs it without its quotes', '$1'],
    ['repeats it', 'echo "$1"'],
  ])('is not said by what %s of a command', async (_how, instead) => {
    const { command, readyLine } = shellCommand();
    const child = spawn('sh', ['-c', instead, 'sh', command]);
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (said += data));
    child.stdin.end();
    await once(child, 'close');
    expect(textAfterLine(said, readyLine)).toBeNull();
  });
});
