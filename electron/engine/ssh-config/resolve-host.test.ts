import { chmodSync, cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { anyConfig } from './testing/any-config.ts';
import { askCulvert, askSsh } from './testing/ask-ssh.ts';

const corpus = join(import.meta.dirname, 'fixtures', 'corpus');
const names = readdirSync(corpus).filter((name) => name.endsWith('.conf'));
const environment = { MY_AGENT: '/run/my-agent.sock', MY_PORT: '8080', MY_TARGET: 'db:5432' };
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'culvert-ssh-config-'));
  cpSync(corpus, folder, { recursive: true });
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    const path = join(folder, name);
    if (!/\.\w+$/.test(name) || name.endsWith('include.d')) continue;
    writeFileSync(path, readFileSync(path, 'utf8').replaceAll('@CORPUS@', folder));
    // ssh trusts no file that others could have changed, whatever this checkout's own permissions are.
    chmodSync(path, 0o600);
  }
});

afterAll(() => rmSync(folder, { recursive: true }));

describe('what a configuration says of a host', () => {
  it('is compared on at least 60 configurations', () => {
    expect(names.length).toBeGreaterThanOrEqual(60);
  });

  it.each(names)('is the same to Culvert and to ssh: %s', (name) => {
    const file = join(folder, name);
    const hosts = /^# asked for: (.*)/.exec(readFileSync(file, 'utf8'))?.[1]?.split(' ') ?? [];
    expect(hosts).not.toEqual([]);
    for (const typed of hosts) {
      const [host = '', user] = typed.split('@').reverse();
      expect(askCulvert(file, { host, user, environment }), typed).toEqual(askSsh(file, typed, environment));
    }
  });

  it('is the same to both for configurations put together at random', () => {
    const file = join(folder, 'random');
    let understood = 0;
    fc.assert(
      fc.property(anyConfig, fc.constantFrom('foo', 'FOO'), (text, host) => {
        writeFileSync(file, text, { mode: 0o600 });
        const answer = askSsh(file, host);
        if (answer !== null) understood++;
        expect(askCulvert(file, { host })).toEqual(answer);
      }),
      // The same ones each time: a rare quirk of one version of ssh must not fail a run that changed nothing.
      { numRuns: 300, seed: 20261126 },
    );
    expect(understood).toBeGreaterThan(50);
  });
});
