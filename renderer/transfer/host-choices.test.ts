import { describe, expect, it } from 'vitest';
import { type Profile, profileSchema } from '#shared/profile.ts';
import { hostsDoneWords, hostsNamed, hostTwinWords } from './host-choices.ts';

const ID = '5f2c1f0e-6a5b-4d0e-9a51-0d7d1b1c2a3f';
const profile = (name: string, host?: string): Profile =>
  profileSchema.parse({
    id: ID,
    name,
    server: { host: 'core.example.org', port: 22, user: 'ana' },
    login: { method: 'agent' },
    ...(host !== undefined && { followedHost: { host } }),
    forwards: [{ id: ID, kind: 'dynamic', bind: { address: 'localhost', port: 1080 } }],
  });

describe('the Hosts to import', () => {
  it('are told apart from those that are here: followed, or by name', () => {
    const profiles = [profile('Work', 'core'), profile('mail', 'mail'), profile('db')];
    expect(['core', 'mail', 'db', 'web'].map((host) => hostTwinWords(host, profiles))).toEqual([
      'followed already, by “Work”',
      'followed already',
      'a tunnel of this name is here',
      null,
    ]);
  });

  it('are found by any letters of their names', () => {
    expect(hostsNamed(['Web', 'db.web', 'mail'], ' WEB ')).toEqual(['Web', 'db.web']);
  });

  it('are counted once they are done, and the first that was left out is named with its reason', () => {
    expect(hostsDoneWords(1, [])).toBe('Imported 1 tunnel. Nothing is started.');
    const refused = [
      { host: 'a', problem: 'It is odd.' },
      { host: 'b', problem: 'It is odd, too.' },
    ];
    expect(hostsDoneWords(0, refused)).toBe(
      'Nothing was imported. Host a was left out: It is odd. 1 more was left out, too.',
    );
  });
});
