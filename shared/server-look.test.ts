import { describe, expect, it } from 'vitest';
import { findEstablished, lookProblem, type SeenServer, type ServerLook } from './server-look.ts';

const connection = (address: string, peer: string, port = 143) => ({
  protocol: 'tcp' as const,
  address,
  port: 51200,
  process: null,
  owner: null,
  peer: { host: peer, port },
});

const seen: SeenServer = {
  status: 'seen',
  at: 1,
  account: { user: 'andre', uid: 1000 },
  system: 'Linux',
  tool: 'ss',
  serverPid: 700,
  listeners: [],
  connections: [
    connection('192.168.1.7', '192.168.1.9'),
    connection('::ffff:192.168.1.7', '::ffff:192.168.1.9'),
    connection('192.168.1.7', '192.168.1.9', 993),
    connection('fe80::7', 'fe80::9%eth0'),
  ],
  isWhole: true,
};

describe('the connections from the server to a target', () => {
  it('are those to its address and port, however the family writes it', () => {
    expect(findEstablished(seen, { host: '192.168.1.9', port: 143 })).toHaveLength(2);
    expect(findEstablished(seen, { host: 'fe80::9', port: 143 })).toHaveLength(1);
    expect(findEstablished(seen, { host: '192.168.1.8', port: 143 })).toEqual([]);
  });

  it('are not guessed from a name, which the server may look up otherwise', () => {
    expect(findEstablished(seen, { host: 'imap.example.org', port: 143 })).toEqual([]);
  });
});

describe('why a server cannot be seen', () => {
  const problems: Exclude<ServerLook, SeenServer>[] = [
    { status: 'noCommands', at: 1, reason: 'refused', said: 'open failed' },
    { status: 'noCommands', at: 1, reason: 'otherAnswer', said: '' },
    { status: 'noCommands', at: 1, reason: 'otherAnswer', said: 'Go away.' },
    { status: 'noCommands', at: 1, reason: 'silent', said: '' },
    ...(['busy', 'timedOut', 'silent', 'tooMuch', 'sessionLost', 'noTool'] as const).map((reason) => ({
      status: 'failed' as const,
      at: 1,
      reason,
    })),
  ];

  it.each(problems)('is said in whole sentences: %j', (look) => {
    const words = lookProblem(look, 'core');
    expect(words).toContain('core');
    expect(words).toMatch(/^\S.*[.”]$/);
    expect(words).not.toMatch(/SERVER|undefined/);
  });

  it('is the user’s own wish, where it is', () => {
    expect(lookProblem({ status: 'notWanted', at: 1 }, 'core')).toBe(
      'Culvert does not look at this server, as the profile says. The tunnel works without.',
    );
  });

  it('quotes what was answered in our command’s place', () => {
    expect(
      problems.map((look) => lookProblem(look, 'core')).filter((words) => words.includes('Go away.')),
    ).toEqual([
      'core runs something of its own in place of commands, so its listeners cannot be seen. The tunnel works without. It answered: “Go away.”',
    ]);
  });
});
