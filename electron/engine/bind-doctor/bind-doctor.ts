import type { ListenersResult } from '#shared/listener.ts';
import type { TunnelError } from '#shared/tunnel-error.ts';
import { listListeners } from '../listeners/list-listeners.ts';
import type { OurListener } from '../listeners/our-listeners.ts';
import { createExcludedRangesReader, type PortRange } from './excluded-port-ranges.ts';
import { findListenerInTheWay, nameHolder } from './find-holder.ts';
import { readFirstFreePort } from './privileged-ports.ts';
import { listUsefulAddresses } from './useful-addresses.ts';

/** What the doctor asks of the engine and of the system; all but the first two have real defaults. */
export interface BindDoctorOptions {
  /** Where our own tunnels listen now. */
  ourListeners(): readonly OurListener[];
  /** Where the practice server listens; null while it does not run. */
  practicePort(): number | null;
  readonly platform?: NodeJS.Platform;
  readonly now?: () => number;
  readonly list?: () => Promise<ListenersResult>;
  readonly excludedRanges?: () => Promise<readonly PortRange[]>;
}

/** Finds out why a bind failed. */
export interface BindDoctor {
  /** Gives the error with all that can be known about its cause; errors that are not about a bind as they are. */
  diagnose(error: TunnelError): Promise<TunnelError>;
}

/**
 * How long a diagnosis is good for where a look costs two programs (macOS, Windows), in milliseconds: a port that is
 * tried every few seconds must not start them as often. On Linux a look costs next to nothing.
 */
const DIAGNOSIS_MS = 30_000;

/** Makes a doctor; keep it, it remembers what is slow to find out. */
export function createBindDoctor(options: BindDoctorOptions): BindDoctor {
  const { platform = process.platform, now = Date.now, list = listListeners } = options;
  const { excludedRanges = createExcludedRangesReader() } = options;
  const keepMs = platform === 'linux' ? 0 : DIAGNOSIS_MS;
  const known = new Map<string, { readonly at: number; readonly diagnosis: Promise<TunnelError> }>();

  async function findHolder(error: Extract<TunnelError, { code: 'portInUse' }>): Promise<TunnelError> {
    const listed = await list();
    if (!listed.ok) return error;
    const inTheWay = findListenerInTheWay(error.endpoint, listed.value);
    if (inTheWay === null) return error;
    const ours = { listeners: options.ourListeners(), practicePort: options.practicePort() };
    return { ...error, holder: await nameHolder(inTheWay, ours, platform) };
  }

  /** EACCES: what the kernel forbids by the port's number, or on Windows also what another program does not share. */
  async function findBan(error: Extract<TunnelError, { code: 'portNeedsPrivilege' }>): Promise<TunnelError> {
    if (platform !== 'win32') return { ...error, freeFrom: await readFirstFreePort(platform) };
    const { endpoint } = error;
    const ranges = await excludedRanges();
    const range = ranges.find(({ first, last }) => first <= endpoint.port && endpoint.port <= last);
    if (range) return { code: 'portReserved', endpoint, range };
    const taken = await findHolder({ code: 'portInUse', endpoint, holder: null });
    return taken.code === 'portInUse' && taken.holder !== null ? taken : error;
  }

  function look(error: TunnelError): Promise<TunnelError> {
    switch (error.code) {
      case 'portInUse':
        return findHolder(error);
      case 'portNeedsPrivilege':
        return findBan(error);
      case 'addressNotHere':
        return Promise.resolve({ ...error, addresses: listUsefulAddresses(error.endpoint.host) });
      default:
        return Promise.resolve(error);
    }
  }

  return {
    diagnose(error) {
      if (!('endpoint' in error)) return Promise.resolve(error);
      const key = `${error.code} ${error.endpoint.host} ${error.endpoint.port}`;
      const time = now();
      for (const [each, { at }] of known) if (time - at >= keepMs) known.delete(each);
      const diagnosis = known.get(key)?.diagnosis ?? look(error);
      if (!known.has(key)) known.set(key, { at: time, diagnosis });
      return diagnosis;
    },
  };
}
