import { describe, expect, it } from 'vitest';
import { commands, events } from './index.ts';
import { fieldPaths } from './testing/field-paths.ts';

/** What a field for a secret would be called. */
const SOUNDS_SECRET =
  /(^|\.)(secret|secrets|password|passphrase|passwd|pin|otp|token|answers|privateKey|credentials?|kdf|seed)(\[\]|\{\})?(\.|\(|$)/i;

/** Whose names sound like a secret, and which hold none. */
const HARMLESS: readonly string[] = [
  // Slots: which secrets are kept, and for whom, never the secrets.
  'secrets[].slot(password).user',
  'secrets[].slot(password).host',
  'secrets[].slot(password).port',
  'secrets[].slot(password).knownBy.alias',
  'secrets[].slot(password).knownBy.userFiles[]',
  'secrets[].slot(password).knownBy.globalFiles[]',
  'secrets[].slot(passphrase).keyFile',
  'secrets[].slot(proxyPassword).proxy',
  'secrets[].slot(proxyPassword).user',
  'secrets[].slot(proxyPassword).host',
  'secrets[].slot(proxyPassword).port',
  'secrets[].isReadable',
];

describe('what the window is told', () => {
  const outputs = Object.entries(commands).map(([name, { output }]) => [name, output] as const);
  it.each([...outputs, ...Object.entries(events)])('%s has no field for a secret', (_name, schema) => {
    const suspicious = fieldPaths(schema).filter((path) => SOUNDS_SECRET.test(path));
    expect(suspicious.filter((path) => !HARMLESS.includes(path))).toEqual([]);
  });

  it.each(Object.entries(events))('%s takes over nothing that its schema does not name', (_name, schema) => {
    const parsed = schema.safeParse({ password: 'hunter2' });
    expect(JSON.stringify(parsed.data ?? null)).not.toContain('hunter2');
  });

  it('would be found with a field for one', () => {
    for (const path of ['state.prompt.password', 'answers[].text', 'secret', 'login(keyFile).passphrase']) {
      expect([path, SOUNDS_SECRET.test(path)]).toEqual([path, true]);
    }
  });
});
