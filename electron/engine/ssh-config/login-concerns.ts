import type { HostAnswer } from './host-answer.ts';

/** What the configuration says about logging in and a profile cannot say: the option, and a sentence. */
export type LoginConcern = readonly [option: string, text: string];

/** Names what of a Host's login is lost in `loginOfHost`. `isSaid` claims that a line says an option. */
export function loginConcerns(
  answer: HostAnswer,
  isSaid: (option: string) => boolean,
): readonly LoginConcern[] {
  const { authentications, identityFiles, identityAgent, forwardedAgent } = answer;
  const concerns: LoginConcern[] = [];
  const about = (options: readonly string[], text: string) => {
    const option = options.find(isSaid);
    if (option !== undefined) concerns.push([option, text]);
  };
  if (authentications.length === 0) {
    about(
      METHOD_OPTIONS,
      'A profile logs in with a key, a password or answers, and this leaves none of them.',
    );
  } else if (authentications.indexOf('publickey') > 0) {
    about(['PreferredAuthentications'], 'A profile tries its keys first.');
  }
  if (authentications.includes('password') !== authentications.includes('keyboard-interactive')) {
    about(
      METHOD_OPTIONS,
      'A profile that may ask you gives a password and answers questions, whichever the server wants.',
    );
  }
  if (identityFiles?.length === 0) {
    about(['IdentityFile'], 'Where no key file is named, a profile tries the usual ones.');
  }
  if (forwardedAgent !== null && forwardedAgent !== 'SSH_AUTH_SOCK' && forwardedAgent !== identityAgent) {
    about(['ForwardAgent'], 'A profile lends no other agent than the one that it logs in with.');
  }
  return concerns;
}

const METHOD_OPTIONS = [
  'PreferredAuthentications',
  'PasswordAuthentication',
  'KbdInteractiveAuthentication',
  'ChallengeResponseAuthentication',
  'SkeyAuthentication',
  'TISAuthentication',
  'PubkeyAuthentication',
  'DSAAuthentication',
] as const;
