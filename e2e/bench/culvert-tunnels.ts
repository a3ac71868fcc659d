import { randomUUID } from 'node:crypto';
import type { Page } from '@playwright/test';
import type { z } from 'zod';
import type { profileSchema } from '#shared/profile.ts';
import type { TunnelSnapshot } from '#shared/tunnel-state.ts';
import { eventually } from '../support/eventually.ts';
import { findFreePort } from '../support/free-port.ts';
import type { Sshd } from '../support/sshd.ts';

/** A profile that was saved and started, and whose tunnel is open. */
export interface CulvertTunnel {
  readonly id: string;
  /** Its entrance on 127.0.0.1. */
  readonly port: number;
}

/**
 * Saves and starts profiles through the window's own bridge, as the form and the cards do. Resolves when all are
 * open; throws, with the state of one that is not, when that takes longer than a minute.
 */
export async function openCulvertTunnels(
  page: Page,
  sshd: Sshd,
  targetPort: number,
  count: number,
): Promise<readonly CulvertTunnel[]> {
  const tunnels: CulvertTunnel[] = [];
  for (let index = 1; index <= count; index += 1) {
    const tunnel = { id: randomUUID(), port: await findFreePort() };
    await save(page, tunnel, sshd, targetPort);
    tunnels.push(tunnel);
  }
  for (const { id } of tunnels) await page.evaluate((id) => window.culvert.call('tunnels.start', { id }), id);
  await eventually(
    async () => {
      const snapshot = await page.evaluate(() => window.culvert.call('app.snapshot', null));
      if (!snapshot.ok) throw new Error(snapshot.error.message);
      for (const { id } of tunnels) expectOpen(snapshot.value.tunnels.find((each) => each.id === id));
    },
    { timeoutMs: 60_000, everyMs: 200 },
  );
  return tunnels;
}

async function save(page: Page, { id, port }: CulvertTunnel, sshd: Sshd, targetPort: number): Promise<void> {
  const profile: z.input<typeof profileSchema> = {
    id,
    name: `Bench ${port}`,
    server: { host: sshd.host, port: sshd.port, user: sshd.user },
    login: { method: 'keyFile', keyFile: sshd.identityFile },
    forwards: [
      {
        id: randomUUID(),
        kind: 'local',
        bind: { address: '127.0.0.1', port },
        target: { host: '127.0.0.1', port: targetPort },
      },
    ],
  };
  const saved = await page.evaluate((profile) => window.culvert.call('profiles.save', { profile }), profile);
  if (!saved.ok) throw new Error(`A profile was refused: ${JSON.stringify(saved.error)}`);
}

function expectOpen(snapshot: TunnelSnapshot | undefined): void {
  const isOpen =
    snapshot?.state.status === 'open' && snapshot.forwards.every(({ state }) => state.status === 'listening');
  if (!isOpen) throw new Error(`A tunnel is not open: ${JSON.stringify(snapshot)}`);
}
