import { describe, expect, it } from 'vitest';
import type { HostKeySettings } from '#shared/host-key-settings.ts';
import { draftOf, newDraft, type ProfileDraft } from './draft.ts';
import { draftCommand } from './draft-command.ts';
import { readDraft } from './read-draft.ts';

const ids = [1, 2].map((n) => `00000000-0000-4000-8000-00000000000${n}`);
const made = newDraft('ana', () => ids.shift() ?? '');
const good: ProfileDraft = {
  ...made,
  name: 'Mail',
  host: 'core.example',
  forwards: made.forwards.map((forward) => ({ ...forward, kind: 'dynamic', bindPort: '1080' })),
};

function profileWith(hostKeys: HostKeySettings | undefined) {
  const reading = readDraft(good);
  if (!reading.ok) throw new Error([...reading.errors.keys()].join());
  return { ...reading.profile, ...(hostKeys && { hostKeys }) };
}

describe('the host keys of a draft', () => {
  it.each<[string, HostKeySettings | undefined]>([
    ['none', undefined],
    ['an alias', { alias: 'vault' }],
    ['strict checking', { checking: 'yes' }],
    ['files, which the form cannot change', { userFiles: ['~/a', '/b'], globalFiles: [] }],
    ['all of it', { alias: 'vault', checking: 'accept-new', userFiles: ['none'], globalFiles: ['/c'] }],
  ])('come back as they were: %s', (_what, hostKeys) => {
    const profile = profileWith(hostKeys);
    expect(readDraft(draftOf(profile))).toEqual({ ok: true, profile });
  });

  it('are changed without losing the files', () => {
    const draft = draftOf(profileWith({ userFiles: ['/b'] }));
    const changed = { ...draft, hostKeys: { ...draft.hostKeys, alias: ' vault ', checking: 'yes' as const } };
    expect(readDraft(changed)).toMatchObject({
      ok: true,
      profile: { hostKeys: { alias: 'vault', checking: 'yes', userFiles: ['/b'] } },
    });
  });

  it('say what is wrong with an alias, and stand in the command as a placeholder until it is right', () => {
    const draft = { ...good, hostKeys: { ...good.hostKeys, alias: 'a b' } };
    const reading = readDraft(draft);
    expect(reading.ok ? [] : [...reading.errors]).toEqual([['hostKeys.alias', 'That is not a host name.']]);
    expect(draftCommand(draft)).toMatchObject({
      incomplete: ['ALIAS'],
      subject: { hostKeys: { alias: 'ALIAS' } },
    });
  });
});
