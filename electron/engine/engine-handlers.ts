import type { Handlers } from '#shared/contract/command.ts';
import type { engineCommands } from '#shared/contract/engine.ts';
import type { passedOnCommands } from '#shared/contract/passed-on.ts';
import { fail, succeed } from '#shared/result.ts';
import { findFreePort } from './bind-doctor/find-free-port.ts';
import type { ConnectionDesk } from './connections/connection-desk.ts';
import { listListeners } from './listeners/list-listeners.ts';
import { tagOurListeners } from './listeners/our-listeners.ts';
import type { PracticeHost } from './practice/practice-host.ts';
import { installPublicKey } from './server/install-public-key.ts';
import { listAgentKeys } from './ssh/agent-keys.ts';
import type { LinesInTheWay } from './ssh/lines-in-the-way.ts';
import { listPublicKeys } from './ssh/public-keys.ts';
import { removeLineInTheWay } from './ssh/remove-line.ts';
import { configFrame } from './ssh-config/config-frame.ts';
import { listConfigHosts } from './ssh-config/list-hosts.ts';
import { readConfigHost } from './ssh-config/read-host.ts';
import type { TunnelManager } from './tunnel-manager.ts';

interface EngineParts {
  readonly tunnels: TunnelManager;
  readonly connections: ConnectionDesk;
  readonly practice: PracticeHost;
  readonly linesInTheWay: LinesInTheWay;
  close(): Promise<void>;
}

type EngineHandlers = Handlers<typeof engineCommands>;

/** One handler for each command that main gives to the engine. */
export function engineHandlers(parts: EngineParts): EngineHandlers {
  return { ...mainsOwn(parts), ...passedOn(parts) };
}

/** What main asks for itself. */
function mainsOwn({
  tunnels,
  practice,
  close,
}: EngineParts): Omit<EngineHandlers, keyof typeof passedOnCommands> {
  return {
    'engine.start': async ({ profile }) => {
      tunnels.start(profile);
      return succeed(null);
    },
    'engine.stop': async ({ id }) => {
      tunnels.stop(id);
      return succeed(null);
    },
    'engine.update': async ({ profile }) => {
      tunnels.update(profile);
      return succeed(null);
    },
    'engine.remove': async ({ id }) => {
      await tunnels.remove(id);
      return succeed(null);
    },
    'engine.check': async ({ checkId, profile }) => {
      tunnels.check(checkId, profile);
      return succeed(null);
    },
    'engine.answer': async ({ tunnelId, promptId, answer }) =>
      tunnels.answer(tunnelId, promptId, answer)
        ? succeed(null)
        : fail({ code: 'notNow', message: 'That question is not open any more.' }),
    'engine.wake': async () => {
      tunnels.wake();
      return succeed(null);
    },
    'engine.pulse': async () => succeed(null),
    'engine.startPractice': async ({ identity, preferredPort }) =>
      succeed(await practice.start(identity, preferredPort)),
    'engine.shutDown': async () => {
      await close();
      return succeed(null);
    },
    'ports.findFree': async ({ address, from, avoid }) =>
      succeed({ port: await findFreePort({ address, from, avoid: new Set(avoid) }) }),
  };
}

/** What a window asks, by way of main. */
function passedOn({ tunnels, connections, linesInTheWay }: EngineParts): Handlers<typeof passedOnCommands> {
  return {
    'hostKeys.removeLine': (line) => removeLineInTheWay(line, linesInTheWay),
    'ghosts.end': ({ id, forwardId, pid }) => tunnels.endGhost(id, forwardId, pid),
    'secondHops.propose': (wish) => tunnels.proposeHop(wish),
    'forwards.probe': async ({ id, forwardId, ...request }) =>
      tunnels.findForward(id, forwardId)?.probe(request) ??
      fail({ code: 'notFound', message: 'That forward does not run now.' }),
    'connections.list': async ({ id }) => succeed(await connections.list(tunnels.running(id))),
    'connections.end': async ({ id, connectionIds }) =>
      succeed({ ended: connections.end(tunnels.running(id), connectionIds) }),
    'connections.endAll': async ({ id, forwardId }) => {
      const meant = tunnels.running(id).filter((forward) => forwardId === null || forward.id === forwardId);
      return succeed({ ended: connections.endAll(meant) });
    },
    'sshConfig.hosts': async () => succeed(listConfigHosts(configFrame())),
    'sshConfig.host': ({ host, allowedCommands }) => readConfigHost(host, allowedCommands, configFrame()),
    'publicKeys.list': async ({ socket }) => succeed({ keys: await listPublicKeys(socket) }),
    'publicKeys.install': ({ id, line }) => installPublicKey(tunnels.channels(id), line),
    'agent.keys': async ({ socket }) => listAgentKeys(socket),
    'listeners.list': async () => {
      const listed = await listListeners();
      if (!listed.ok) return fail({ code: 'unavailable', message: listed.error.detail });
      return succeed({ listeners: [...tagOurListeners(listed.value, tunnels.ourListeners())] });
    },
    'listeners.listServer': async ({ id, again }) => {
      const look = await tunnels.lookAtServer(id, again);
      return look ? succeed(look) : fail({ code: 'notNow', message: 'The tunnel is not open now.' });
    },
  };
}
