import { randomUUID } from 'node:crypto';
import type { Locator, Page } from '@playwright/test';
import { type Profile, profileSchema } from '#shared/profile.ts';
import { findFreePort } from '../../support/free-port.ts';
import type { Sshd } from '../../support/sshd.ts';

/** A profile that logs in to a test's sshd with a key file and has one SOCKS forward. */
export async function sshdProfile(sshd: Sshd, name: string, keyFile = sshd.identityFile): Promise<Profile> {
  return profileSchema.parse({
    id: randomUUID(),
    name,
    server: { host: sshd.host, port: sshd.port, user: sshd.user },
    login: { method: 'keyFile', keyFile },
    forwards: [
      { id: randomUUID(), kind: 'dynamic', bind: { address: 'localhost', port: await findFreePort() } },
    ],
  });
}

/** Saves a profile as the form does; gives its card. */
export async function saveProfile(page: Page, profile: Profile): Promise<Locator> {
  await page.evaluate((each) => window.culvert.call('profiles.save', { profile: each }), profile);
  return page.getByRole('article', { name: profile.name });
}
