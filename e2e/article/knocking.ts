import { eventually } from '../support/eventually.ts';
import { packetsRefused } from './firewall.ts';
import type { Machine } from './machine.ts';
import { startTelnet } from './telnet.ts';

/**
 * Dials through a firewall that must not let it pass. Resolves when the firewall has dropped what came; throws when
 * telnet got an answer of any kind.
 */
export async function expectDropped(
  firewall: Machine,
  from: Machine,
  host: string,
  port: number,
): Promise<void> {
  const before = await packetsRefused(firewall);
  const telnet = startTelnet(from, host, port);
  try {
    await eventually(async () => (await packetsRefused(firewall)) > before);
    if (/Connected|Unable/.test(telnet.text())) {
      throw new Error(`${host}:${port} answered ${from.name}: ${telnet.text()}`);
    }
  } finally {
    await telnet.close();
  }
}
