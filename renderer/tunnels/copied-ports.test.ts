import { expect, it } from 'vitest';
import { type Profile, profileSchema } from '#shared/profile.ts';
import { copiedPortsWords } from './copied-ports.ts';

function profile(name: string, ...ports: readonly number[]): Profile {
  return profileSchema.parse({
    id: crypto.randomUUID(),
    name,
    server: { host: 'core', port: 22, user: 'andre' },
    login: { method: 'automatic' },
    forwards: ports.map((port) => ({
      id: crypto.randomUUID(),
      kind: 'dynamic',
      bind: { address: 'localhost', port },
    })),
  });
}

it.each([
  [[8080], [8080], null],
  [[8080, 1080], [8081, 1080], '“Copy” listens on 8081 instead of 8080, so that both can run.'],
  [
    [8080, 1080],
    [8081, 1081],
    '“Copy” listens on 8081 instead of 8080 and 1081 instead of 1080, so that both can run.',
  ],
  [[1, 2, 3], [4, 5, 6], '“Copy” listens on other ports, so that both can run.'],
])('says on which other ports a copy listens: %j, %j', (before, after, words) => {
  expect(copiedPortsWords(profile('Mail', ...before), profile('Copy', ...after))).toBe(words);
});
