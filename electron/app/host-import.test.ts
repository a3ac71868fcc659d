import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { ConfigHost } from '#shared/config-host.ts';
import { fail, succeed } from '#shared/result.ts';
import { makeProfile } from '../storage/storage-fixture.ts';
import { readHosts } from './host-import.ts';

const found = (host: string, more: Partial<ConfigHost> = {}): ConfigHost => ({
  host,
  isNamed: true,
  way: {
    server: { host: `${host}.example.org`, port: 22, user: 'ana' },
    login: { method: 'automatic' },
    proxy: { kind: 'command', command: 'nc %h %p' },
  },
  forwards: [],
  concerns: [],
  files: [],
  ...more,
});

const refusal = { code: 'invalid', message: 'ssh would refuse it.' } as const;

/** An engine that knows these Hosts. */
function world(hosts: readonly ConfigHost[], names: readonly string[] = []) {
  const asked: unknown[] = [];
  const call = async (_name: string, input: { readonly host: string }) => {
    asked.push(input);
    const host = hosts.find((each) => each.host === input.host);
    return host ? succeed(host) : fail(refusal);
  };
  const profiles = { list: () => names.map((name) => makeProfile({ name })) };
  const engine = { call: call as unknown as Parameters<typeof readHosts>[2]['engine']['call'] };
  return { asked, options: { engine, profiles, newId: randomUUID } };
}

describe('Hosts that become profiles', () => {
  it('hold no yes, start nothing, and have a SOCKS forward that is off where they name none', async () => {
    const open = {
      kind: 'local',
      bind: { address: '*', port: 8080 },
      target: { host: 'web', port: 80 },
    } as const;
    const { asked, options } = world([found('a'), found('b', { forwards: [open] })]);
    const { made, refused } = await readHosts(['a', 'b'], true, options);
    expect(refused).toEqual([]);
    expect(asked).toEqual([
      { host: 'a', allowedCommands: [] },
      { host: 'b', allowedCommands: [] },
    ]);
    expect(made[0]).toMatchObject({
      name: 'a',
      startOnOpen: false,
      followedHost: { host: 'a', allowedCommands: [] },
      forwards: [{ kind: 'dynamic', enabled: false, bind: { address: 'localhost', port: 1080 } }],
    });
    expect(made[1]?.forwards).toMatchObject([{ ...open, enabled: true }]);
    expect(made[1]?.forwards[0]).not.toHaveProperty('exposureConfirmedFor');
    expect(made[1]?.proxy).not.toHaveProperty('allowed');
  });

  it('get a name that is free, each once, and follow nothing unless that is wished', async () => {
    const { options } = world([found('a')], ['a', 'a (imported)']);
    const { made } = await readHosts(['a', 'a'], false, options);
    expect(made.map(({ name, followedHost }) => [name, followedHost])).toEqual([
      ['a (imported 2)', undefined],
    ]);
  });

  it('are left out one by one where no profile can be like them, with the reason', async () => {
    const named = { kind: 'dynamic', bind: { address: 'some.name', port: 1080 } } as const;
    const { options } = world([found('good'), found('named', { forwards: [named] })]);
    const { made, refused } = await readHosts(['gone', 'named', 'good'], false, options);
    expect(made.map(({ name }) => name)).toEqual(['good']);
    expect(refused).toEqual([
      { host: 'gone', problem: refusal.message },
      { host: 'named', problem: expect.stringContaining('one address of this computer') },
    ]);
  });
});
