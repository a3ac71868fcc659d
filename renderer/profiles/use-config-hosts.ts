import { useEffect, useState } from 'react';
import type { ConfigHosts } from '#shared/config-host.ts';
import { api } from '../api.ts';

/** The Hosts of the user's ssh configuration, asked for once; null until they are known. */
export function useConfigHosts(): ConfigHosts | null {
  const [hosts, setHosts] = useState<ConfigHosts | null>(null);
  useEffect(() => {
    let isGone = false;
    void api.call('sshConfig.hosts', null).then((reply) => {
      if (!isGone && reply.ok) setHosts(reply.value);
    });
    return () => {
      isGone = true;
    };
  }, []);
  return hosts;
}
