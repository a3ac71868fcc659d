import { describe, expect, it } from 'vitest';
import { checkNodeVersion } from './node-version.mjs';

describe('checkNodeVersion', () => {
  it('takes Node 20.19 and newer', () => {
    for (const version of ['20.19.0', '20.20.2', '22.0.0', '24.1.0']) {
      expect(() => checkNodeVersion(version)).not.toThrow();
    }
  });

  it('stops at an older one, naming both versions', () => {
    expect(() => checkNodeVersion('18.20.0')).toThrow('needs Node 20.19 or newer; this is Node 18.20.0');
    expect(() => checkNodeVersion('20.18.9')).toThrow();
  });
});
