import { describe, expect, it } from 'vitest';
import { sshCommand } from '#shared/ssh-command.ts';
import { newDraft, newForwardDraft, type ProfileDraft } from './draft.ts';
import { draftCommand } from './draft-command.ts';

describe('the live command of a form', () => {
  it('says what the form says once everything is right', () => {
    expect(commandOf({})).toBe('ssh -N -L 42424:imap:143 ana@core');
    expect(draftCommand(good).incomplete).toEqual([]);
  });

  it('starts with placeholders', () => {
    const { subject, incomplete } = draftCommand(newDraft('', () => crypto.randomUUID()));
    expect(sshCommand(subject)).toBe('ssh -N USER@SERVER');
    expect(incomplete).toEqual(['SERVER', 'USER', 'one forward']);
  });

  it.each(['', ' ', '0', '65536', '-1', '1e3', '22x', '22.5', '9'.repeat(400)])(
    'has no port that could not be saved: %j',
    (port) => {
      expect(commandOf({ port })).toBe('ssh -N -p PORT -L 42424:imap:143 ana@core');
      expect(draftCommand({ ...good, port }).incomplete).toEqual(['PORT']);
    },
  );

  it.each(['', '-oProxyCommand=x', 'core:22', 'ssh://core', 'a b', 'co\u202ere', 'core\u200b', '[core]'])(
    'has no server that could not be saved: %j',
    (host) => {
      expect(commandOf({ host })).toBe('ssh -N -L 42424:imap:143 ana@SERVER');
      expect(draftCommand({ ...good, host }).incomplete).toEqual(['SERVER']);
    },
  );

  it.each(['', ' ', 'a\u202ena', 'a\nb'])('has no user that could not be saved: %j', (user) => {
    expect(commandOf({ user })).toBe('ssh -N -L 42424:imap:143 USER@core');
  });

  it('has a placeholder for a key file only where one is used', () => {
    const login = { method: 'keyFile', keyFile: ' ' } as const;
    expect(commandOf(login)).toContain('-i KEY_FILE');
    expect(draftCommand({ ...good, ...login }).incomplete).toEqual(['KEY_FILE']);
    expect(draftCommand({ ...good, ...login, method: 'agent' }).incomplete).toEqual([]);
  });

  it('trims what a saved profile would trim, brackets too', () => {
    expect(commandOf({ host: ' [::1] ', port: ' 2222 ', user: ' ana ' })).toBe(
      'ssh -N -p 2222 -L 42424:imap:143 ana@::1',
    );
  });

  it('leaves out forwards that are not right yet, and counts them', () => {
    const forwards = [...good.forwards, newForwardDraft('1'), newForwardDraft('2')];
    expect(commandOf({ forwards })).toBe('ssh -N -L 42424:imap:143 ana@core');
    expect(draftCommand({ ...good, forwards }).incomplete).toEqual(['2 forwards']);
  });

  it('does not mind the name', () => {
    expect(draftCommand({ ...good, name: 'x'.repeat(500) }).incomplete).toEqual([]);
  });
});

const blank = newDraft('ana', () => crypto.randomUUID());
const good: ProfileDraft = {
  ...blank,
  host: 'core',
  forwards: blank.forwards.map((forward) => ({
    ...forward,
    bindPort: '42424',
    targetHost: 'imap',
    targetPort: '143',
  })),
};

function commandOf(part: Partial<ProfileDraft>): string {
  return sshCommand(draftCommand({ ...good, ...part }).subject);
}
