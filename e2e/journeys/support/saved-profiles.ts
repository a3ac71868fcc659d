import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Login } from '#shared/login.ts';
import type { Forward, Profile } from '#shared/profile.ts';
import type { Computer } from '../../app/support/app.ts';

type Address = { readonly host: string; readonly port: number };

/** What a test says about a profile; the rest is as the form would leave it. */
export interface ProfileWish extends Partial<Omit<Profile, 'server' | 'login' | 'forwards'>> {
  readonly name: string;
  readonly server: Address & { readonly user: string };
  readonly login: Login;
  readonly forwards: readonly Forward[];
}

/** A profile for a server that logs in with the server's own key file. */
export function keyFileProfile(
  name: string,
  server: Address & { readonly user: string; readonly identityFile: string },
  forwards: readonly Forward[],
): ProfileWish {
  return { name, server, login: { method: 'keyFile', keyFile: server.identityFile }, forwards };
}

/** A local forward of this computer only. */
export function localForward(port: number, { host, port: targetPort }: Address, name = ''): Forward {
  return {
    id: randomUUID(),
    name,
    kind: 'local',
    enabled: true,
    bind: { address: 'localhost', port },
    target: { host, port: targetPort },
  };
}

/** Writes `profiles.json` as docs/profile-format.md describes it, before the app is started. */
export async function saveProfiles(computer: Computer, wishes: readonly ProfileWish[]): Promise<void> {
  const profiles = wishes.map(({ server: { host, port, user }, ...rest }) => ({
    id: randomUUID(),
    ...rest,
    server: { host, port, user },
  }));
  await computer.writeUserData('profiles.json', JSON.stringify({ version: 1, profiles }));
}

/** Makes servers known, as an earlier `ssh` would have. */
export async function knowHosts(
  computer: Computer,
  ...servers: readonly { knownHosts(): string }[]
): Promise<void> {
  const lines = servers.map((server) => server.knownHosts()).join('');
  await writeFile(knownHostsFile(computer), lines);
}

export function knownHostsFile(computer: Computer): string {
  return path.join(computer.sshFolder, 'known_hosts');
}
