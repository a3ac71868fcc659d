import { formatAgo } from '#shared/format-duration.ts';
import type { Profile } from '#shared/profile.ts';
import { lookProblem, type SeenServer, toolWord } from '#shared/server-look.ts';
import { Button } from '../design/Button.tsx';
import { useClock } from '../store/clock.ts';
import { serverName } from '../tunnels/server-label.ts';
import { ListenersPanel } from './ListenersPanel.tsx';
import type { TableState } from './table-state.ts';
import { useServerLook } from './use-server-look.ts';

interface ServerListenersProps {
  readonly profile: Profile;
  readonly table: TableState;
}

/** What listens on the server of an open tunnel, as its account may see it. */
export function ServerListeners({ profile, table }: ServerListenersProps) {
  const { look, seen, problem, lookAgain } = useServerLook(profile.id);
  const server = serverName(profile);
  const lookWords = look === null || look.status === 'seen' ? null : lookProblem(look, server);
  return (
    <ListenersPanel
      title={`What listens on ${server}`}
      listeners={seen?.listeners ?? null}
      server={server}
      aside={seen && <SeenAs seen={seen} server={server} />}
      problem={problem ?? lookWords}
      isProblemLasting={problem === null && (look?.status === 'noCommands' || look?.status === 'notWanted')}
      remedy={
        problem === null &&
        look?.status === 'noCommands' &&
        look.reason === 'silent' && <Button onClick={lookAgain}>Look again</Button>
      }
      table={table}
    />
  );
}

function SeenAs({ seen, server }: { readonly seen: SeenServer; readonly server: string }) {
  const ago = useClock((now) => formatAgo(now - seen.at));
  const { account, tool, isWhole } = seen;
  return (
    <>
      {`, seen as ${account.user || 'this account'} on ${server} with ${toolWord(tool)}, ${ago}`}
      {!isWhole && '; there are more than can be shown'}
    </>
  );
}
