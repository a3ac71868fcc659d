import { describe, expect, it } from 'vitest';
import type { Profile } from '#shared/profile.ts';
import { matchesQuery } from './search-profiles.ts';

const profile: Profile = {
  id: 'a',
  name: 'Mail at the coffee shop',
  server: { host: 'core.example.org', port: 2222, user: 'andre' },
  login: { method: 'automatic' },
  forwards: [
    {
      id: 'f',
      name: '',
      enabled: true,
      kind: 'local',
      bind: { address: 'localhost', port: 42424 },
      target: { host: 'imap.example.org', port: 143 },
    },
    { id: 'g', name: 'Browsing', enabled: true, kind: 'dynamic', bind: { address: '', port: 1080 } },
  ],
  startOnOpen: false,
  legacyAlgorithms: false,
  looksAtServer: true,
  practice: false,
};

describe('the search', () => {
  it.each(['', 'MAIL', 'andre@core', ':2222', '42424', 'imap', 'socks', 'browsing', 'mail 143'])(
    'finds the tunnel by %j',
    (query) => expect(matchesQuery(profile, query)).toBe(true),
  );

  it('needs every word', () => expect(matchesQuery(profile, 'mail postgres')).toBe(false));
});
