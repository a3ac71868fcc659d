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
  /** Its entrances on 127.0.0.1, in the order of the targets. */
  readonly ports: readonly number[];
}

/**
 * Saves and starts profiles through the window's own bridge, as the form and the cards do, each with a local forward to
 * every one of these ports of 127.0.0.1. Resolves when all are open; throws, with the state of one that is not, when
 * that takes longer than a minute.
 */
export async function openCulvertTunnels(
  page: Page,
  sshd: Sshd,
  targetPorts: readonly number[],
  count: number,
): Promise<readonly CulvertTunnel[]> {
  const tunnels: CulvertTunnel[] = [];
  for (let index = 1; index <= count; index += 1) {
    const ports: number[] = [];
    for (const _ of targetPorts) ports.push(await findFreePort());
    const tunnel = { id: randomUUID(), ports };
    await save(page, tunnel, sshd, targetPorts);
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

async function save(
  page: Page,
  { id, ports }: CulvertTunnel,
  sshd: Sshd,
  targetPorts: readonly number[],
): Promise<void> {
  const profile: z.input<typeof profileSchema> = {
    id,
    name: `Bench ${ports[0]}`,
    server: { host: sshd.host, port: sshd.port, user: sshd.user },
    login: { method: 'keyFile', keyFile: sshd.identityFile },
    forwards: targetPorts.map((targetPort, index) => ({
      id: randomUUID(),
      kind: 'local',
      bind: { address: '127.0.0.1', port: ports[index] ?? 0 },
      target: { host: '127.0.0.1', port: targetPort },
    })),
  };
  const saved = await page.evaluate((profile) => window.culvert.call('profiles.save', { profile }), profile);
  if (!saved.ok) throw new Error(`A profile was refused: ${JSON.stringify(saved.error)}`);
}

function expectOpen(snapshot: TunnelSnapshot | undefined): void {
  const isOpen =
    snapshot?.state.status === 'open' && snapshot.forwards.every(({ state }) => state.status === 'listening');
  if (!isOpen) throw new Error(`A tunnel is not open: ${JSON.stringify(snapshot)}`);
}
