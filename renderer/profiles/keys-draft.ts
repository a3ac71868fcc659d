import type { KeyUse, Login } from '#shared/login.ts';
import type { ProfileDraft } from './draft.ts';

/** The keys of a login as they stand in the form. */
export function keysDraftOf(login: Login): Pick<ProfileDraft, 'keyFile' | 'moreKeyFiles' | 'keyUse'> {
  const isKeyFile = login.method === 'keyFile';
  return {
    keyFile: isKeyFile ? login.keyFile : '',
    moreKeyFiles: isKeyFile ? (login.moreKeyFiles ?? []) : [],
    keyUse: isKeyFile || login.method === 'automatic' ? keyUseOf(login) : {},
  };
}

/** What is not said stays absent, so that a form that was only looked at has no edits. */
function keyUseOf({ socket, agentKeys, certificateFiles, afterKeys }: KeyUse): KeyUse {
  return {
    ...(socket !== undefined && { socket }),
    ...(agentKeys !== undefined && { agentKeys }),
    ...(certificateFiles !== undefined && { certificateFiles }),
    ...(afterKeys !== undefined && { afterKeys }),
  };
}
