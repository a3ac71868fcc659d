import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createClosers } from '../support/closers.ts';
import { type Dropbear, startDropbear } from '../support/dropbear.ts';
import { eventually } from '../support/eventually.ts';
import { runOpenSsh, startOpenSsh } from '../support/openssh-client.ts';
import { identifyProcess } from '../support/process-tree.ts';
import { borrowThrowawayAccount } from '../support/throwaway-account.ts';

const wholeFile = createClosers();
const oneTest = createClosers();

beforeAll(async () => {
  wholeFile.add((await borrowThrowawayAccount()).close);
});
afterEach(oneTest.close);
afterAll(wholeFile.close);

async function start(): Promise<Dropbear> {
  const dropbear = await startDropbear();
  oneTest.add(dropbear.close);
  return dropbear;
}

describe('a real dropbear', () => {
  it('lets its key in, and shows the fingerprint that ssh sees', async () => {
    const dropbear = await start();
    const { identityFile } = dropbear;
    const result = await runOpenSsh(dropbear, { identityFile, command: 'id -un', args: ['-v'] });
    expect(result).toMatchObject({ status: 0, stdout: `${dropbear.user}\n` });
    expect(result.stderr).toContain(dropbear.hostKeys[0]?.fingerprint);
    expect(result.stderr).toMatch(/remote software version dropbear/);
  });

  it('takes the password of the account', async () => {
    const dropbear = await start();
    const answers = [dropbear.account.password ?? ''];
    expect((await runOpenSsh(dropbear, { answers, command: 'true' })).status).toBe(0);
  });

  it('drops its clients when killed, and comes back on the same port', async () => {
    const dropbear = await start();
    const { identityFile } = dropbear;
    const client = await startOpenSsh(dropbear, { identityFile, args: ['-N'] });
    oneTest.add(client.close);
    await eventually(() => expect(dropbear.log()).toMatch(/auth succeeded/));
    const sessions = dropbear.sessionPids();
    expect(sessions).toHaveLength(1);
    await dropbear.kill();
    expect((await client.ended).status).toBe(255);
    expect(sessions.map(identifyProcess)).toEqual([null]);
    await dropbear.restart();
    expect((await runOpenSsh(dropbear, { identityFile, command: 'true' })).status).toBe(0);
  });
});
