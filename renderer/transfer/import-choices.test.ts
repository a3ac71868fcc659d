import { describe, expect, it } from 'vitest';
import { profileSchema } from '#shared/profile.ts';
import type { Offered } from '#shared/transfer/import-offer.ts';
import { choicesOf, doneWords, firstWishes } from './import-choices.ts';

const ID = '5f2c1f0e-6a5b-4d0e-9a51-0d7d1b1c2a3f';
const profile = profileSchema.parse({
  id: ID,
  name: 'Mail',
  server: { host: 'core.example.org', port: 22, user: 'ana' },
  login: { method: 'agent' },
  forwards: [{ id: ID, kind: 'dynamic', bind: { address: 'localhost', port: 1080 } }],
});
const fresh: Offered = { kind: 'good', number: 1, profile, leftOut: [], lacksCommand: false, twin: null };
const twin: Offered = { ...fresh, number: 2, twin: { id: ID, name: 'Mail', isOn: false } };
const bad: Offered = { kind: 'bad', number: 3, name: null, problem: 'It has no forward.' };

describe('the choices of an import', () => {
  it('begin with what is new, and never with replacing', () => {
    const offer = { importId: ID, fileName: 'a.json', tunnels: [fresh, twin, bad] };
    expect(choicesOf(firstWishes(offer))).toEqual([{ number: 1, as: 'new' }]);
  });

  it('are told once they are done', () => {
    expect(doneWords({ added: 2, replaced: 1 })).toBe(
      'Imported 2 tunnels and replaced 1 tunnel. Nothing is started.',
    );
    expect(doneWords({ added: 0, replaced: 2 })).toBe('Replaced 2 tunnels. Nothing is started.');
  });
});
