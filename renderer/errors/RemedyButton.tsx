import type { Remedy } from '#shared/error-description.ts';
import type { TunnelError } from '#shared/tunnel-error.ts';
import { Button } from '../design/Button.tsx';
import { EndGhost } from '../ghosts/EndGhost.tsx';
import { showHostKeyChanged } from '../store/app-store.ts';
import { run } from '../store/messages.ts';
import { goTo } from '../store/view-store.ts';
import { AllowCommand } from './AllowCommand.tsx';

interface RemedyButtonProps {
  readonly remedy: Remedy;
  readonly error: TunnelError;
  readonly tunnelId: string;
  /** Absent where the error is not about one forward. */
  readonly forwardId?: string | undefined;
  /** Asks for the user's agreement to an exposure; absent where the error is not about one forward. */
  readonly onConfirmExposure?: (() => void) | undefined;
}

/**
 * The button that does what an error advises. Its names avoid those of the card's own buttons, so that `Start` and
 * `Edit` stay the only ones of their name.
 */
export function RemedyButton({ remedy, error, tunnelId, forwardId, onConfirmExposure }: RemedyButtonProps) {
  switch (remedy) {
    case 'retry':
      return <Button onClick={() => void run('tunnels.start', { id: tunnelId })}>Try again now</Button>;
    case 'allowCommand':
      return error.code === 'commandNotAllowed' ? (
        <AllowCommand tunnelId={tunnelId} command={error.command} />
      ) : null;
    case 'endGhost':
      return error.code === 'remoteForwardRefused' &&
        error.holder?.kind === 'ghost' &&
        forwardId !== undefined ? (
        <EndGhost tunnelId={tunnelId} forwardId={forwardId} holder={error.holder} />
      ) : null;
    case 'edit':
      return <Button onClick={() => goTo({ name: 'form', profileId: tunnelId })}>Change the profile…</Button>;
    case 'showKeys':
      return error.code === 'hostKeyChanged' ? (
        <Button onClick={() => showHostKeyChanged(tunnelId, error)}>Compare the keys…</Button>
      ) : null;
    case 'confirmExposure':
      return onConfirmExposure ? <Button onClick={onConfirmExposure}>Who could enter?…</Button> : null;
    case 'showListeners':
      return error.code === 'portInUse' ? (
        <Button onClick={() => goTo({ name: 'listeners', filter: String(error.endpoint.port) })}>
          See who has it
        </Button>
      ) : null;
  }
}
