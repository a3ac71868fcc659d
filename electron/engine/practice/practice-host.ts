import { PRACTICE_USER, type PracticeIdentity } from '#shared/practice.ts';
import type { Profile } from '#shared/profile.ts';
import type { Server } from '#shared/server.ts';
import type { Hop, Way } from '../route/way.ts';
import { type ServerTrust, trustNobody, trustOneKey } from '../ssh/server-trust.ts';
import { createPracticeIdentity, publicKeyOf, readPracticeIdentity } from './practice-identity.ts';
import { type PracticeServer, startPracticeServer } from './practice-server.ts';

interface Practice {
  readonly server: PracticeServer;
  readonly identity: PracticeIdentity;
}

/** The one practice server that an engine runs, or none yet. */
export class PracticeHost {
  #practice: Practice | null = null;

  /** Null while it does not run. */
  get port(): number | null {
    return this.#practice?.server.port ?? null;
  }

  /** Starts it anew, as whom it was before or, when that is null or damaged, as somebody new. */
  async start(
    stored: PracticeIdentity | null,
    preferredPort: number | null,
  ): Promise<{ identity: PracticeIdentity; port: number }> {
    const identity = readPracticeIdentity(stored) ?? createPracticeIdentity();
    await this.#practice?.server.close();
    this.#practice = null;
    const server = await startPracticeServer({ identity, port: preferredPort ?? 0 });
    this.#practice = { server, identity };
    return { identity, port: server.port };
  }

  /** The way to it: its own address, login and key, whatever stands in the profile. */
  way(profile: Profile): Way {
    if (this.#practice === null) {
      const { host, port } = profile.server;
      return practiceWay(profile.server, trustNobody({ code: 'connectionRefused', host, port }), null);
    }
    const { server, identity } = this.#practice;
    const { host, port } = server;
    const trust = trustOneKey({ host, port }, publicKeyOf(identity));
    return practiceWay({ host, port, user: PRACTICE_USER }, trust, identity.password);
  }

  /** Idempotent. */
  async close(): Promise<void> {
    await this.#practice?.server.close();
  }
}

function practiceWay(server: Server, trust: ServerTrust, password: string | null): Way {
  const identity = JSON.stringify(['practice', server]);
  const hop: Hop = {
    server,
    login: { method: 'password' },
    legacyAlgorithms: false,
    forwardsAgent: false,
    connection: {},
    trust,
    password,
    identity,
  };
  return { proxy: null, hops: [hop] };
}
