import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { HostKey } from './host-key.ts';
import { makeTestKey, type TestKey } from './host-key-test-keys.ts';
import { type HostVerifier, makeHostVerifier } from './host-key-verifier.ts';
import { ssh2 } from './ssh2.ts';

let directory: string;
let first: TestKey;
let second: TestKey;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'culvert-verifier-'));
  first = makeTestKey(directory, 'first', '-t', 'ed25519');
  second = makeTestKey(directory, 'second', '-t', 'ed25519');
});

afterAll(() => rmSync(directory, { recursive: true }));

function blobOf({ key }: TestKey): Buffer {
  return Buffer.from(key.base64, 'base64');
}

/** Shows a key as ssh2 does, and gives all that was called back. */
function show(verifier: HostVerifier, blob: Buffer): unknown[] {
  const answers: unknown[] = [];
  const returned: unknown = verifier.hostVerifier(blob, (accepted) => answers.push(accepted));
  expect(returned).toBeUndefined();
  return answers;
}

describe('makeHostVerifier', () => {
  it('accepts when the decision is true, and says which key', () => {
    const verifier = makeHostVerifier((key) => key.fingerprint === first.key.fingerprint);
    expect(verifier.check()).toEqual({ kind: 'pending' });
    expect(show(verifier, blobOf(first))).toEqual([true]);
    expect(verifier.check()).toEqual({ kind: 'accepted', key: first.key });
  });

  const otherDecisions: readonly (readonly [string, () => unknown])[] = [
    ['false', () => false],
    ['undefined', () => undefined],
    ['null', () => null],
    ['0', () => 0],
    ['1', () => 1],
    ['an empty string', () => ''],
    ['the word true', () => 'true'],
    ['NaN', () => Number.NaN],
    ['an object', () => ({})],
    ['a boxed true', () => Object(true)],
    ['a promise of false', () => Promise.resolve(false)],
    ['a promise of true', () => Promise.resolve(true)],
  ];
  it.each(otherDecisions)('refuses when the decision is %s', (_name, decide) => {
    const verifier = makeHostVerifier(decide as (key: HostKey) => boolean);
    expect(show(verifier, blobOf(first))).toEqual([false]);
    expect(verifier.check()).toEqual({ kind: 'refused', key: first.key });
  });

  it('refuses when the decision throws, and keeps the cause', () => {
    const cause = new Error('bug');
    const verifier = makeHostVerifier(() => {
      throw cause;
    });
    expect(show(verifier, blobOf(first))).toEqual([false]);
    expect(verifier.check()).toEqual({ kind: 'broken', key: first.key, cause });
  });

  it('refuses what is no key without asking', () => {
    const decide = vi.fn(() => true);
    for (const blob of [Buffer.alloc(0), Buffer.from('ssh-ed25519'), blobOf(first).subarray(1)]) {
      const verifier = makeHostVerifier(decide);
      expect(show(verifier, blob)).toEqual([false]);
      expect(verifier.check()).toEqual({ kind: 'unreadable' });
    }
    expect(decide).not.toHaveBeenCalled();
  });

  it('takes the same key again at a rekey without asking again', () => {
    const decide = vi.fn(() => true);
    const verifier = makeHostVerifier(decide);
    expect(show(verifier, blobOf(first))).toEqual([true]);
    expect(show(verifier, blobOf(first))).toEqual([true]);
    expect(decide).toHaveBeenCalledTimes(1);
  });

  it('refuses another key at a rekey, even one that the decision would accept', () => {
    const verifier = makeHostVerifier(() => true);
    show(verifier, blobOf(first));
    expect(show(verifier, blobOf(second))).toEqual([false]);
    expect(verifier.check()).toEqual({ kind: 'swapped', accepted: first.key, shown: second.key });
    expect(show(verifier, blobOf(first))).toEqual([false]);
  });

  it('stays refused once it refused', () => {
    let answer = false;
    const verifier = makeHostVerifier(() => answer);
    expect(show(verifier, blobOf(first))).toEqual([false]);
    answer = true;
    expect(show(verifier, blobOf(first))).toEqual([false]);
  });

  it('holds each session to its own key', () => {
    const decide = () => true;
    expect(show(makeHostVerifier(decide), blobOf(first))).toEqual([true]);
    expect(show(makeHostVerifier(decide), blobOf(second))).toEqual([true]);
  });
});

describe('makeHostVerifier inside ssh2', () => {
  /** Logs in to a real ssh2 server; the server counts logins and can start a rekey. */
  async function logIn(verifier: HostVerifier, during?: (atServer: ssh2.Connection) => Promise<void>) {
    let logins = 0;
    let atServer: ssh2.Connection | undefined;
    const server = new ssh2.Server({ hostKeys: [readFileSync(first.file)] }, (connection) => {
      atServer = connection;
      connection.on('error', () => {});
      connection.on('authentication', (attempt) => {
        logins++;
        attempt.accept();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const client = new ssh2.Client();
    const closed = new Promise<void>((resolve) => client.on('close', () => resolve()));
    try {
      await new Promise<void>((resolve, reject) => {
        client.on('ready', resolve).on('error', reject);
        client.connect({
          host: '127.0.0.1',
          port: (server.address() as AddressInfo).port,
          username: 'someone',
          password: 'secret',
          hostVerifier: verifier.hostVerifier,
        });
      });
      if (atServer) await during?.(atServer);
      return { kind: 'open', logins };
    } catch (error) {
      return { kind: 'refused', logins, message: error instanceof Error ? error.message : String(error) };
    } finally {
      client.end();
      await closed;
      await new Promise<void>((resolve) => server.close(() => resolve()));
    }
  }

  it('lets an accepted server through and keeps the session over a rekey', async () => {
    const decide = vi.fn(() => true);
    const verifier = makeHostVerifier(decide);
    const shown = vi.spyOn(verifier, 'hostVerifier');
    const outcome = await logIn(verifier, async (atServer) => {
      await new Promise<void>((resolve) => {
        atServer.once('rekey', () => resolve());
        atServer.rekey();
      });
    });
    expect(outcome).toMatchObject({ kind: 'open' });
    expect(shown).toHaveBeenCalledTimes(2);
    expect(decide).toHaveBeenCalledTimes(1);
  });

  it('ends the handshake before any login when the decision is not true or throws', async () => {
    const decisions: (() => unknown)[] = [
      () => false,
      () => undefined,
      () => Promise.resolve(true),
      () => {
        throw new Error('bug');
      },
    ];
    for (const decide of decisions) {
      const outcome = await logIn(makeHostVerifier(decide as () => boolean));
      expect(outcome).toEqual({ kind: 'refused', logins: 0, message: 'Host denied (verification failed)' });
    }
  });
});
