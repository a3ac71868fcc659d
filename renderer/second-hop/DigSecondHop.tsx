import { useState } from 'react';
import type { Profile } from '#shared/profile.ts';
import { Button } from '../design/Button.tsx';
import { SecondHopDialog } from './SecondHopDialog.tsx';

/** The button that offers a second hop, and the dialog behind it. */
export function DigSecondHop({
  profile,
  forwardId,
}: {
  readonly profile: Profile;
  readonly forwardId: string;
}) {
  const [isOffered, setOffered] = useState(false);
  return (
    <>
      <Button onClick={() => setOffered(true)}>Dig a second hop…</Button>
      {isOffered && (
        <SecondHopDialog profile={profile} forwardId={forwardId} onClose={() => setOffered(false)} />
      )}
    </>
  );
}
