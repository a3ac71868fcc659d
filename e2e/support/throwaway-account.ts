import { randomBytes } from 'node:crypto';
import { chown, readdir, readFile, stat } from 'node:fs/promises';
import os from 'node:os';
import { type CleanupAfterDeath, cleanUpAfterDeath } from './cleanup-after-death.ts';
import { identifyProcess, killTrees, type ProcessIdentity } from './process-tree.ts';
import { runProgram } from './programs.ts';
import { isRoot } from './root.ts';
import { createTemporaryFolder, type TemporaryFolder } from './temporary-folder.ts';

/** An ordinary account of this machine that a test server lets in. */
export interface ThrowawayAccount {
  readonly user: string;
  /** Null where the account is the current user, whose password nobody knows: password logins need root. */
  readonly password: string | null;
  readonly home: string;
  readonly uid: number;
  readonly gid: number;
  /** Gives it back. The last one to do so removes the account, its processes and its home. */
  close(): Promise<void>;
}

type Account = Omit<ThrowawayAccount, 'close'>;

interface SharedAccount {
  readonly account: Promise<Account>;
  readonly remove: () => Promise<void>;
  holders: number;
}

const namePrefix = 'culvert-test';

/** flock(1) can lock a folder: takes turns among our processes, without a lock file to leave behind. */
const takeTurns = '/etc';

const removeAccount = `flock ${takeTurns} userdel -f "$1"; rm -rf "$2"`;

let shared: SharedAccount | null = null;

/**
 * The ordinary account for this process's tests. As root it is made by the first who asks, with a random password,
 * a real shell and a home of its own, and kept until the last closes it; its name holds our process id, so that
 * several test processes do not meet. It is removed also when this process is killed.
 * For an ordinary user it is the current user, and `home` is the real one: write nothing there.
 */
export async function borrowThrowawayAccount(): Promise<ThrowawayAccount> {
  if (!isRoot()) return { ...currentUser(), close: async () => {} };
  shared ??= shareNewAccount();
  const mine = shared;
  mine.holders += 1;
  let closed: Promise<void> | null = null;
  const release = async () => {
    mine.holders -= 1;
    if (mine.holders > 0) return;
    if (shared === mine) shared = null;
    await mine.remove();
  };
  const close = () => {
    closed ??= release();
    return closed;
  };
  try {
    return { ...(await mine.account), close };
  } catch (error) {
    await close();
    throw error;
  }
}

function currentUser(): Account {
  const { username, homedir, uid, gid } = os.userInfo();
  return { user: username, password: null, home: homedir, uid, gid };
}

function shareNewAccount(): SharedAccount {
  const user = `${namePrefix}-${process.pid}-${randomBytes(2).toString('hex')}`;
  let home: TemporaryFolder | null = null;
  let safetyNet: CleanupAfterDeath | null = null;
  const create = async () => {
    home = await createTemporaryFolder('account');
    safetyNet = cleanUpAfterDeath(removeAccount, [user, home.path]);
    await removeAccountsOfTheDead();
    return addAccount(user, home.path);
  };
  const account = create();
  const remove = async () => {
    const added = await account.catch(() => null);
    if (added !== null) {
      await killProcessesOf(added.uid);
      // -f: a process that is being reaped this very moment still counts as "logged in".
      await runProgram('flock', [takeTurns, 'userdel', '-f', user]);
    }
    await home?.close();
    await safetyNet?.close();
  };
  return { account, remove, holders: 0 };
}

async function addAccount(user: string, home: string): Promise<Account> {
  const password = randomBytes(12).toString('base64url');
  const flags = ['--no-create-home', '--home-dir', home, '--shell', '/bin/sh', '--user-group'];
  await runProgram('flock', [takeTurns, 'useradd', ...flags, user]);
  await runProgram('flock', [takeTurns, 'chpasswd'], { input: `${user}:${password}\n` });
  const [, , uid = '', gid = ''] = (await accountLines()).find(([name]) => name === user) ?? [];
  await chown(home, Number(uid), Number(gid));
  return { user, password, home, uid: Number(uid), gid: Number(gid) };
}

/** What a run left that died together with its safety net, in a power cut for instance. */
async function removeAccountsOfTheDead(): Promise<void> {
  for (const [user = '', , , , , home = ''] of await accountLines()) {
    const pid = new RegExp(`^${namePrefix}-(\\d+)-`).exec(user)?.[1];
    if (pid === undefined || identifyProcess(Number(pid)) !== null) continue;
    // Another process may be removing it at the same moment; that it is gone is all that counts.
    await runProgram('sh', ['-c', `${removeAccount}; true`, 'sh', user, home]);
  }
}

async function accountLines(): Promise<readonly (readonly string[])[]> {
  const passwd = await readFile('/etc/passwd', 'utf8');
  return passwd.split('\n').map((line) => line.split(':'));
}

async function killProcessesOf(uid: number): Promise<void> {
  const processes: ProcessIdentity[] = [];
  for (const name of await readdir('/proc')) {
    const owner = /^\d+$/.test(name) ? await stat(`/proc/${name}`).catch(() => null) : null;
    const identity = owner?.uid === uid ? identifyProcess(Number(name)) : null;
    if (identity !== null) processes.push(identity);
  }
  await killTrees(processes);
}
