import { useEffect, useState } from 'react';
import type { BindError } from '#shared/describe-bind-error.ts';
import { api } from '../api.ts';
import { Button } from '../design/Button.tsx';
import { useAppStore, useProfile, useTunnel } from '../store/app-store.ts';
import { run, sayDone } from '../store/messages.ts';
import { stopWords } from './stop-words.ts';

interface PortRemediesProps {
  readonly error: BindError;
  readonly tunnelId: string;
  readonly forwardId: string;
}

/** What helps at once against a port that cannot be had: another port, or the end of our own tunnel that holds it. */
export function PortRemedies({ error, tunnelId, forwardId }: PortRemediesProps) {
  return (
    <>
      {error.code !== 'addressNotHere' && (
        <UseOtherPort port={error.endpoint.port} tunnelId={tunnelId} forwardId={forwardId} />
      )}
      {error.code === 'portInUse' &&
        error.holder?.kind === 'ourTunnel' &&
        error.holder.tunnelId !== tunnelId && (
          <StopOther id={error.holder.tunnelId} name={error.holder.tunnelName} />
        )}
    </>
  );
}

interface UseOtherPortProps extends Omit<PortRemediesProps, 'error'> {
  /** The port that cannot be had. */
  readonly port: number;
}

function UseOtherPort({ port, tunnelId, forwardId }: UseOtherPortProps) {
  const free = useFreePort(port, tunnelId, forwardId);
  if (free === null) return null;
  const move = async () => {
    if (await run('profiles.moveForward', { id: tunnelId, forwardId, port: free })) {
      sayDone(`Moved from port ${port} to ${free}. Programs that use it must know.`);
    }
  };
  return <Button onClick={() => void move()}>Use port {free}</Button>;
}

/** The port that was free when the error came up; null until it is known, or where there is none. */
function useFreePort(port: number, id: string, forwardId: string): number | null {
  const [found, setFound] = useState<{ readonly insteadOf: number; readonly port: number | null } | null>(
    null,
  );
  // Another tunnel may have taken up the very same offer.
  const profiles = useAppStore((state) => state.profiles);
  // biome-ignore lint/correctness/useExhaustiveDependencies: any change of a profile asks anew
  useEffect(() => {
    let isWanted = true;
    void api.call('profiles.suggestPort', { id, forwardId }).then((reply) => {
      if (isWanted && reply.ok) setFound({ insteadOf: port, port: reply.value.port });
    });
    return () => {
      isWanted = false;
    };
  }, [port, id, forwardId, profiles]);
  return found?.insteadOf === port ? found.port : null;
}

/** This forward takes the port by itself as soon as the other one has let it go, with all that goes through it. */
function StopOther({ id, name }: { readonly id: string; readonly name: string }) {
  const { status } = useTunnel(id).state;
  const forwards = useProfile(id)?.forwards ?? [];
  if (status === 'stopped') return null;
  return (
    <Button disabled={status === 'stopping'} onClick={() => void run('tunnels.stop', { id })}>
      {stopWords(name, forwards)}
    </Button>
  );
}
