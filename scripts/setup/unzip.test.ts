import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32, deflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { pathInside, readEntries, unzip, ZipError } from './unzip.mjs';

interface Item {
  readonly name: string;
  readonly content: Buffer;
  readonly isStored?: boolean;
  readonly mode?: number;
  readonly crc?: number;
}

/** A zip file as a packer writes it: local headers with contents, the central directory, its end. */
function makeZip(items: readonly Item[]): Buffer {
  const locals: Buffer[] = [];
  const central: Buffer[] = [];
  let offset = 0;
  for (const { name, content, isStored = false, mode = 0o100644, crc = crc32(content) } of items) {
    const data = isStored ? content : deflateRawSync(content);
    const nameBytes = Buffer.from(name);
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt16LE(nameBytes.length, 26);
    const entry = Buffer.alloc(46);
    entry.writeUInt32LE(0x02014b50, 0);
    entry.writeUInt16LE(isStored ? 0 : 8, 10);
    entry.writeUInt32LE(crc, 16);
    entry.writeUInt32LE(data.length, 20);
    entry.writeUInt32LE(content.length, 24);
    entry.writeUInt16LE(nameBytes.length, 28);
    entry.writeUInt32LE((mode << 16) >>> 0, 38);
    entry.writeUInt32LE(offset, 42);
    locals.push(local, nameBytes, data);
    central.push(entry, nameBytes);
    offset += 30 + nameBytes.length + data.length;
  }
  const directory = Buffer.concat(central);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(items.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, directory, end]);
}

describe('unzip', () => {
  let folder: string;
  let zipFile: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'culvert-unzip-'));
    zipFile = join(folder, 'a.zip');
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  async function unpack(zip: Buffer): Promise<void> {
    await writeFile(zipFile, zip);
    await unzip(zipFile, (name) => pathInside(join(folder, 'out'), name));
  }

  it('unpacks stored, deflated and empty files with their modes', async () => {
    const big = Buffer.alloc(300_000, 'culvert');
    await unpack(
      makeZip([
        { name: 'bin/', content: Buffer.alloc(0), isStored: true },
        { name: 'bin/program', content: big, mode: 0o100755 },
        { name: 'plain.txt', content: Buffer.from('plain'), isStored: true },
        { name: 'empty', content: Buffer.alloc(0), isStored: true },
      ]),
    );
    expect(await readFile(join(folder, 'out/bin/program'))).toEqual(big);
    expect((await stat(join(folder, 'out/bin/program'))).mode & 0o777).toBe(0o755);
    expect(await readFile(join(folder, 'out/plain.txt'), 'utf8')).toBe('plain');
    expect(await readFile(join(folder, 'out/empty'), 'utf8')).toBe('');
  });

  it('leaves out what has no destination', async () => {
    const content = Buffer.from('x');
    await writeFile(
      zipFile,
      makeZip([
        { name: 'wanted', content },
        { name: 'unwanted', content },
      ]),
    );
    await unzip(zipFile, (name) => (name === 'wanted' ? join(folder, 'out', name) : undefined));
    expect(await readdir(join(folder, 'out'))).toEqual(['wanted']);
  });

  it('refuses a file whose contents are not what the archive says', async () => {
    const content = Buffer.from('content');
    await expect(unpack(makeZip([{ name: 'a', content, crc: 1 }]))).rejects.toThrow(ZipError);
  });

  it('refuses names that leave the folder', async () => {
    for (const name of ['../evil', '/etc/evil', 'a/../../evil', '..\\evil']) {
      await expect(unpack(makeZip([{ name, content: Buffer.from('x') }]))).rejects.toThrow(ZipError);
    }
  });

  it('refuses symbolic links', async () => {
    const link = { name: 'link', content: Buffer.from('/etc/passwd'), isStored: true, mode: 0o120777 };
    await expect(unpack(makeZip([link]))).rejects.toThrow(ZipError);
  });

  it('refuses an archive that was cut off anywhere', async () => {
    const zip = makeZip([{ name: 'a', content: Buffer.from('some content that is packed') }]);
    for (let length = 0; length < zip.length; length++) {
      await expect(unpack(zip.subarray(0, length))).rejects.toThrow(ZipError);
    }
  });

  it('answers garbage with a ZipError and nothing else', async () => {
    const zip = makeZip([{ name: 'a', content: Buffer.from('content') }]);
    const damaged = fc
      .tuple(fc.nat(zip.length - 1), fc.nat(255))
      .map(([at, byte]) => Buffer.concat([zip.subarray(0, at), Buffer.from([byte]), zip.subarray(at + 1)]));
    const garbage = fc.uint8Array({ maxLength: 500 }).map((bytes) => Buffer.from(bytes));
    await fc.assert(
      fc.asyncProperty(fc.oneof(damaged, garbage), async (bytes) => {
        await writeFile(zipFile, bytes);
        await readEntries(zipFile).then(
          () => {},
          (error) => expect(error).toBeInstanceOf(ZipError),
        );
      }),
      { numRuns: 300 },
    );
  });
});
