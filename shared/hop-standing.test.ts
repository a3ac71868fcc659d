import { describe, expect, it } from 'vitest';
import { type HoppingForward, hopStanding } from './hop-standing.ts';
import { hopAgreedFor } from './second-hop.ts';

const server = { user: 'andre', host: 'core', port: 22 };
const forward: HoppingForward = { bind: { address: '*', port: 42000 }, target: { host: 'files', port: 548 } };
const rule = { agreedFor: hopAgreedFor(server, forward) };

describe('a yes to a second hop', () => {
  it('stands for the very forward that it was given for', () => {
    expect(hopStanding(server, forward, rule)).toBe('stands');
  });

  it.each([
    [{ ...server, host: 'edge' }, forward],
    [{ ...server, port: 2222 }, forward],
    [{ ...server, user: 'root' }, forward],
    [server, { ...forward, bind: { address: '*', port: 42001 } }],
    [server, { ...forward, target: { host: 'files', port: 445 } }],
  ] as const)('counts for no other server, account, entrance or target: %#', (otherServer, other) => {
    expect(hopStanding(otherServer, other, rule)).toBe('otherwise');
  });

  it('opens nothing that is not to be open, nor lets in by a list', () => {
    expect(hopStanding(server, { ...forward, bind: { address: 'localhost', port: 42000 } }, rule)).toBe(
      'serverOnly',
    );
    expect(hopStanding(server, { ...forward, allowFrom: ['10.0.0.0/8'] }, rule)).toBe('hidesSources');
  });
});
