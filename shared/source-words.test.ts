import { describe, expect, it } from 'vitest';
import { sourceInWords, sourcesInWords, sourcesNote } from './source-words.ts';

const note = (sources: readonly string[], bindAddress = '*', isRemote = false) =>
  sourcesNote({ isRemote, bindAddress, sources });

describe('the note on a list of allowed sources', () => {
  it('says nothing where the list says it all', () => {
    expect(note([])).toBeNull();
    expect(note(['10.0.0.0/8', 'fd00::/8'])).toBeNull();
  });

  it('says who is shut out by naming only one family', () => {
    expect(note(['fd00::/8'])).toBe(
      'Nobody with an IPv4 address can connect from another computer, as only IPv6 is named.',
    );
    expect(note(['10.0.0.1'], '*', true)).toBe(
      'Nobody with an IPv6 address can connect, as only IPv4 is named.',
    );
  });

  it('names all of a family as everybody with it', () => {
    expect(note(['::/0'], '*', true)).toBe(
      '::/0 means everybody with IPv6. Nobody with an IPv4 address can connect, as only IPv6 is named.',
    );
    expect(note(['0.0.0.0/0', 'fd00::1'])).toBe('0.0.0.0/0 means everybody with IPv4.');
    expect(note(['0.0.0.0/0', '::/0'])).toBe('0.0.0.0/0 and ::/0 together mean everybody.');
  });

  it('does not miss a family that the entrance does not have', () => {
    expect(note(['10.0.0.0/8'], '192.168.1.7')).toBeNull();
    expect(note(['10.0.0.0/8'], '0.0.0.0')).toBeNull();
    expect(note(['fd00::/8'], 'fd00::7')).toBeNull();
  });

  it('says that nobody can connect where only the other family is named', () => {
    expect(note(['fd00::/8'], '192.168.1.7')).toBe(
      'Nobody can connect from another computer: 192.168.1.7 is an IPv4 address, and only IPv6 is named.',
    );
  });

  it('takes :: and names for entrances of both families', () => {
    for (const address of ['::', 'core.example.org'])
      expect(note(['10.0.0.0/8'], address)).toContain('Nobody with an IPv6 address');
  });
});

describe('sources in words', () => {
  it('are named while they are few, and counted where they are many', () => {
    expect(sourcesInWords(['10.0.0.1'])).toBe('10.0.0.1');
    expect(sourcesInWords(['10.0.0.1', 'fd00::/8'])).toBe('10.0.0.1 and fd00::/8');
    expect(sourcesInWords(['10.0.0.1', '10.0.0.2', 'fd00::/8'])).toBe('3 sources');
    expect(sourcesInWords(['10.0.0.1', '10.0.0.2', '10.0.0.3'])).toBe('3 addresses');
    expect(sourcesInWords(['10.0.1.0/24', '10.0.2.0/24', '10.0.3.0/24'])).toBe('3 networks');
    expect(sourcesInWords(['10.0.0.0/8', '::/0'])).toBe('everybody with IPv6 and 10.0.0.0/8');
    expect(sourcesInWords(['fd00::1', '::/0'])).toBe('everybody with IPv6');
    expect(sourcesInWords(['0.0.0.0/0', '::/0'])).toBe('everybody with IPv4 or IPv6');
  });

  it('stand in a sentence one by one', () => {
    expect(sourceInWords('0.0.0.0/0')).toBe('everybody with IPv4');
    expect(sourceInWords('192.168.0.0/16')).toBe('192.168.0.0/16');
  });
});
