import { describe, expect, it } from 'vitest';
import type { Forward, Profile } from '#shared/profile.ts';
import { hopAgreedFor } from '#shared/second-hop.ts';
import { draftOf, type ForwardDraft, newDraft, type ProfileDraft, withPresentConsent } from './draft.ts';
import { withAgreement } from './exposure-agreement.ts';
import { completeForwards, readDraft, readLogin, unconfirmedForwards } from './read-draft.ts';

const IDS = [1, 2, 3].map((n) => `00000000-0000-4000-8000-00000000000${n}`);
const [PROFILE_ID = '', FORWARD_ID = '', OTHER_ID = ''] = IDS;

describe('a draft', () => {
  it('starts with port 22, this computer’s user and one local forward for this computer only', () => {
    const ids = [...IDS];
    const draft = newDraft('andre', () => ids.shift() ?? '');
    expect(draft).toMatchObject({ port: '22', user: 'andre', method: 'automatic' });
    expect(draft.forwards).toMatchObject([{ kind: 'local', bindAddress: 'localhost', bindPort: '' }]);
  });

  it('comes back as the very profile it was made of', () => {
    for (const profile of [saved, dynamic])
      expect(readDraft(draftOf(profile))).toEqual({ ok: true, profile });
  });

  it('reads ports as plain digits only', () => {
    for (const port of ['', 'ssh', '22.5', '-1', '1e3', '0x16', '70000', '0']) {
      expect(errorsOf({ ...good, port }).get('server.port')).toBe('Choose a port from 1 to 65535.');
    }
    expect(readDraft({ ...good, port: ' 2222 ' })).toMatchObject({ profile: { server: { port: 2222 } } });
  });

  it('reads addresses in brackets, as they are pasted, without them', () => {
    const forward = { ...forwardOf(good), bindAddress: ' [::1] ', targetHost: '[2001:db8::7]' };
    expect(profileOf({ ...good, host: '[::1]', forwards: [forward] })).toMatchObject({
      server: { host: '::1' },
      forwards: [{ bind: { address: '::1' }, target: { host: '2001:db8::7' } }],
    });
  });

  it('says what is wrong by the path of the field', () => {
    const errors = errorsOf({ ...good, name: ' ', host: 'a b', user: '' });
    expect([...errors.keys()].sort()).toEqual(['name', 'server.host', 'server.user']);
  });

  it('needs a key file only where it is used', () => {
    expect(readDraft({ ...good, method: 'agent', keyFile: '' }).ok).toBe(true);
    expect(errorsOf({ ...good, method: 'keyFile', keyFile: '' }).get('login.keyFile')).toBe(
      'Choose a key file.',
    );
  });

  it('needs no target for SOCKS', () => {
    const forward = { ...forwardOf(good), kind: 'dynamic' as const, targetHost: '', targetPort: '' };
    expect(readDraft({ ...good, forwards: [forward] })).toMatchObject({ ok: true });
  });

  it('refuses two forwards on one port', () => {
    const forwards = [forwardOf(good), { ...forwardOf(good), id: OTHER_ID }];
    expect(errorsOf({ ...good, forwards }).get('forwards.1.bind.port')).toContain('Forward 1');
  });

  it('refuses a remote forward on the port of another one’s second hop', () => {
    const target = { targetHost: 'files', targetPort: '548' };
    const entrance = { ...forwardOf(good), ...target, kind: 'remote' as const, bindAddress: '*' };
    const server = { host: good.host, port: Number(good.port), user: good.user };
    const rule = { bind: { address: '*', port: 42000 }, target: { host: 'files', port: 548 } };
    const secondHop = { port: 43000, tool: 'socat' as const, agreedFor: hopAgreedFor(server, rule) };
    const withHop = { ...entrance, bindPort: '42000', secondHop };
    const other = { ...entrance, id: OTHER_ID, bindAddress: 'localhost', bindPort: '43000' };
    const errors = errorsOf({ ...good, forwards: [withHop, other] });
    expect([...errors]).toEqual([
      ['forwards.1.bind.port', 'The second hop of forward 1 listens on this port.'],
    ]);
    const apart = { ...other, bindPort: '43001' };
    expect(readDraft({ ...good, forwards: [withHop, apart] }).ok).toBe(true);
  });

  it('has complete forwards before it is complete itself', () => {
    const forwards = [forwardOf(good), { ...forwardOf(good), id: OTHER_ID, bindPort: '' }];
    expect(completeForwards({ ...good, host: '', forwards })).toHaveLength(1);
  });
});

describe('the check of a login', () => {
  it('does not mind a missing name and unfinished forwards', () => {
    const forwards = [{ ...forwardOf(good), bindPort: 'x' }];
    expect(readLogin({ ...good, name: '', forwards }).ok).toBe(true);
  });

  it('minds a missing server', () => {
    expect(readLogin({ ...good, host: '' })).toMatchObject({ ok: false });
  });
});

