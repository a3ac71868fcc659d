import { describe, expect, it } from 'vitest';
import { asciiHost, asciiWords } from './ascii-host.ts';

describe('the ASCII form of a host', () => {
  it.each([
    ['аррӏе.com', 'xn--80ak6aa92e.com'],
    ['пример.example', 'xn--e1afmkfd.example'],
    ['BÜCHER.example', 'xn--bcher-kva.example'],
    ['例え。テスト', 'xn--r8jz45g.xn--zckzah'],
    ['faß.de', 'xn--fa-hia.de'],
    ['１２７.0.0.1', '127.0.0.1'],
  ])('is what is looked up: %s', (host, ascii) => {
    expect(asciiHost(host)).toBe(ascii);
  });

  it.each(['п/x', 'a b.п', 'п:22', '[п]', 'п%41', 'п@b'])(
    'shows what is missing in what is no name: %s',
    (host) => {
      expect(asciiHost(host)).toBe(host.replace('п', '?'));
    },
  );

  it('is not said where it is the same', () => {
    for (const host of ['core.example', '127.0.0.1', 'fe80::1%eth0', '*']) expect(asciiWords(host)).toBe('');
    expect(asciiWords('pаypal.com')).toBe(' (xn--pypal-4ve.com)');
  });
});
