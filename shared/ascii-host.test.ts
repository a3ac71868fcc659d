// biome-ignore lint/style/noRestrictedImports: Node's own resolver form is the oracle.
import { domainToASCII } from 'node:url';
import { describe, expect, it } from 'vitest';
import { asciiHost, asciiWords } from './ascii-host.ts';

describe('the ASCII form of a host', () => {
  it.each([
    'аррӏе.com',
    'пример.example',
    'bücher.example',
    '例え.テスト',
    'pаypal.com',
    'a.ΑΒΓ.b',
    '😀.example',
    'faß.de',
  ])('is what the resolver gets, as Node has it: %s', (host) => {
    expect(asciiHost(host)).toBe(domainToASCII(host));
  });

  it('is not said where it is the same', () => {
    for (const host of ['core.example', '127.0.0.1', 'fe80::1%eth0', '*']) expect(asciiWords(host)).toBe('');
    expect(asciiWords('pаypal.com')).toBe(' (xn--pypal-4ve.com)');
  });
});
