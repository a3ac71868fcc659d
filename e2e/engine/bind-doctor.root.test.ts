import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TunnelError } from '#shared/tunnel-error.ts';
import { readFirstFreePort } from '../../electron/engine/bind-doctor/privileged-ports.ts';
import { bundleProgram } from '../support/bundle-program.ts';
import { createClosers } from '../support/closers.ts';
import { localForward, startEngine, testProfile } from '../support/engine-under-test.ts';
import { findFreePort } from '../support/free-port.ts';
import { startPortHolder } from '../support/port-holder.ts';
import { runProgram, tryProgram } from '../support/programs.ts';
import { requireRoot } from '../support/root.ts';
import { createTemporaryFolder } from '../support/temporary-folder.ts';
import { borrowThrowawayAccount, type ThrowawayAccount } from '../support/throwaway-account.ts';

const run = promisify(execFile);
const closers = createClosers();
let account: ThrowawayAccount;
let program = '';

beforeAll(async () => {
  requireRoot('To become another user');
  account = await borrowThrowawayAccount();
  closers.add(account.close);
  const folder = await createTemporaryFolder('bind-doctor');
  closers.add(folder.close);
  program = await bundleProgram('bind-doctor-program.ts', folder.path);
}, 60_000);
afterAll(closers.close);

/** What the doctor says of these ports to somebody who is not root. */
async function askAs(uid: number, gid: number, ...ports: readonly number[]) {
  const { stdout } = await run(process.execPath, [program, uid, gid, ...ports].map(String));
  return JSON.parse(stdout) as readonly (TunnelError | null)[];
}

describe('the bind doctor of an ordinary user', () => {
  it('names the user of a program that it may not look into', async () => {
    const ofRoot = await startPortHolder(await findFreePort());
    closers.add(ofRoot.close);
    const ofSomebody = await startPortHolder(await findFreePort(), account);
    closers.add(ofSomebody.close);
    const nobody = 65534;
    const unseen = { kind: 'unseen', address: '127.0.0.1' };
    expect(await askAs(nobody, nobody, ofRoot.port, ofSomebody.port)).toEqual([
      { code: 'portInUse', endpoint: at(ofRoot.port), holder: { ...unseen, user: 'root' } },
      { code: 'portInUse', endpoint: at(ofSomebody.port), holder: { ...unseen, user: account.user } },
    ]);
  });

  it('names a program of his own', async () => {
    const own = await startPortHolder(await findFreePort(), account);
    closers.add(own.close);
    expect(await askAs(account.uid, account.gid, own.port)).toMatchObject([
      { holder: { kind: 'program', name: 'node', pid: own.pid, since: expect.any(Number) } },
    ]);
  });

  it('says from which port on he may bind, and that is so', async () => {
    const first = (await readFirstFreePort()) ?? 0;
    const [below, free] = [first - 1, await findFreePort()];
    // Where this computer lets everybody bind every port there is nothing to say.
    const forbidden = { code: 'portNeedsPrivilege', endpoint: at(below), freeFrom: first };
    expect(await askAs(account.uid, account.gid, below > 0 ? below : free, free)).toEqual([
      below > 0 ? forbidden : null,
      null,
    ]);
  });
});

describe('an address that comes later', () => {
  it('is tried when the network changes, and not before', async () => {
    const address = '198.51.100.77';
    const engine = startEngine('/nonexistent/known_hosts');
    closers.add(engine.close);
    // The session never opens: a listener stands from Start on, whether there is a session or not.
    const nobody = { host: '127.0.0.1', port: await findFreePort(), user: 'nobody' };
    const port = await findFreePort();
    const forward = { ...localForward(port, nobody, address), exposureConfirmedFor: address };
    const profile = testProfile(nobody, { method: 'password' }, [forward]);
    await engine.start(profile);
    expect((await engine.untilForward(profile, 0, 'refused')).state).toMatchObject({
      error: { code: 'addressNotHere', endpoint: { host: address, port } },
    });
    await runProgram('ip', ['address', 'add', `${address}/32`, 'dev', 'lo']);
    closers.add(async () => void (await tryProgram('ip', ['address', 'del', `${address}/32`, 'dev', 'lo'])));
    await engine.engine.handlers['engine.wake'](null);
    const bound = (await engine.untilForward(profile, 0, 'listening')).state;
    expect(bound).toMatchObject({ bound: [{ host: address, port }] });
  });
});

function at(port: number) {
  return { host: '127.0.0.1', port };
}
