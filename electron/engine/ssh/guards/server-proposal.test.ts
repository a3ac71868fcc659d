import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TunnelError } from '#shared/tunnel-error.ts';
import { sshString } from '../ssh-string.ts';
import { nameWhatIsMissing, readServerProposal } from './server-proposal.ts';

const kexInit = (...lists: readonly string[]) =>
  Buffer.concat([Buffer.alloc(17, 20), ...lists.map((list) => sshString(list)), Buffer.alloc(5)]);

const failure: TunnelError = {
  code: 'noCommonAlgorithm',
  host: 'core',
  port: 22,
  kind: 'key exchange',
  legacyMayHelp: true,
};

const proposal = (kex: string) =>
  readServerProposal(kexInit(kex, 'ssh-rsa', 'c1', 'c2', 'm1', 'm2', 'none', 'none', '', ''));

describe('what a server offers', () => {
  it('is read from its lists, without what is no algorithm', () => {
    expect(proposal('curve448,ext-info-s,kex-strict-s-v00@openssh.com')).toEqual({
      kex: ['curve448'],
      serverHostKey: ['ssh-rsa'],
      cipher: ['c2'],
      hmac: ['m2'],
    });
  });

  it('is whatever can be read of a message that is none', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        readServerProposal(Buffer.from(bytes));
      }),
    );
  });

  it('says whether the legacy algorithms would help', () => {
    const named = (kex: string) => nameWhatIsMissing(failure, proposal(kex));
    expect(named('diffie-hellman-group14-sha256')).toMatchObject({ legacyMayHelp: true });
    expect(named('diffie-hellman-group18-sha512')).toMatchObject({
      legacyMayHelp: false,
      offered: ['diffie-hellman-group18-sha512'],
    });
    expect(nameWhatIsMissing({ ...failure, kind: 'host key' }, proposal('x'))).toMatchObject({
      legacyMayHelp: true,
      offered: ['ssh-rsa'],
    });
  });

  it('changes no other error', () => {
    const lost: TunnelError = { code: 'connectionLost', host: 'core', port: 22 };
    expect(nameWhatIsMissing(lost, proposal('x'))).toEqual(lost);
    expect(nameWhatIsMissing(failure, null)).toEqual(failure);
  });
});
