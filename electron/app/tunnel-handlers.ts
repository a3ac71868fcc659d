import type { AppHandlers } from '#shared/contract/index.ts';
import { succeed } from '#shared/result.ts';
import type { HostFollower } from './host-follower.ts';
import type { TunnelRunner } from './tunnel-runner.ts';

type TunnelHandlers = Pick<
  AppHandlers,
  'tunnels.start' | 'tunnels.stop' | 'tunnels.startAll' | 'tunnels.stopAll'
>;

/** What can be done to tunnels. One that follows a Host starts as that is now. */
export function tunnelHandlers(runner: TunnelRunner, follower: HostFollower): TunnelHandlers {
  return {
    async 'tunnels.start'({ id }) {
      if (follower.follows(id)) await follower.look(id);
      return runner.start(id);
    },
    'tunnels.stop': ({ id }) => runner.stop(id),
    async 'tunnels.startAll'() {
      runner.startAll();
      return succeed(null);
    },
    async 'tunnels.stopAll'() {
      await runner.stopAll();
      return succeed(null);
    },
  };
}
