import { Button } from '../design/Button.tsx';
import { goTo } from '../store/view-store.ts';

interface ShowOnServerButtonProps {
  readonly tunnelId: string;
  readonly port: number | undefined;
}

/** Leads to the server's own list of what listens there. */
export function ShowOnServerButton({ tunnelId, port }: ShowOnServerButtonProps) {
  const filter = port === undefined ? '' : String(port);
  return (
    <Button onClick={() => goTo({ name: 'listeners', filter, server: tunnelId })}>
      See it on the server
    </Button>
  );
}
