import type { LoginMethod } from '#shared/login.ts';

/** The ways to log in, as the form calls them. */
export const METHOD_WORDS: Readonly<Record<LoginMethod, string>> = {
  automatic: 'Automatic',
  keyFile: 'Key file',
  agent: 'Agent',
  password: 'Password',
  ask: 'Ask the server',
};
