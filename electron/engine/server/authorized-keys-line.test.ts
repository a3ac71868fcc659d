import { describe, expect, it } from 'vitest';
import { isAuthority, readAuthorizedKey } from './authorized-keys-line.ts';

const type = 'ssh-ed25519';
const blob = 'AAAAC3NzaC1lZDI1NTE5AAAAIKeyKeyKeyKeyKeyKeyKeyKeyKeyKeyKeyKeyKeyKeyKe';
const other = blob.replaceAll('Key', 'Hey');

describe('a line of authorized_keys', () => {
  it.each([
    ['the key alone', `${type} ${blob}`, ''],
    ['blanks around it', ` \t${type}\t ${blob}  a comment\r`, ''],
    ['options', `no-pty,from="10.0.0.1" ${type} ${blob}`, 'no-pty,from="10.0.0.1"'],
    [
      'options with blanks and quotes',
      `command="say \\"no, not\\" now",restrict\t${type} ${blob}`,
      'command="say \\"no, not\\" now",restrict',
    ],
    ['an authority', `cert-authority ${type} ${blob}`, 'cert-authority'],
  ])('holds it: %s', (_case, line, options) => {
    expect(readAuthorizedKey(line)).toEqual({ options, type, blob });
  });

  it.each([
    ['another key’s comment', `${type} ${other} was ${type} ${blob}`, other],
    ['behind the options and key of another', `no-pty ${type} ${other} ${type} ${blob}`, other],
  ])('holds another, and this one in %s', (_case, line, held) => {
    expect(readAuthorizedKey(line)?.blob).toBe(held);
  });

  it.each([
    ['nothing', ''],
    ['a comment', ` # ${type} ${blob}`],
    ['the comment of a broken key', `ssh-rsa AAAA was ${type} ${blob}`],
    ['a quotation that does not end', `command="${type} ${blob}`],
  ])('holds none: %s', (_case, line) => {
    expect(readAuthorizedKey(line)).toBeNull();
  });

  it('says whether it is there for what it certifies only', () => {
    const claim = (options: string) => isAuthority({ options, type, blob });
    expect(claim('no-pty,Cert-Authority,principals="a,b"')).toBe(true);
    expect(claim('command="x,cert-authority,y"')).toBe(false);
    expect(claim('')).toBe(false);
  });
});
