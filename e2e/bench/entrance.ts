import { readFile } from 'node:fs/promises';
import { eventually } from '../support/eventually.ts';

/** Resolves when somebody listens on this port of 127.0.0.1. It looks, and does not connect: that would be traffic. */
export async function expectEntrance(port: number): Promise<void> {
  // Source: proc_net_tcp, kernel documentation: the address in host byte order, 0A for LISTEN.
  const hexPort = port.toString(16).toUpperCase().padStart(4, '0');
  const line = new RegExp(`^\\s*\\d+: 0100007F:${hexPort} 00000000:0000 0A `, 'm');
  await eventually(async () => line.test(await readFile('/proc/net/tcp', 'utf8')), { timeoutMs: 20_000 });
}
