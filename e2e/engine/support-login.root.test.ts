import { readdir } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createClosers } from '../support/closers.ts';
import { runOpenSsh } from '../support/openssh-client.ts';
import { type SshFolderSnapshot, snapshotRealSshFolder } from '../support/real-ssh-folder.ts';
import { type Sshd, type SshdOptions, startSshd } from '../support/sshd.ts';
import { borrowThrowawayAccount } from '../support/throwaway-account.ts';

const wholeFile = createClosers();
let realSshFolder: SshFolderSnapshot;
let password = '';

beforeAll(async () => {
  realSshFolder = await snapshotRealSshFolder();
  const account = await borrowThrowawayAccount();
  wholeFile.add(account.close);
  password = account.password ?? '';
});
afterAll(async () => {
  await wholeFile.close();
  await realSshFolder.expectUntouched();
});

async function withSshd<T>(options: SshdOptions, use: (sshd: Sshd) => Promise<T>): Promise<T> {
  const sshd = await startSshd({ hostKeyTypes: ['ed25519'], ...options });
  try {
    return await use(sshd);
  } finally {
    await sshd.close();
  }
}

describe('logins that only root can offer', () => {
  it('takes the right password and no other', async () => {
    await withSshd({ authenticationMethods: 'password' }, async (sshd) => {
      const wrong = await runOpenSsh(sshd, { answers: ['nonsense'], command: 'true' });
      expect(wrong.status).toBe(255);
      const right = await runOpenSsh(sshd, { answers: [password], command: 'id -un' });
      expect(right).toMatchObject({ status: 0, stdout: `${sshd.user}\n` });
    });
  });

  it('asks for the password keyboard-interactively', async () => {
    await withSshd({ authenticationMethods: 'keyboard-interactive' }, async (sshd) => {
      const result = await runOpenSsh(sshd, { answers: [password], command: 'true' });
      expect(result.status).toBe(0);
      expect(result.prompts).toEqual([expect.stringContaining('Password:')]);
    });
  });

  it('asks any number of rounds, and stops at the first wrong answer', async () => {
    const keyboardInteractive = [
      { asks: 'accountPassword' },
      { asks: 'answer', text: 'Mother tongue (100 % sure)?', accepts: ['Latin', 'Greek'] },
      { asks: 'oneTimeCode', text: 'Code from your phone', accepts: ['111111', '222222'] },
    ] as const;
    await withSshd({ authenticationMethods: 'keyboard-interactive', keyboardInteractive }, async (sshd) => {
      const right = await runOpenSsh(sshd, { answers: [password, 'Greek', '111111'], command: 'true' });
      expect(right.status).toBe(0);
      expect(right.prompts).toEqual([
        expect.stringContaining('Password:'),
        expect.stringContaining('Mother tongue (100 % sure)?'),
        expect.stringContaining('Code from your phone'),
      ]);
      const wrong = await runOpenSsh(sshd, { answers: [password, 'Dutch', '222222'], command: 'true' });
      expect(wrong.status).toBe(255);
      expect(wrong.prompts[2]).not.toContain('Code from your phone');
    });
  });

  it('takes a one-time code once', async () => {
    const keyboardInteractive = [
      { asks: 'oneTimeCode', text: 'Code', accepts: ['111111', '222222'] },
    ] as const;
    await withSshd({ authenticationMethods: 'keyboard-interactive', keyboardInteractive }, async (sshd) => {
      const statuses: (number | null)[] = [];
      for (const code of ['111111', '111111', '222222']) {
        const { status } = await runOpenSsh(sshd, { answers: [code], command: 'true' });
        statuses.push(status);
      }
      expect(statuses).toEqual([0, 255, 0]);
    });
  });

  it('asks for a second factor after the key', async () => {
    const rounds = [{ asks: 'oneTimeCode', text: 'Code', accepts: ['4711'] }] as const;
    const { identityFile, results } = await withSshd(
      { authenticationMethods: 'publickey,keyboard-interactive', keyboardInteractive: rounds },
      async (sshd) => ({
        identityFile: sshd.identityFile,
        results: [
          await runOpenSsh(sshd, { answers: ['4711'], command: 'true' }),
          await runOpenSsh(sshd, { identityFile: sshd.identityFile, answers: ['4711'], command: 'true' }),
        ],
      }),
    );
    expect(identityFile).not.toBe('');
    expect(results.map(({ status }) => status)).toEqual([255, 0]);
  });

  it('asks for the password after the key', async () => {
    await withSshd({ authenticationMethods: 'publickey,password' }, async (sshd) => {
      const { identityFile } = sshd;
      const result = await runOpenSsh(sshd, { identityFile, answers: [password], command: 'true' });
      expect(result.status).toBe(0);
    });
  });

  it('leaves nothing in /etc/pam.d', async () => {
    const before = await readdir('/etc/pam.d');
    await withSshd({ authenticationMethods: 'keyboard-interactive' }, async () => {
      const mine = (await readdir('/etc/pam.d')).filter((name) =>
        name.startsWith(`culvert-test-${process.pid}-`),
      );
      expect(mine).toHaveLength(1);
    });
    const isMine = (name: string) => name.startsWith(`culvert-test-${process.pid}-`);
    expect((await readdir('/etc/pam.d')).filter(isMine)).toEqual(before.filter(isMine));
  });
});
