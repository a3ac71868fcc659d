import type { AppHandlers } from '#shared/contract/index.ts';
import { succeed } from '#shared/result.ts';
import type { TunnelRunner } from './tunnel-runner.ts';

type TunnelHandlers = Pick<
  AppHandlers,
  'tunnels.start' | 'tunnels.stop' | 'tunnels.startAll' | 'tunnels.stopAll'
>;

/** What can be done to tunnels. */
export function tunnelHandlers(runner: TunnelRunner): TunnelHandlers {
  return {
    'tunnels.start': ({ id }) => runner.start(id),
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
