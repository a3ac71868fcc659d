import { describe, expect, it } from 'vitest';
import type { Login } from '#shared/login.ts';
import { type Profile, profileSchema } from '#shared/profile.ts';
import { draftOf } from './draft.ts';
import { draftCommand } from './draft-command.ts';
import { readDraft } from './read-draft.ts';

const ID = '5f2c1f0e-6a5b-4d0e-9a51-0d7d1b1c2a3f';
const use = { socket: '/run/agent', certificateFiles: ['/c'], agentKeys: 'all', afterKeys: 'ask' } as const;
const profileWith = (login: Login): Profile =>
  profileSchema.parse({
    id: ID,
    name: 'Mail',
    server: { host: 'core.example.org', port: 22, user: 'ana' },
    login,
    jumpHosts: [{ server: { host: 'gate', port: 22, user: 'ana' }, login }],
    forwards: [{ id: ID, kind: 'dynamic', bind: { address: 'localhost', port: 1080 } }],
  });

describe('the keys of a profile in the form', () => {
  it.each<Login>([
    { method: 'automatic', ...use, certificateFiles: ['/c'] },
    { method: 'automatic', agentKeys: 'listed', certificateFiles: [] },
    { method: 'keyFile', keyFile: '/a', moreKeyFiles: ['/b', '/c'], ...use, certificateFiles: ['/c'] },
    { method: 'keyFile', keyFile: '/a' },
  ])('come out as they were, of a server and of a jump host: %j', (login) => {
    const profile = profileWith(login);
    expect(readDraft(draftOf(profile))).toEqual({ ok: true, profile });
  });

  it('say which further file is wrong, and the command goes without it', () => {
    const draft = draftOf(profileWith({ method: 'keyFile', keyFile: '/a', moreKeyFiles: ['/b'] }));
    const wrong = { ...draft, moreKeyFiles: ['/b', ' '] };
    const reading = readDraft(wrong);
    expect(!reading.ok && [...reading.errors]).toEqual([['login.moreKeyFiles.1', 'Choose a key file.']]);
    expect(draftCommand(wrong).incomplete).toContain('a further key file');
  });
});
