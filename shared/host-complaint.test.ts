import { describe, expect, it } from 'vitest';
import { hostComplaint } from './host-complaint.ts';

const otherwise = 'That is not a host name or an address.';

describe('hostComplaint', () => {
  it.each([
    ['core:22', 'The port goes into its own field.'],
    ['core.example.org:99999', 'The port goes into its own field.'],
    ['10.0.0.1:2222', 'The port goes into its own field.'],
    ['[2001:db8::1]:22', 'The port goes into its own field.'],
    ['ana@core', 'The user goes into its own field.'],
    ['ana@example.org@core', 'The user goes into its own field.'],
    ['ana@core:22', 'The user and the port go into their own fields.'],
    ['ana@[::1]:22', 'The user and the port go into their own fields.'],
    ['ssh://core', 'Only the name, without ssh://.'],
    ['SSH://ana@core:22', 'Only the name, without ssh://.'],
    ['https://core/', 'Only the name, without https://.'],
  ])('says what to do about %j', (text, expected) => {
    expect(hostComplaint(text, otherwise, true)).toBe(expected);
  });

  it.each([
    'a b',
    '-oProxyCommand=x',
    'core:',
    'core:22:22',
    ':22',
    '@',
    'ana@',
    '@:22',
    'ana@a b',
    'a b:22',
    '\n',
  ])('has no advice for %j', (text) => {
    expect(hostComplaint(text, otherwise, true)).toBe(otherwise);
  });

  it('points to no user field where there is none', () => {
    expect(hostComplaint('ana@core', otherwise)).toBe('Only the name, without a user.');
  });
});
