import { describe, expect, it } from 'vitest';
import { whoCouldReach } from './exposure-question.ts';

describe('who could reach a forward', () => {
  const who = (sources: readonly string[] | null) =>
    whoCouldReach({ kind: 'local', bind: { address: '*', port: 8080 } }, 'core', sources);

  it('are those who are named, while they are few', () => {
    expect(who(['10.0.0.1', 'fd00::/8'])).toBe('Only 10.0.0.1 or fd00::/8 could reach');
    expect(who(['10.0.0.1', '10.0.0.2', '10.0.0.3', '10.0.0.4'])).toBe(
      'Only the 4 allowed sources could reach',
    );
  });

  it('are not only somebody where it is everybody', () => {
    expect(who(['::/0'])).toBe('Everybody with IPv6 could reach');
    expect(who(['0.0.0.0/0', '::/0'])).toBe('Everybody with IPv4 or everybody with IPv6 could reach');
    expect(who(['10.0.0.1', '::/0'])).toBe('Only 10.0.0.1 or everybody with IPv6 could reach');
  });

  it('cannot be told while what is typed cannot be read', () => {
    expect(who(null)).toBe('Whom you name could reach');
  });
});
