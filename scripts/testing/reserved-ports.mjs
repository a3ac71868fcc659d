import { readFile, writeFile } from 'node:fs/promises';

const file = '/proc/sys/net/ipv4/ip_local_reserved_ports';

/**
 * Keeps the kernel from giving these ports to outgoing connections, whose last minute (TIME_WAIT) would keep a listener of
 * the tests from them: the article's 42424 lies where the kernel takes its own from. Without root nothing happens, and
 * a test has bad luck once in a hundred runs or so (Linux, ip-sysctl, `ip_local_reserved_ports`).
 *
 * @param {readonly number[]} ports
 * @returns {Promise<() => Promise<void>>} gives them back
 */
export async function reservePorts(ports) {
  try {
    const before = (await readFile(file, 'utf8')).trim();
    await writeFile(file, [before, ...ports].filter(Boolean).join(','));
    return async () => writeFile(file, `${before}\n`).catch(() => {});
  } catch {
    return async () => {};
  }
}
