import { formatEndpoint } from '#shared/endpoint.ts';
import { type Forward, forwardLabel } from '#shared/profile.ts';
import type { ForwardSnapshot, TunnelStatus } from '#shared/tunnel-state.ts';
import { askForTarget, closeTest, testForward, useForwardTest } from '../store/test-store.ts';
import { TEST_BUTTON } from './focus-test-button.ts';
import styles from './forward-test.module.css';

interface TestButtonProps {
  readonly tunnelId: string;
  readonly forward: Forward;
  readonly snapshot: ForwardSnapshot | undefined;
  readonly tunnelStatus: TunnelStatus;
}

/** Sends one connection through a forward; for SOCKS it asks first where to. */
export function TestButton({ tunnelId, forward, snapshot, tunnelStatus }: TestButtonProps) {
  const tested = { id: tunnelId, forwardId: forward.id };
  const test = useForwardTest(tested);
  const isRunning = test?.kind === 'running';
  const click = () => {
    if (isRunning) return;
    if (forward.kind !== 'dynamic') void testForward(tested, undefined);
    else if (test?.kind === 'asking') closeTest(tested);
    else askForTarget(tested, test?.target ? formatEndpoint(test.target) : '', true);
  };
  return (
    <button
      {...TEST_BUTTON}
      type="button"
      className={styles.test}
      aria-label={`Test ${forwardLabel(forward)}`}
      // Not `disabled` while it runs, which would take the focus away.
      aria-disabled={isRunning}
      aria-expanded={forward.kind === 'dynamic' ? test?.kind === 'asking' : undefined}
      disabled={tunnelStatus !== 'open' || snapshot?.state.status !== 'listening'}
      onClick={click}
    >
      Test
    </button>
  );
}
