import type { OwnPublicKey } from '#shared/contract/public-keys.ts';
import type { Login } from '#shared/login.ts';
import type { Profile } from '#shared/profile.ts';

/** The login with one key alone, from its file or from the agent that the profile names. */
export function loginWithKey({ login }: Pick<Profile, 'login'>, { line, file }: OwnPublicKey): Login {
  const socket = 'socket' in login && login.socket ? { socket: login.socket } : {};
  if (file !== null) return { method: 'keyFile', keyFile: file.replace(/\.pub$/, ''), ...socket };
  const [type = '', publicKey = '', ...comment] = line.split(' ');
  return { method: 'agent', ...socket, key: { type, publicKey, comment: comment.join(' ').slice(0, 200) } };
}
