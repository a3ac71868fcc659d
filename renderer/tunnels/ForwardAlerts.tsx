import { useState } from 'react';
import type { EntranceSight } from '#shared/entrance-sight.ts';
import type { Forward, Profile } from '#shared/profile.ts';
import type { TunnelError } from '#shared/tunnel-error.ts';
import type { ForwardSnapshot, ForwardState, TunnelStatus } from '#shared/tunnel-state.ts';
import { Button } from '../design/Button.tsx';
import { ErrorAlert } from '../errors/ErrorAlert.tsx';
import { SecondHopDialog } from '../second-hop/SecondHopDialog.tsx';
import { useForwardTest } from '../store/test-store.ts';
import { AskExposure } from './AskExposure.tsx';
import { ContestedAlert } from './ContestedAlert.tsx';
import { ExposedByServerAlert } from './ExposedByServerAlert.tsx';
import { LoopbackOnlyAlert } from './LoopbackOnlyAlert.tsx';
import { serverName } from './server-label.ts';

interface ForwardAlertsProps {
  readonly profile: Profile;
  readonly forward: Forward;
  readonly snapshot: ForwardSnapshot | undefined;
  readonly tunnelStatus: TunnelStatus;
}

/** What is wrong with one forward alone, with the buttons that do something about it. */
export function ForwardAlerts({ profile, forward, snapshot, tunnelStatus }: ForwardAlertsProps) {
  const [isAsking, setAsking] = useState(false);
  // Here and not in the warning: that goes when the session does, and takes nobody's half-read dialog along.
  const [isDigging, setDigging] = useState(false);
  const test = useForwardTest({ id: profile.id, forwardId: forward.id });
  if (!forward.enabled || !snapshot) return null;
  const { state, target } = snapshot;
  const isToldByTest = test?.kind === 'done' && target.status === 'failed' && test.outcome.at === target.at;
  return (
    <>
      {(state.status === 'refused' || state.status === 'retrying') && (
        <ErrorAlert
          error={state.error}
          tunnelId={profile.id}
          forwardId={forward.id}
          tone={state.status === 'refused' ? 'bad' : 'wait'}
          onConfirmExposure={() => setAsking(true)}
          offersRetry={offersRetry(state)}
        />
      )}
      {state.status === 'listening' && tunnelStatus === 'open' && (
        <SightAlert
          profile={profile}
          forward={forward}
          snapshot={snapshot}
          sight={state.seen}
          onDig={() => setDigging(true)}
        />
      )}
      {target.status === 'failed' && tunnelStatus === 'open' && !isToldByTest && (
        <ErrorAlert error={target.error} tunnelId={profile.id} tone="wait" />
      )}
      {isAsking && <AskExposure profile={profile} forward={forward} onDone={() => setAsking(false)} />}
      {isDigging && (
        <SecondHopDialog profile={profile} forwardId={forward.id} onClose={() => setDigging(false)} />
      )}
    </>
  );
}

interface SightAlertProps extends Omit<ForwardAlertsProps, 'tunnelStatus'> {
  readonly sight: EntranceSight | null | undefined;
  onDig(): void;
}

function SightAlert({ profile, forward, snapshot, sight, onDig }: SightAlertProps) {
  const contested = sight?.others && (
    <ContestedAlert tunnelId={profile.id} server={serverName(profile)} sight={sight} />
  );
  if (!sight || sight.verdict === 'asAsked') return contested;
  const props = { tunnelId: profile.id, forward, server: serverName(profile), sight };
  if (sight.verdict === 'exposed') {
    return (
      <>
        <ExposedByServerAlert {...props} />
        {contested}
      </>
    );
  }
  // The hop's own line says the rest.
  if (snapshot?.secondHop) return contested;
  return (
    <>
      <LoopbackOnlyAlert {...props}>
        <Button onClick={onDig}>Dig a second hop…</Button>
      </LoopbackOnlyAlert>
      {contested}
    </>
  );
}

/** Trying again does not help where a person has to agree first. */
function isAboutExposure({ code }: TunnelError): boolean {
  return code === 'exposureNotConfirmed' || code === 'exposureExpired';
}

/** Claims that this forward has something to say beyond its state. */
export function hasAlert(
  { enabled }: Forward,
  snapshot: ForwardSnapshot | undefined,
  tunnelStatus: TunnelStatus,
): boolean {
  if (!enabled || !snapshot) return false;
  const { state, target, secondHop } = snapshot;
  if (state.status === 'refused' || state.status === 'retrying') return true;
  if (tunnelStatus !== 'open') return false;
  const sight = state.status === 'listening' ? state.seen : null;
  const verdict = sight?.verdict ?? 'asAsked';
  if (sight?.others) return true;
  return verdict === 'exposed' || (verdict === 'loopbackOnly' && !secondHop) || target.status === 'failed';
}

/** What waits for a port of this computer can be tried now as well: somebody may just have freed it. */
function offersRetry({ status, error }: Extract<ForwardState, { error: unknown }>): boolean {
  return status === 'refused' ? !isAboutExposure(error) : error.code === 'portInUse';
}
