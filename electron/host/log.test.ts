import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openLog } from './log.ts';

describe('openLog', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'culvert-log-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const now = () => new Date('2026-11-23T10:00:00Z');

  it('writes one line a message, readable by its owner alone', () => {
    const path = join(folder, 'logs', 'culvert.log');
    const log = openLog({ path, now });
    log.info('Started.');
    log.warning('two\nlines \u001b[31mred');
    expect(readFileSync(path, 'utf8')).toBe(
      '2026-11-23T10:00:00.000Z info Started.\n2026-11-23T10:00:00.000Z warning two | lines ?[31mred\n',
    );
    expect(statSync(path).mode & 0o077).toBe(0);
  });

  it('never writes what looks like a secret, not even in a stack', () => {
    const path = join(folder, 'culvert.log');
    openLog({ path, now }).error('Failed', new Error('bad input {"password":"hunter2"}'));
    const text = readFileSync(path, 'utf8');
    expect(text).toContain('Failed: Error: bad input');
    expect(text).not.toContain('hunter2');
  });

  it('keeps two files of a limited size', () => {
    const path = join(folder, 'culvert.log');
    for (let run = 0; run < 3; run++) {
      const log = openLog({ path, now, maxBytes: 1000 });
      for (let line = 0; line < 50; line++) log.info(`${run} ${line} ${'x'.repeat(40)}`);
    }
    expect(readdirSync(folder).sort()).toEqual(['culvert.log', 'culvert.log.old']);
    for (const name of readdirSync(folder))
      expect(statSync(join(folder, name)).size).toBeLessThanOrEqual(1000);
    expect(readFileSync(path, 'utf8')).toContain('2 49 ');
  });

  it('cuts a line that would fill the file', () => {
    const path = join(folder, 'culvert.log');
    openLog({ path, now }).info('x'.repeat(100_000));
    expect(statSync(path).size).toBeLessThan(9_000);
  });

  it('goes on without a file where none can be written', () => {
    const path = join(folder, 'culvert.log');
    mkdirSync(path);
    const log = openLog({ path, now });
    expect(() => log.error('Nobody hears this', new Error('no'))).not.toThrow();
  });
});
