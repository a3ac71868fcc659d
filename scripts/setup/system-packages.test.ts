import { describe, expect, it } from 'vitest';
import { packageOfLibrary } from './debian-packages.mjs';
import { missingLibraries } from './system-packages.mjs';

/** As ldd of Debian 12 prints for Electron on a machine without a desktop, shortened. */
const lddOutput = `	linux-vdso.so.1 (0x00007ffd6b5f2000)
	libffmpeg.so => /opt/electron/libffmpeg.so (0x00007f2ba2e00000)
	libdl.so.2 => /lib/x86_64-linux-gnu/libdl.so.2 (0x00007f2bb0f5c000)
	libnss3.so => not found
	libnssutil3.so => not found
	libatk-1.0.so.0 => not found
	libgtk-3.so.0 => not found
	libgtk-3.so.0 => not found
	/lib64/ld-linux-x86-64.so.2 (0x00007f2bb0f6b000)
`;

describe('missingLibraries', () => {
  it('names each missing library once', () => {
    expect(missingLibraries(lddOutput)).toEqual([
      'libatk-1.0.so.0',
      'libgtk-3.so.0',
      'libnss3.so',
      'libnssutil3.so',
    ]);
  });

  it('finds nothing in a complete or an empty list', () => {
    expect(missingLibraries('\tlibc.so.6 => /lib/libc.so.6 (0x0)\n')).toEqual([]);
    expect(missingLibraries('')).toEqual([]);
    expect(missingLibraries('\tstatically linked\n')).toEqual([]);
  });

  it('names only libraries whose package we know', () => {
    for (const name of missingLibraries(lddOutput)) expect(packageOfLibrary[name]).toBeTypeOf('string');
  });
});
