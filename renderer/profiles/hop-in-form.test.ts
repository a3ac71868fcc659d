import { describe, expect, it } from 'vitest';
import type { Profile } from '#shared/profile.ts';
import { hopAgreedFor } from '#shared/second-hop.ts';
import { draftOf, type ForwardDraft, newDraft, type ProfileDraft } from './draft.ts';
import { hopInForm, hopsLeftBehind } from './hop-in-form.ts';
import { readDraft } from './read-draft.ts';

const server = { host: 'core', port: 22, user: 'andre' };
const way = { bind: { address: '*', port: 42000 }, target: { host: 'files', port: 548 } };

const saved: Profile = {
  id: '00000000-0000-4000-8000-000000000001',
  name: 'Work',
  server,
  login: { method: 'automatic' },
  forwards: [
    {
      id: '00000000-0000-4000-8000-000000000002',
      name: 'Files',
      enabled: true,
      kind: 'remote',
      ...way,
      secondHop: { port: 43000, tool: 'socat', agreedFor: hopAgreedFor(server, way) },
      exposureConfirmedFor: '*',
    },
  ],
  startOnOpen: false,
  legacyAlgorithms: false,
  looksAtServer: true,
  practice: false,
};

function edited(forward: Partial<ForwardDraft>, profile: Partial<ProfileDraft> = {}): ProfileDraft {
  const draft = draftOf(saved);
  return { ...draft, ...profile, forwards: draft.forwards.map((each) => ({ ...each, ...forward })) };
}

function hopOf(draft: ProfileDraft, from: Profile | undefined = saved) {
  const [forward] = draft.forwards;
  return forward ? hopInForm(draft, forward, from) : null;
}

describe('the second hop in a form', () => {
  it('is shown with its server and its account, and without trouble while nothing is changed', () => {
    expect(hopOf(edited({}))).toMatchObject({
      rule: { port: 43000, tool: 'socat' },
      agreed: { host: 'core', user: 'andre' },
      trouble: null,
    });
    expect(hopOf(edited({ name: 'Other' }, { name: 'Home', host: ' core ' }))?.trouble).toBeNull();
  });

  it('is not shown where there is none', () => {
    const draft = newDraft('andre', () => '00000000-0000-4000-8000-000000000003');
    expect(hopOf(draft, undefined)).toBeNull();
  });

  it.each([
    [edited({}, { host: 'edge' }), 'server'],
    [edited({}, { port: '2222' }), 'server'],
    [edited({}, { user: 'root' }), 'account'],
    [edited({ bindPort: '42001' }), 'entrance'],
    [edited({ targetHost: 'other' }), 'target'],
    [edited({ targetPort: '' }, { user: 'root' }), 'account and target'],
  ])('says which edit makes the yes void: %#', (draft, part) => {
    expect(hopOf(draft)?.trouble).toBe(
      `It is not dug once this is saved: your yes was for another ${part}. To have it again, dig it anew.`,
    );
  });

  it('says what else keeps it from being dug', () => {
    expect(hopOf(edited({ kind: 'local' }))?.trouble).toContain('It is gone once this is saved');
    expect(hopOf(edited({ bindAddress: 'localhost' }))?.trouble).toContain('for the server itself only');
    expect(hopOf(edited({ allowFrom: '10.0.0.1' }))?.trouble).toContain('nobody can be told apart');
  });

  it('says of a yes that was void before what it was for', () => {
    const moved = { ...saved, server: { ...server, host: 'edge' } };
    expect(hopOf(draftOf(moved), moved)).toMatchObject({
      agreed: null,
      trouble: 'It is not dug: your yes was for something else, andre@core:22, *:42000 to files:548.',
    });
  });

  it('goes with the saving where the yes is taken back, and only there', () => {
    const kept = readDraft(edited({}));
    expect(kept).toMatchObject({ profile: { forwards: [{ secondHop: { port: 43000 } }] } });
    const filledIn = readDraft(edited({ fillsHopIn: true }));
    expect(filledIn.ok && filledIn.profile.forwards[0]).not.toHaveProperty('secondHop');
  });
});

describe('another server or account', () => {
  it('is said to leave second hops behind', () => {
    expect(hopsLeftBehind(edited({}), saved)).toBeNull();
    expect(hopsLeftBehind(edited({}, { host: 'edge', user: 'root' }), saved)).toBe(
      'The second hop of this tunnel is not dug once this is saved: your yes was for another server and account.',
    );
  });

  it('leaves none behind that is taken back anyhow', () => {
    expect(hopsLeftBehind(edited({ fillsHopIn: true }, { host: 'edge' }), saved)).toBeNull();
  });
});
