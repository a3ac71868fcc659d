import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dispatch } from '#shared/contract/dispatch.ts';
import { commands } from '#shared/contract/index.ts';
import { passedOnCommands } from '#shared/contract/passed-on.ts';
import { succeed } from '#shared/result.ts';
import { TestBench, type TestRun } from './app-fixture.ts';

let bench: TestBench;
beforeEach(() => {
  bench = new TestBench();
});
afterEach(() => bench.end());

const place = { id: randomUUID(), forwardId: randomUUID() };
const call = (run: TestRun, input: unknown) =>
  dispatch(commands, run.app.handlers, 'forwards.probe', input, (_name, error) => {
    throw error;
  });

type PassedOnName = keyof typeof passedOnCommands;

describe('a command that the engine answers', () => {
  it.each(Object.keys(passedOnCommands) as PassedOnName[])(
    'reaches it as it is, such as %s',
    async (name) => {
      const run = bench.run().open();
      const [input, answer] = [{ of: name }, succeed({ to: name })];
      run.engine.answers.set(name, async () => answer);
      const handler = run.app.handlers[name] as (input: unknown) => Promise<unknown>;
      expect(await handler(input)).toBe(answer);
      expect(run.engine.calls.filter((each) => each.name in passedOnCommands)).toEqual([{ name, input }]);
    },
  );
});

describe('a test of a forward', () => {
  it('is the engine’s to make, and its outcome comes back as it is', async () => {
    const run = bench.run().open();
    const outcome = {
      at: 1,
      tested: 'forward',
      sent: null,
      connectMs: 1.5,
      firstByteMs: 2.5,
      answer: { kind: 'banner', service: 'imap', text: '* OK', isComplete: true },
    };
    run.engine.answers.set('forwards.probe', async () => succeed(outcome));
    const input = { ...place, target: { host: 'intranet', port: 80 }, speech: 'http' };
    expect(await call(run, input)).toEqual(succeed(outcome));
    expect(run.engine.asked('forwards.probe')).toEqual([input]);
  });

  it.each([
    { target: { host: 'a b', port: 80 } },
    { target: { host: 'intranet\r\nX: y', port: 80 } },
    { target: { host: 'intranet', port: 0 } },
    { speech: 'smtp' },
    { forwardId: 'x' },
  ])('is refused for %o before it gets there', async (wrong) => {
    const run = bench.run().open();
    expect(await call(run, { ...place, ...wrong })).toMatchObject({ ok: false, error: { code: 'invalid' } });
    expect(run.engine.asked('forwards.probe')).toEqual([]);
  });
});
