import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { readPkcs8Lock } from './pkcs8-lock.ts';
import { readPrivateKeyText } from './private-key-text.ts';

/** Ed25519 keys with the passphrase `sesame`, by `openssl pkcs8 -topk8` and these options. */
const KEYS = {
  '-v1 PBE-SHA1-3DES': [
    'MFgwHAYKKoZIhvcNAQwBAzAOBAjUXZKnH18EYgICCAAEOJCMZuerNWslusJWi811',
    'UieVMi5p9x3qCQoLxyZg+Xxtwq0sbNL4OlbrvhY58trMfJp97cxCDZJP',
  ],
  '-v1 PBE-MD5-DES': [
    'MFcwGwYJKoZIhvcNAQUDMA4ECD/jhiGamI7OAgIIAAQ47y/YClG16MyLDgQatgI6',
    'd5uGNQLXc2aTp+lS12+nlXHzHlOdDipqEwIFX/sy1pNTwIlBdPJd6Es=',
  ],
  '-scrypt': [
    'MIGTME8GCSqGSIb3DQEFDTBCMCEGCSsGAQQB2kcECzAUBAgAhG7Y/C4VXgICQAAC',
    'AQgCAQEwHQYJYIZIAWUDBAEqBBB1CAf9sl5ICqcYjny7pPtSBED24p2A+NkjzE9b',
    'kJ+dHEb75oNnR/4ikmkeqYk7H6TzHC3S6z3f8B3cm/YbMn9Bu3Vri0DxCb7F52qQ',
    'l9joKpwr',
  ],
  '-v2prf hmacWithSHA512': [
    'MIGbMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAiH9VdYFrA3WwICCAAw',
    'DAYIKoZIhvcNAgsFADAdBglghkgBZQMEASoEEJjbsHtcnHl6m3MGXu4r5U0EQHAi',
    '2pm3ba0IeniPCPoWaySwFXWRHE6RiTF1dStDu+EcFMb3Ycf+O77T6DpPSFIarGXq',
    'KPQhulaGmDJoZAOmEBw=',
  ],
};

function pem(lines: readonly string[]): string {
  return `-----BEGIN ENCRYPTED PRIVATE KEY-----\n${lines.join('\n')}\n-----END ENCRYPTED PRIVATE KEY-----\n`;
}

describe('an encrypted key in PKCS#8', () => {
  it('asks for its passphrase where that can open it', async () => {
    const key = await readPrivateKeyText(pem(KEYS['-v1 PBE-SHA1-3DES']));
    if (key.kind !== 'encrypted') throw new Error(key.kind);
    expect((await key.open('sesame')).kind).toBe('open');
    expect(await key.open('wrong')).toEqual({ kind: 'wrongPassphrase' });
  });

  it.each(['aes-128-cbc', 'aes-192-cbc', 'aes-256-cbc', 'des-ede3-cbc'])('is known with %s', (cipher) => {
    const { privateKey } = generateKeyPairSync('ed25519');
    const text = privateKey.export({ type: 'pkcs8', format: 'pem', cipher, passphrase: 'x' });
    expect(readPkcs8Lock(text.toString())).toBe('known');
  });

  // As measured in Electron 33: BoringSSL fails on these as on a wrong passphrase. Node opens the last two.
  it.each(['-v1 PBE-MD5-DES', '-scrypt', '-v2prf hmacWithSHA512'] as const)(
    'that no passphrase opens is named before one is asked for: %s',
    async (options) => {
      expect(await readPrivateKeyText(pem(KEYS[options]))).toEqual({
        kind: 'unsupported',
        format: 'pkcs8Locked',
      });
    },
  );

  it.each([
    ['nothing', []],
    ['nonsense', ['AAAA']],
    ['half of one', KEYS['-v1 PBE-MD5-DES'].slice(0, 1)],
    ['an empty lock', ['MAUwAwYBKgQA']],
  ])('that is none is named as none: %s', async (_what, lines) => {
    expect(await readPrivateKeyText(pem(lines))).toEqual({ kind: 'unsupported', format: 'unknown' });
  });
});
