import { type CommandSubject, canSayWay } from '#shared/ssh-command.ts';
import { PUBLIC_KEY_FILE } from '#shared/ssh-command-login.ts';
import type { ProfileDraft } from './draft.ts';
import { hostKeysDraftOf } from './host-keys-draft.ts';
import { completeForwards, type FieldErrors, readLogin } from './read-draft.ts';
import { newWayDraft } from './way-draft.ts';

/** The `ssh` command of a form, so far. */
export interface DraftCommand {
  readonly subject: CommandSubject;
  /** What is not right yet, in words: a placeholder that stands in the command, or how many forwards it lacks. */
  readonly incomplete: readonly string[];
}

/** What a saved profile would hold at these places, until it is right there. */
const PLACEHOLDERS = [
  ['server.host', 'SERVER', { host: 'SERVER' }],
  ['server.port', 'PORT', { port: '22' }],
  ['server.user', 'USER', { user: 'USER' }],
  ['login.keyFile', 'KEY_FILE', { keyFile: 'KEY_FILE' }],
  ['login.socket', 'AGENT', { agentSocket: 'AGENT' }],
  ['hostKeys.alias', 'ALIAS', { hostKeys: hostKeysDraftOf({ alias: 'ALIAS' }) }],
] as const satisfies readonly (readonly [string, string, Partial<ProfileDraft>])[];

/**
 * Reads a draft for the live command. Only what could be saved stands in it, so that nobody copies a command that
 * means something else than the form says; a placeholder stands for the rest.
 */
export function draftCommand(draft: ProfileDraft): DraftCommand {
  const typed = { ...draft, name: '' };
  const isKeyWrong = [...errorsOf(typed).keys()].some((path) => path.startsWith('login.moreKeyFiles'));
  const isWayWrong = [...errorsOf(typed).keys()].some((path) => /^(jumpHosts|proxy)\b/.test(path));
  const named = {
    ...typed,
    ...(isWayWrong && { way: newWayDraft() }),
    ...(isKeyWrong && { moreKeyFiles: [] }),
  };
  const reading = readLogin(named);
  const wrong = reading.ok ? [] : PLACEHOLDERS.filter(([path]) => reading.errors.has(path));
  const completed = readLogin(Object.assign(named, ...wrong.map(([, , part]) => part)));
  if (!completed.ok) throw new Error(`No placeholder for ${[...completed.errors.keys()].join(', ')}.`);
  const { server, login, hostKeys, connection, jumpHosts, proxy } = completed.profile;
  const placeholders = wrong.map(([, word]) => word);
  const forwards = completeForwards(draft);
  const missing = draft.forwards.length - forwards.length;
  const subject: CommandSubject = {
    server: { ...server, port: placeholders.includes('PORT') ? 'PORT' : server.port },
    login,
    hostKeys,
    forwards,
    legacyAlgorithms: draft.legacyAlgorithms,
    forwardsAgent: draft.forwardsAgent,
    connection,
    way: { jumpHosts, proxy },
  };
  return {
    subject,
    incomplete: [
      ...placeholders,
      ...(isKeyWrong ? ['a further key file'] : []),
      ...(isWayWrong ? ['the way to the server'] : []),
      ...(canSayWay(subject) ? [] : ['the way to the server, which is too long for one command']),
      ...(login.method === 'agent' && login.key
        ? [`${PUBLIC_KEY_FILE}, a file with the public half of the chosen key`]
        : []),
      ...(missing === 0 ? [] : [missing === 1 ? 'one forward' : `${missing} forwards`]),
    ],
  };
}

function errorsOf(draft: ProfileDraft): FieldErrors {
  const reading = readLogin(draft);
  return reading.ok ? new Map() : reading.errors;
}
