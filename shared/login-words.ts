import { assertNever } from './assert-never.ts';
import type { KeyUse, Login } from './login.ts';

/** How a login goes, behind “logs in”: `with the key file ~/.ssh/id`, and what else is said of the keys. */
export function loginWords(login: Login): string {
  switch (login.method) {
    case 'automatic':
      return ['with the agent, the usual key files or a password', ...keyUseWords(login)].join(', ');
    case 'keyFile':
      return [keyFileWords(login), ...keyUseWords(login)].join(', ');
    case 'agent':
      return login.key ? 'with one named key of the agent' : 'with a key of the agent';
    case 'password':
      return 'with a password, which is asked for';
    case 'ask':
      return 'with answers to what the server asks';
    default:
      return assertNever(login);
  }
}

function keyFileWords({ keyFile, moreKeyFiles = [] }: Extract<Login, { method: 'keyFile' }>): string {
  if (moreKeyFiles.length === 0) return `with the key file ${keyFile}`;
  return `with the key files ${[keyFile, ...moreKeyFiles].join(', ')}`;
}

/** What is said about keys beside the files, each as half a sentence. */
export function keyUseWords({ socket = '', agentKeys, certificateFiles, afterKeys }: KeyUse): string[] {
  return [
    ...(certificateFiles === undefined ? [] : [certificateWords(certificateFiles)]),
    ...(socket === '' ? [] : [socket.toLowerCase() === 'none' ? 'no agent' : `the agent at ${socket}`]),
    ...(agentKeys === undefined
      ? []
      : [agentKeys === 'all' ? 'then every key of the agent' : 'no other key of the agent']),
    ...(afterKeys === undefined
      ? []
      : [afterKeys === 'ask' ? 'then a password if no key is taken' : 'never with a password']),
  ];
}

function certificateWords(files: readonly string[]): string {
  return files.length === 0 ? 'no certificate' : `the certificate ${files.join(', ')} first`;
}
