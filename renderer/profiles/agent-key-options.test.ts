import { describe, expect, it } from 'vitest';
import { agentKeyOptions } from './agent-key-options.ts';

const chosen = { type: 'ssh-ed25519', publicKey: 'AAAA', comment: 'ana@laptop' };
const held = [
  { ...chosen, fingerprint: 'SHA256:abc' },
  {
    type: 'sk-ssh-ed25519@openssh.com',
    publicKey: 'BBBB',
    comment: '',
    fingerprint: 'SHA256:0123456789abcdef',
  },
  { type: 'ssh-rsa-cert-v01@openssh.com', publicKey: 'CCCC', comment: 'work', fingerprint: 'SHA256:def' },
];

describe('the keys of an agent to choose from', () => {
  it('are named by comment and kind, behind any of them', () => {
    expect(agentKeyOptions(null, held)).toEqual([
      ['', 'Any key of the agent'],
      ['AAAA', 'ana@laptop (Ed25519)'],
      ['BBBB', 'SHA256:0123456789ab (Ed25519 security key)'],
      ['CCCC', 'work (RSA certificate)'],
    ]);
  });

  it('hold the chosen one once, and say when the agent does not have it', () => {
    expect(agentKeyOptions(chosen, held)).toHaveLength(4);
    expect(agentKeyOptions(chosen, [])[1]).toEqual(['AAAA', 'ana@laptop (Ed25519): not in this agent']);
  });

  it('do not call the chosen one missing while nobody knows', () => {
    expect(agentKeyOptions(chosen, null)).toEqual([
      ['', 'Any key of the agent'],
      ['AAAA', 'ana@laptop (Ed25519)'],
    ]);
  });
});
