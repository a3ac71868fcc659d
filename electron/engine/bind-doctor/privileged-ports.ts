import { readFile } from 'node:fs/promises';

/** Where Linux says from which port on every user may bind (ip(7), ip_unprivileged_port_start), for IPv6 too. */
const LINUX_SETTING = '/proc/sys/net/ipv4/ip_unprivileged_port_start';

/** The lowest port that every user may bind; null where the system does not say. */
export async function readFirstFreePort(
  platform: NodeJS.Platform = process.platform,
  settingFile = LINUX_SETTING,
): Promise<number | null> {
  if (platform !== 'linux') return null;
  const text = await readFile(settingFile, 'utf8').catch(() => '');
  const port = /^\d{1,5}$/.exec(text.trim())?.[0];
  return port === undefined ? null : Number(port);
}
