import { createHash, randomBytes } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { cleanUpAfterDeath } from './cleanup-after-death.ts';
import { requireRoot } from './root.ts';

/** One question of a keyboard-interactive login, hidden while it is typed. */
export type KeyboardInteractiveRound =
  /** Asks for the account's own password. The prompt is `Password: `. Only useful as the first round. */
  | { readonly asks: 'accountPassword' }
  /** Asks for one of the answers. The prompt is `text`, a line break, and `Password required for USER.` */
  | { readonly asks: 'answer'; readonly text: string; readonly accepts: readonly string[] }
  /** The same, but each code works once: a replayed one is refused. */
  | { readonly asks: 'oneTimeCode'; readonly text: string; readonly accepts: readonly string[] };

export interface PamService {
  readonly name: string;
  close(): Promise<void>;
}

/**
 * Registers a PAM service whose login asks all `rounds` in turn and ends at the first wrong answer.
 * It takes Debian's own modules only. pam_ftp is the one that asks anew each time and hands the answer on (for a
 * name that is not "ftp" it grants nothing); pam_exec checks it with a script; pam_echo says the text, which sshd
 * puts in front of the prompt. Sources: pam_ftp(8), pam_exec(8) expose_authtok, pam_echo(8).
 * With `asksAboutAccount` the login also minds whether account and password have run out.
 * The real sshd cannot ask several questions in one round, or echo an answer: no module of Debian's base does.
 */
export async function registerPamService(
  folder: string,
  rounds: readonly KeyboardInteractiveRound[],
  asksAboutAccount = false,
): Promise<PamService> {
  requireRoot('Keyboard-interactive login through PAM');
  const name = `culvert-test-${process.pid}-${randomBytes(3).toString('hex')}`;
  const file = path.join('/etc/pam.d', name);
  const safetyNet = cleanUpAfterDeath('rm -f "$1"', [file]);
  await writeFile(path.join(folder, checkScriptName), checkScript, { mode: 0o700 });
  const lines = await Promise.all(rounds.map((round, index) => linesFor(round, folder, index)));
  // pam_unix looks at the dates of shadow(5), and changes a password that has run out.
  const account = asksAboutAccount
    ? [
        'account required pam_unix.so',
        'password required pam_unix.so yescrypt',
        'session required pam_permit.so',
      ]
    : ['account required pam_permit.so', 'session required pam_permit.so'];
  const service = [...lines.flat(), 'auth required pam_permit.so', ...account, ''];
  await writeFile(file, service.join('\n'));
  return {
    name,
    close: async () => {
      await rm(file, { force: true });
      await safetyNet.close();
    },
  };
}

const checkScriptName = 'check-answer';

/** $1 is a folder that holds one file for each right answer, named after its SHA-256; $2 is what to do with it. */
const checkScript = `#!/bin/sh
hash=$(sha256sum | cut -c1-64)
exec $2 "$1/$hash"
`;

async function linesFor(
  round: KeyboardInteractiveRound,
  folder: string,
  index: number,
): Promise<readonly string[]> {
  if (round.asks === 'accountPassword') return ['auth requisite pam_unix.so nodelay'];
  const text = path.join(folder, `round-${index}.text`);
  const answers = path.join(folder, `round-${index}.answers`);
  await mkdir(answers, { mode: 0o700 });
  for (const answer of round.accepts) {
    await writeFile(path.join(answers, createHash('sha256').update(answer).digest('hex')), '');
  }
  // pam_echo expands `%` sequences.
  await writeFile(text, `${round.text.replaceAll('%', '%%')}\n`);
  const whenFound = round.asks === 'oneTimeCode' ? 'rm' : 'ls';
  return [
    `auth required pam_echo.so file=${text}`,
    'auth [default=ignore] pam_ftp.so',
    `auth requisite pam_exec.so quiet expose_authtok ${path.join(folder, checkScriptName)} ${answers} ${whenFound}`,
  ];
}
