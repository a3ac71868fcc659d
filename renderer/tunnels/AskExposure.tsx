import type { Forward, Profile } from '#shared/profile.ts';
import { ExposureDialog } from '../profiles/ExposureDialog.tsx';
import { run } from '../store/messages.ts';
import { serverName } from './server-label.ts';

interface AskExposureProps {
  readonly profile: Profile;
  readonly forward: Forward;
  onDone(): void;
}

/** Asks whether, for how long and to whom a saved forward is opened, and does it. */
export function AskExposure({ profile, forward, onDone }: AskExposureProps) {
  return (
    <ExposureDialog
      forwards={[forward]}
      server={profile.server}
      serverHost={serverName(profile)}
      onCancel={onDone}
      onContinue={({ term, allowFrom }) => {
        onDone();
        void run('profiles.confirmExposure', {
          id: profile.id,
          forwardId: forward.id,
          term,
          allowFrom: [...(allowFrom ?? forward.allowFrom ?? [])],
        });
      }}
    />
  );
}
