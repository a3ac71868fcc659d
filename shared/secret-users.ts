import type { JumpHost } from './jump-host.ts';
import { knownByOf } from './known-by.ts';
import type { Login } from './login.ts';
import type { Profile } from './profile.ts';
import { accountSlot, type SecretSlot, secretSlotKey } from './secret-slot.ts';

/** Claims that a tunnel may ask for this secret: for its own server, or for a server on the way there. */
export function mayUseSecret(profile: Profile, slot: SecretSlot): boolean {
  if (profile.practice) return false;
  if (slot.kind === 'proxyPassword') return isOfProxy(profile.proxy, slot);
  return [profile, ...(profile.jumpHosts ?? [])].some((place) => placeMayUse(place, slot));
}

function placeMayUse(
  { server, login, hostKeys }: Pick<JumpHost, 'server' | 'login' | 'hostKeys'>,
  slot: Exclude<SecretSlot, { kind: 'proxyPassword' }>,
) {
  switch (slot.kind) {
    case 'password':
      // Any login can have a password as its second factor.
      return secretSlotKey(accountSlot(server, knownByOf(hostKeys))) === secretSlotKey(slot);
    case 'passphrase':
      return login.method === 'keyFile'
        ? [login.keyFile, ...(login.moreKeyFiles ?? [])].some((file) => isSameFile(file, slot.keyFile))
        : mayTryUsual(login, slot);
  }
}

function isOfProxy(proxy: Profile['proxy'], slot: Extract<SecretSlot, { kind: 'proxyPassword' }>): boolean {
  if (proxy === undefined || proxy.kind === 'command') return false;
  const { kind, user, host, port } = proxy;
  return secretSlotKey({ kind: 'proxyPassword', proxy: kind, user, host, port }) === secretSlotKey(slot);
}

/** The files that are tried without being named (ssh(1), option -i). */
const USUAL_KEY_FILE = /[\\/]\.ssh[\\/]id_[a-z0-9_]+$/;

function mayTryUsual(login: Login, slot: { readonly keyFile: string }): boolean {
  return login.method === 'automatic' && USUAL_KEY_FILE.test(slot.keyFile);
}

/** A profile may name a file by `~`, and a slot names it whole. */
function isSameFile(named: string, whole: string): boolean {
  if (named === whole) return true;
  return /^~[\\/]/.test(named) && whole.endsWith(named.slice(1));
}
