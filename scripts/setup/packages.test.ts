import { describe, expect, it } from 'vitest';
import { satisfiesLock } from './packages.mjs';

function lockOf(packages: Record<string, object>): string {
  return JSON.stringify({ lockfileVersion: 3, packages });
}

const react = { 'node_modules/react': { version: '19.0.0', integrity: 'sha512-a' } };

describe('satisfiesLock', () => {
  it('is content when all that the lock names is there', () => {
    expect(satisfiesLock(lockOf({ '': { name: 'culvert' }, ...react }), lockOf(react))).toBe(true);
  });

  it('misses a package, another version and other contents', () => {
    const other = (entry: object) => lockOf({ 'node_modules/react': entry });
    expect(satisfiesLock(lockOf(react), lockOf({}))).toBe(false);
    expect(satisfiesLock(lockOf(react), other({ version: '19.0.1', integrity: 'sha512-a' }))).toBe(false);
    expect(satisfiesLock(lockOf(react), other({ version: '19.0.0', integrity: 'sha512-b' }))).toBe(false);
  });

  it('does without optional packages of other systems', () => {
    const optional = { 'node_modules/tool-darwin': { version: '1.0.0', optional: true } };
    expect(satisfiesLock(lockOf({ ...react, ...optional }), lockOf(react))).toBe(true);
  });

  it('takes a missing, empty or damaged record of what is installed as nothing installed', () => {
    for (const installed of ['', '{', '{}', '{"packages":null}']) {
      expect(satisfiesLock(lockOf(react), installed)).toBe(false);
    }
  });
});
