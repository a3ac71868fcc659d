import { describe, expect, it } from 'vitest';
import { forgetCommand } from './forget-command.ts';

const file = '/home/a/.ssh/known_hosts';

describe('the command that forgets a host', () => {
  it('names the host, or the alias, alone', () => {
    expect(forgetCommand({ knownAs: 'core' }, file)).toBe(`ssh-keygen -f ${file} -R core`);
  });

  it('names host and port as known_hosts does, safe from the shell', () => {
    expect(forgetCommand({ knownAs: '[core]:2222' }, undefined)).toBe("ssh-keygen -R '[core]:2222'");
    expect(forgetCommand({ knownAs: 'core' }, '/my files/known')).toBe(
      "ssh-keygen -f '/my files/known' -R core",
    );
  });
});
