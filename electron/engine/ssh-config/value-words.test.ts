import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ConfigHome } from './testing/config-home.ts';

let home: ConfigHome;

beforeEach(() => {
  home = new ConfigHome();
});

afterEach(() => home.remove());

/** The options that are named of Host web, with their lines. */
async function named(...lines: readonly string[]): Promise<(readonly [string, number])[]> {
  home.write(['Host web', ...lines, 'Host *', 'RequestTTY no'].join('\n'));
  expect(home.isTakenBySsh('web')).toBe(true);
  return (await home.read('web')).concerns.map(({ subject, line }) => [subject, line]);
}

describe('an option that a profile does not do', () => {
  it.each([
    'AddKeysToAgent yes',
    'AddKeysToAgent confirm',
    'BatchMode yes',
    'Compression yes',
    'ConnectionAttempts 5',
    'FingerprintHash md5',
    'HashKnownHosts yes',
    'IPQoS lowdelay throughput',
    'NumberOfPasswordPrompts 1',
    'ProxyUseFdpass yes',
    'TCPKeepAlive no',
  ])('is named where it changes what happens: %s', async (line) => {
    expect(await named(line)).toEqual([[line.split(' ')[0], 2]]);
  });

  it.each([
    'AddKeysToAgent no',
    'BatchMode no',
    'CheckHostIP no',
    'Compression no',
    'ConnectionAttempts 1',
    'FingerprintHash sha256',
    'GSSAPIAuthentication no',
    'HashKnownHosts no',
    'IPQoS none',
    'NumberOfPasswordPrompts 3',
    'PermitLocalCommand yes',
    'ProxyUseFdpass no',
    'RevokedHostKeys none',
    'TCPKeepAlive yes',
    'VerifyHostKeyDNS no',
  ])('is not named where a profile does so anyway: %s', async (line) => {
    expect(await named(line)).toEqual([]);
  });

  it('is judged by the first value, as ssh goes by that', async () => {
    expect(await named('BatchMode no', 'BatchMode yes', 'Compression no', 'Compression yes')).toEqual([]);
    expect(await named('BatchMode yes', 'BatchMode no')).toEqual([['BatchMode', 2]]);
  });

  it('is named if it is a command of this computer that ssh would run, and only then', async () => {
    expect(await named('LocalCommand notify-send up')).toEqual([]);
    expect(await named('LocalCommand notify-send up', 'PermitLocalCommand no')).toEqual([]);
    expect(await named('LocalCommand notify-send up', 'PermitLocalCommand yes')).toEqual([
      ['LocalCommand', 2],
    ]);
  });
});
