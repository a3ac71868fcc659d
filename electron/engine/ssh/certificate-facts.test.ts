import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findCertificateFlaw, readCertificateFacts } from './certificate-facts.ts';

const run = promisify(execFile);
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'culvert-certificate-'));
  await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(folder, 'ca')]);
});

afterAll(() => rm(folder, { recursive: true }));

async function certificate(type: string, ...options: readonly string[]): Promise<Buffer> {
  const key = join(folder, type);
  await rm(key, { force: true });
  await run('ssh-keygen', ['-q', '-t', type, '-N', '', '-f', key]);
  await run('ssh-keygen', ['-q', '-s', join(folder, 'ca'), '-I', 'id', ...options, `${key}.pub`]);
  const [, base64 = ''] = (await readFile(`${key}-cert.pub`, 'latin1')).split(' ');
  return Buffer.from(base64, 'base64');
}

describe('what a certificate says of itself', () => {
  it.each(['ed25519', 'ecdsa'])('is read as ssh-keygen wrote it: %s', async (type) => {
    const dates = ['-V', '20260101000000Z:20270101000000Z'];
    expect(readCertificateFacts(await certificate(type, '-n', 'ana,ops', ...dates))).toEqual({
      isForHosts: false,
      names: ['ana', 'ops'],
      validFrom: Date.UTC(2026, 0),
      validUntil: Date.UTC(2027, 0),
    });
    expect(readCertificateFacts(await certificate(type, '-h', '-V', 'always:forever'))).toEqual({
      isForHosts: true,
      names: [],
      validFrom: 0,
      validUntil: Number.POSITIVE_INFINITY,
    });
  });

  it('is a flaw on the day it ends, and none the moment before', async () => {
    const blob = await certificate('ed25519', '-n', 'ana', '-V', '20260101000000Z:20270101000000Z');
    const flaw = (user: string, now: number) => findCertificateFlaw({ label: 'mine', blob }, user, now);
    expect(flaw('ana', Date.UTC(2027, 0) - 1)).toBeNull();
    expect(flaw('ana', Date.UTC(2027, 0))).toEqual({ why: 'expired', label: 'mine', at: Date.UTC(2027, 0) });
    expect(flaw('ana', Date.UTC(2026, 0))).toBeNull();
    expect(flaw('ana', Date.UTC(2026, 0) - 1)).toMatchObject({ why: 'notYetValid', at: Date.UTC(2026, 0) });
    expect(flaw('eve', Date.UTC(2026, 6))).toMatchObject({ why: 'otherNames', names: ['ana'] });
  });

  it('is nothing where it is cut, and never throws', async () => {
    const blob = await certificate('ecdsa', '-n', 'ana');
    fc.assert(
      fc.property(fc.nat(blob.length - 1), fc.nat(255), (at, byte) => {
        const damaged = Buffer.from(blob);
        damaged[at] = byte;
        readCertificateFacts(damaged);
        readCertificateFacts(blob.subarray(0, at));
      }),
    );
    expect(readCertificateFacts(blob.subarray(0, 200))).toBeNull();
  });
});
