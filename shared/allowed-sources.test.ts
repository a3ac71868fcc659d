import { describe, expect, it } from 'vitest';
import { allowedSourcesSchema, MAX_SOURCES, readSourcesText } from './allowed-sources.ts';

describe('allowed sources', () => {
  it('are read one a line, or with commas or spaces between them, each once and in one form', () => {
    expect(readSourcesText('192.168.1.5/24, 10.0.0.1\n::ffff:10.0.0.1; FD00::1\t192.168.1.0/24')).toEqual({
      ok: true,
      sources: ['192.168.1.0/24', '10.0.0.1', 'fd00::1'],
    });
    expect(readSourcesText(' \n, ')).toEqual({ ok: true, sources: [] });
  });

  it.each([
    [
      '10.0.0.1, anna',
      '“anna” is neither an address such as 192.168.1.7 nor a network such as 192.168.1.0/24.',
    ],
    ['fe80::1%eth0', 'Leave out the zone: fe80::1 is enough.'],
    ['1'.repeat(100), 'An address is not that long.'],
    [
      Array.from({ length: MAX_SOURCES + 1 }, (_, i) => `10.0.0.${i}`).join(),
      'Name at most 50 addresses or networks.',
    ],
  ])('that cannot be read are named: %#', (text, error) => {
    expect(readSourcesText(text)).toEqual({ ok: false, error });
  });

  it('are the same when they are read again', () => {
    const once = allowedSourcesSchema.parse(['10.1.2.3/8', '::FFFF:1.2.3.4', '10.0.0.0/8']);
    expect(once).toEqual(['10.0.0.0/8', '1.2.3.4']);
    expect(allowedSourcesSchema.parse(once)).toEqual(once);
  });
});