describe('the agreement to an exposure', () => {
  const NOW = 1_700_000_000_000;
  const open = { ...dynamicForward(), enabled: true };
  const draftFor = (forward: Forward, change: Partial<ForwardDraft> = {}) => {
    const draft = draftOf({ ...saved, forwards: [forward] });
    return { ...draft, forwards: [{ ...forwardOf(draft), ...change }] };
  };
  const asked = (forward: Forward, change: Partial<ForwardDraft> = {}) =>
    unconfirmedForwards(profileOf(draftFor(forward, change)), NOW);

  it('is asked for each address that others can reach, and given to that address alone', () => {
    const profile = profileOf({ ...good, forwards: [{ ...forwardOf(good), bindAddress: '*' }] });
    const exposed = unconfirmedForwards(profile, NOW);
    expect(exposed).toHaveLength(1);
    const confirmed = withAgreement(profile, exposed, { term: 'always', allowFrom: null }, NOW);
    expect(unconfirmedForwards(confirmed, NOW)).toEqual([]);
    expect(confirmed.forwards[0]?.exposureConfirmedFor).toBe('*');
  });

  it('is dropped when the address changes', () => {
    const profile = profileOf(draftFor(open, { bindAddress: '192.168.1.2' }));
    expect(unconfirmedForwards(profile, NOW)).toHaveLength(1);
    expect(profile.forwards[0]).not.toHaveProperty('exposureConfirmedFor');
  });

  it('is not asked for a forward that is switched off', () => {
    expect(asked({ ...open, enabled: false, exposureConfirmedFor: undefined })).toEqual([]);
  });

  it('covers fewer people than it was given for, and is asked anew for more', () => {
    expect(asked(open, { allowFrom: '10.0.0.0/8' })).toEqual([]);
    const some = withAgreement(
      { ...saved, forwards: [open] },
      [open],
      { term: 'hour', allowFrom: ['10.0.0.0/8'] },
      NOW,
    ).forwards[0] as Forward;
    expect(asked(some)).toEqual([]);
    expect(asked(some, { allowFrom: '10.1.2.3\n10.2.0.0/16' })).toEqual([]);
    expect(asked(some, { allowFrom: '10.1.2.3, 11.0.0.1' })).toHaveLength(1);
    expect(asked(some, { allowFrom: ' ' })).toHaveLength(1);
  });

  it('is asked anew when its time is over', () => {
    const lease = { address: '*', ends: { when: 'at', at: NOW } } as const;
    const timed = { ...open, exposureConfirmedFor: undefined, exposureLease: lease };
    expect(unconfirmedForwards(profileOf(draftFor(timed)), NOW - 1)).toEqual([]);
    expect(asked(timed)).toHaveLength(1);
  });

  it('does not come back with a form that was opened before it was taken back', () => {
    const draft = draftFor(open);
    const { exposureConfirmedFor: _gone, ...closed } = open;
    const present = profileOf(withPresentConsent(draft, { ...saved, forwards: [closed] }));
    expect(unconfirmedForwards(present, NOW)).toHaveLength(1);
    expect(unconfirmedForwards(profileOf(withPresentConsent(draft, undefined)), NOW)).toHaveLength(1);
  });

  it('says which source is wrong, unless nobody else can reach the forward anyhow', () => {
    const wrong = { allowFrom: '10.0.0.1, ten' };
    expect(errorsOf(draftFor(open, wrong)).get('forwards.0.allowFrom')).toContain('“ten”');
    expect(readDraft(draftFor(open, { ...wrong, bindAddress: 'localhost' })).ok).toBe(true);
  });
});

function dynamicForward(): Forward {
  return {
    id: FORWARD_ID,
    name: '',
    enabled: false,
    kind: 'dynamic',
    bind: { address: '*', port: 1080 },
    exposureConfirmedFor: '*',
  };
}

const saved: Profile = {
  id: PROFILE_ID,
  name: 'Mail',
  server: { host: 'core.example.org', port: 22, user: 'andre' },
  login: { method: 'keyFile', keyFile: '/home/andre/.ssh/id_ed25519' },
  forwards: [
    {
      id: FORWARD_ID,
      name: 'IMAP',
      enabled: true,
      kind: 'local',
      bind: { address: 'localhost', port: 42424 },
      target: { host: '2001:db8::1', port: 143 },
    },
  ],
  startOnOpen: true,
  legacyAlgorithms: false,
  looksAtServer: true,
  practice: false,
};

const dynamic: Profile = {
  ...saved,
  login: { method: 'automatic' },
  forwards: [dynamicForward()],
};

const good: ProfileDraft = draftOf(saved);

function forwardOf(draft: ProfileDraft) {
  const [first] = draft.forwards;
  if (!first) throw new Error('The draft has no forward.');
  return first;
}

function errorsOf(draft: ProfileDraft): ReadonlyMap<string, string> {
  const reading = readDraft(draft);
  return reading.ok ? new Map() : reading.errors;
}

function profileOf(draft: ProfileDraft): Profile {
  const reading = readDraft(draft);
  if (!reading.ok) throw new Error('The draft is not a profile.');
  return reading.profile;
}
