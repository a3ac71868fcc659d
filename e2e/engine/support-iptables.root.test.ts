import { once } from 'node:events';
import net from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createClosers } from '../support/closers.ts';
import { eventually } from '../support/eventually.ts';
import { blackHolePort } from '../support/iptables-drop.ts';
import { runProgram } from '../support/programs.ts';
import { startEchoServer } from '../support/targets.ts';

const closers = createClosers();
afterEach(closers.close);

async function myRules(): Promise<readonly string[]> {
  const { stdout } = await runProgram('iptables', ['-w', '-S', 'INPUT']);
  return stdout.split('\n').filter((line) => line.includes(`culvert-test-${process.pid}-`));
}

describe('a black-holed port', () => {
  it('swallows what is said on an open connection, and delivers it once lifted', async () => {
    const echo = await startEchoServer();
    closers.add(echo.close);
    const socket = net.connect({ ...echo, noDelay: true });
    await once(socket, 'connect');
    closers.add(async () => {
      socket.destroy();
    });
    let heard = '';
    socket.setEncoding('utf8').on('data', (text: string) => {
      heard += text;
    });
    socket.write('a');
    await eventually(() => expect(heard).toBe('a'));
    const hole = await blackHolePort(echo.port);
    socket.write('b');
    await expect(eventually(() => expect(heard).toBe('ab'), { timeoutMs: 300 })).rejects.toThrow();
    await hole.close();
    await eventually(() => expect(heard).toBe('ab'));
  });

  it('answers a new client neither with yes nor with no', async () => {
    const echo = await startEchoServer();
    closers.add(echo.close);
    const hole = await blackHolePort(echo.port);
    closers.add(hole.close);
    const socket = net.connect({ ...echo, timeout: 300 });
    const outcome = await Promise.race(
      (['connect', 'error', 'timeout'] as const).map((name) => once(socket, name).then(() => name)),
    );
    socket.destroy();
    expect(outcome).toBe('timeout');
  });

  it('leaves no rule behind, also when closed twice', async () => {
    const holes = await Promise.all([blackHolePort(1), blackHolePort(1), blackHolePort(1, 'ipv6')]);
    expect(await myRules()).toHaveLength(4);
    await Promise.all([...holes, ...holes].map((hole) => hole.close()));
    expect(await myRules()).toEqual([]);
  });
});
