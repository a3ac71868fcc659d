import type { Page } from '@playwright/test';
import { requireProgram } from '../support/programs.ts';
import { startServerProcess } from '../support/server-process.ts';
import type { World } from './world.ts';

/** The article's second hop on core, `ssh -L 43000:localhost:42000 -g`. */
export interface SecondHop {
  close(): Promise<void>;
}

/**
 * Digs the hop: whoever dials core at 43000 gets to its loopback at 42000.
 * TODO(lead): by the app, with clicks in `page`. Until then socat runs on core under the account that the tunnel logs
 * in to, as the app's own hop would.
 */
export async function digSecondHop(_page: Page, { machines, coreSshd }: World): Promise<SecondHop> {
  const { uid, gid } = coreSshd.account;
  const person = ['--reuid', String(uid), '--regid', String(gid), '--clear-groups', '--'];
  const socat = await startServerProcess({
    program: requireProgram('socat'),
    args: ['-d', '-d', 'TCP4-LISTEN:43000,reuseaddr,fork', 'TCP4:127.0.0.1:42000'],
    within: [...machines.core.within, requireProgram('setpriv'), ...person],
    readyLine: /listening on/,
    portTakenLine: /Address already in use/,
    onLog: () => {},
  });
  return { close: socat.kill };
}
