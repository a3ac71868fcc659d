import { useCallback, useEffect, useState } from 'react';
import type { ConfigHost } from '#shared/config-host.ts';
import { api } from '../api.ts';

/** What the configuration says of a Host, once it is read. */
export type HostReading =
  | { readonly kind: 'read'; readonly found: ConfigHost }
  | { readonly kind: 'failed'; readonly message: string };

/** Reads a Host. Never rejects. */
export async function readHostNow(host: string, allowedCommands: readonly string[]): Promise<HostReading> {
  const reply = await api.call('sshConfig.host', { host, allowedCommands: [...allowedCommands] });
  return reply.ok ? { kind: 'read', found: reply.value } : { kind: 'failed', message: reply.error.message };
}

/** The same for as long as it is shown, read again whenever `asOf` is another; null until it is known. */
export function useConfigHost(
  host: string,
  allowedCommands: readonly string[],
  asOf: string,
): HostReading | null {
  const [reading, setReading] = useState<HostReading | null>(null);
  const allowed = JSON.stringify(allowedCommands);
  const read = useCallback(() => readHostNow(host, JSON.parse(allowed) as string[]), [host, allowed]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what it was read of has changed
  useEffect(() => {
    let isGone = false;
    void read().then((found) => {
      if (!isGone) setReading(found);
    });
    return () => {
      isGone = true;
    };
  }, [read, asOf]);
  return reading;
}
