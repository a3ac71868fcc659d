import { describe, expect, it } from 'vitest';
import { cookieFor, parseDisplay } from './x-display.ts';

describe('parseDisplay', () => {
  it.each([
    [':0', { path: '/tmp/.X11-unix/X0' }, 0],
    [':12.1', { path: '/tmp/.X11-unix/X12' }, 1],
    ['unix:3', { path: '/tmp/.X11-unix/X3' }, 0],
    ['localhost:10.0', { host: 'localhost', port: 6010 }, 0],
  ])('reads %s', (text, address, screen) => {
    expect(parseDisplay(text)).toMatchObject({ address, screen });
  });

  it.each([undefined, '', 'wayland-0', ':x', '/private/tmp/launch/org.xquartz:0'])('refuses %j', (text) => {
    expect(parseDisplay(text)).toBeNull();
  });
});

describe('cookieFor', () => {
  const entry = (
    family: number,
    address: string,
    number: string,
    data: string,
    name = 'MIT-MAGIC-COOKIE-1',
  ) => {
    const fields = [address, number, name, data].map((text) =>
      Buffer.concat([Buffer.from([0, text.length]), Buffer.from(text)]),
    );
    return Buffer.concat([Buffer.from([family >> 8, family & 255]), ...fields]);
  };
  const display = (text: string) => {
    const parsed = parseDisplay(text);
    if (!parsed) throw new Error('That is a display.');
    return parsed;
  };
  const file = Buffer.concat([
    entry(256, 'otherbox', '1', 'other host'),
    entry(256, 'thisbox', '1', 'unknown', 'XDM-AUTHORIZATION-1'),
    entry(256, 'thisbox', '1', 'mine'),
    entry(65535, '', '2', 'wild'),
  ]);

  it('finds the key of this computer and display', () => {
    expect(cookieFor(file, display(':1'), 'thisbox')?.toString()).toBe('mine');
    expect(cookieFor(file, display(':2'), 'thisbox')?.toString()).toBe('wild');
    expect(cookieFor(file, display(':3'), 'thisbox')).toBeNull();
  });

  it('bears with a file that is cut off anywhere', () => {
    for (let size = 0; size < file.length; size++) {
      expect(() => cookieFor(file.subarray(0, size), display(':1'), 'thisbox')).not.toThrow();
    }
  });
});
