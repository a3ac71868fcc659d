import { describe, expect, it } from 'vitest';
import { forgetCommand } from './forget-command.ts';

const file = '/home/a/.ssh/known_hosts';
const known = [{ keyType: 'ssh-ed25519', fingerprint: 'SHA256:x', file, line: 3 }];

describe('the command that forgets a host', () => {
  it('names the host alone on port 22', () => {
    expect(forgetCommand({ host: 'core', port: 22, known })).toBe(`ssh-keygen -f ${file} -R core`);
  });

  it('names host and port as known_hosts does, safe from the shell', () => {
    expect(forgetCommand({ host: 'core', port: 2222, known: [] })).toBe("ssh-keygen -R '[core]:2222'");
  });
});
