import type { LoginMethod } from '#shared/login.ts';

/** The ways to log in, as the form calls them. */
export const METHOD_WORDS: Readonly<Record<LoginMethod, string>> = {
  automatic: 'Automatic',
  keyFile: 'Key file',
  agent: 'Agent',
  password: 'Password',
  ask: 'Ask the server',
};

/** The same to choose from. */
export const METHOD_OPTIONS = (['automatic', 'keyFile', 'agent', 'password', 'ask'] as const).map(
  (method) => [method, METHOD_WORDS[method]] as const,
) satisfies readonly (readonly [LoginMethod, string])[];
