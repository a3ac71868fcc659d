import { expect, it } from 'vitest';
import { describeSystemCause } from './system-cause.ts';

it('puts the codes that people meet into words', () => {
  expect(describeSystemCause('EACCES')).toBe('permission denied');
  expect(describeSystemCause('EISDIR')).toBe('it is a folder');
  expect(describeSystemCause('ERR_FS_FILE_TOO_LARGE')).toBe('it is too large');
});

it('leaves all else as it is', () => {
  for (const text of ['', 'EWHATEVER', 'Connection refused', 'constructor', '__proto__']) {
    expect(describeSystemCause(text)).toBe(text);
  }
});
