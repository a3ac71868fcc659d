import { describe, expect, it } from 'vitest';
import { createToolRunner, type Tool } from './run-tool.ts';

const node = (script: string, more: Partial<Tool> = {}): Tool => ({
  file: process.execPath,
  args: ['-e', script],
  timeoutMs: 10_000,
  ...more,
});

describe('a tool', () => {
  it('runs in the C locale and gives its output', async () => {
    const run = createToolRunner();
    expect(await run(node('process.stdout.write(process.env.LC_ALL)'))).toEqual({ ok: true, value: 'C' });
  });

  it('that is not there is reported as missing', async () => {
    expect(await createToolRunner()({ file: '/nowhere/lsof', args: [], timeoutMs: 1000 })).toMatchObject({
      ok: false,
      error: { code: 'toolMissing', detail: '/nowhere/lsof' },
    });
  });

  it('that fails is reported with what it said', async () => {
    const result = await createToolRunner()(node('console.error("no such option"); process.exit(2)'));
    expect(result).toMatchObject({ ok: false, error: { code: 'toolFailed' } });
    expect(result.ok || result.error.detail).toContain('no such option');
  });

  it('that exits 1 without a word has nothing to list, if that is its way', async () => {
    const run = createToolRunner();
    const silent = 'process.exit(1)';
    expect(await run(node(silent, { mayFailWhenEmpty: true }))).toEqual({ ok: true, value: '' });
    expect(await run(node(silent))).toMatchObject({ ok: false, error: { code: 'toolFailed' } });
    expect(
      await run(node('console.error("broken"); process.exit(1)', { mayFailWhenEmpty: true })),
    ).toMatchObject({
      ok: false,
      error: { code: 'toolFailed' },
    });
  });

  it('that hangs is killed and reported', async () => {
    const run = createToolRunner();
    const hang = node('process.on("SIGTERM", () => {}); setInterval(() => {}, 1000)', { timeoutMs: 300 });
    expect(await run(hang)).toMatchObject({ ok: false, error: { code: 'toolTimedOut' } });
  });

  it('is started once for callers at the same time, and again for the next', async () => {
    const run = createToolRunner();
    const tool = node('process.stdout.write(String(process.pid))');
    const [first, second] = await Promise.all([run(tool), run(tool)]);
    expect(second).toEqual(first);
    expect(await run(tool)).not.toEqual(first);
  });
});
