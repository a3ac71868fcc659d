import type { KeyUse, Login } from '#shared/login.ts';
import type { HostAnswer } from './host-answer.ts';

type LoginAnswer = Pick<
  HostAnswer,
  'identityFiles' | 'identitiesOnly' | 'identityAgent' | 'certificateFiles' | 'authentications'
>;

/** How the configuration logs in to a server, as a profile says it. What a profile cannot say is among the concerns. */
export function loginOfHost(answer: LoginAnswer): Login {
  const { identityFiles, identitiesOnly, authentications } = answer;
  const asks = authentications.some((method) => method !== 'publickey');
  if (!authentications.includes('publickey') && asks) {
    return { method: authentications.includes('password') ? 'password' : 'ask' };
  }
  const [keyFile, ...moreKeyFiles] = identityFiles ?? [];
  if (keyFile === undefined) {
    return {
      method: 'automatic',
      ...keyUse(answer),
      ...(identitiesOnly && { agentKeys: 'listed' }),
      ...(!asks && { afterKeys: 'fail' }),
    };
  }
  return {
    method: 'keyFile',
    keyFile,
    ...(moreKeyFiles.length > 0 && { moreKeyFiles }),
    ...keyUse(answer),
    ...(!identitiesOnly && { agentKeys: 'all' }),
    afterKeys: asks ? 'ask' : 'fail',
  };
}

function keyUse({ identityAgent, certificateFiles }: LoginAnswer): KeyUse {
  return {
    ...(identityAgent !== 'SSH_AUTH_SOCK' && { socket: identityAgent }),
    ...(certificateFiles !== null && { certificateFiles: [...certificateFiles] }),
  };
}
