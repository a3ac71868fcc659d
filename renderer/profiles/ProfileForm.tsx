import { ArrowLeft } from 'lucide-react';
import { useCallback, useEffect, useRef } from 'react';
import type { Profile } from '#shared/profile.ts';
import { Button } from '../design/Button.tsx';
import { useFocusKept } from '../design/use-focus-kept.ts';
import { InstallKey } from '../public-keys/InstallKey.tsx';
import { ForgetSecrets } from '../secrets/ForgetSecrets.tsx';
import { useAppStore, useProfile } from '../store/app-store.ts';
import { goTo } from '../store/view-store.ts';
import { CheckLogin } from './CheckLogin.tsx';
import { draftOf, newDraft, type ProfileDraft } from './draft.ts';
import { ExposureDialog } from './ExposureDialog.tsx';
import { FollowedHost } from './FollowedHost.tsx';
import { ForwardsFields } from './ForwardsFields.tsx';
import type { FormFields } from './form-fields.ts';
import { HostChoice } from './HostChoice.tsx';
import { HostKeysFields } from './HostKeysFields.tsx';
import { hopsLeftBehind } from './hop-in-form.ts';
import { PracticeOffer } from './PracticeOffer.tsx';
import { PracticeServer } from './PracticeServer.tsx';
import styles from './profile-form.module.css';
import { ServerFields } from './ServerFields.tsx';
import { SshCommand } from './SshCommand.tsx';
import { CheckField, TextField } from './TextField.tsx';
import { useProfileForm } from './use-profile-form.ts';
import { WayFields } from './WayFields.tsx';

/** The form of a saved profile, or of a new one. */
export function ProfileForm({ profileId }: { readonly profileId: string | null }) {
  const saved = useProfile(profileId ?? '');
  const isGone = profileId !== null && !saved;
  if (isGone) return <Gone />;
  return <Form saved={saved} />;
}

function Form({ saved }: { readonly saved: Profile | undefined }) {
  const element = useRef<HTMLFormElement>(null);
  const localUser = useAppStore((state) => state.environment.localUser);
  const form = useProfileForm(element, () =>
    saved ? draftOf(saved) : newDraft(localUser, () => crypto.randomUUID()),
  );
  const { draft } = form;
  const first = useFirstFocus();
  const cancel = () => goTo({ name: 'tunnels', focusOn: saved?.id ?? null });
  useEscape(form.hasEdits, cancel);
  return (
    <form
      ref={element}
      noValidate
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        form.save();
      }}
    >
      <header className={styles.head}>
        <h1 ref={saved && first} tabIndex={-1}>
          {saved ? `Edit ${saved.name}` : 'Dig a new tunnel'}
        </h1>
        <div className={styles.headButtons}>
          <Button onClick={cancel}>Cancel</Button>
          <Button type="submit" look="primary" disabled={form.isSaving}>
            Save
          </Button>
        </div>
      </header>
      <div className={styles.scroller}>
        {form.problem !== null && (
          <p role="alert" className={styles.problem}>
            {form.problem}
          </p>
        )}
        <div className={styles.columns}>
          <div className={styles.fields}>
            <section className={styles.section}>
              {!saved && !draft.practice && <HostChoice {...form} />}
              <TextField
                ref={saved ? undefined : first}
                label="Name"
                value={draft.name}
                placeholder="Mail at the coffee shop"
                error={form.errorOf('name')}
                onChange={(name) => form.change({ name })}
                // The field has the focus at first: who leaves it as it was has not got it wrong yet.
                onBlur={() => form.hasEdits && form.touch('name')}
              />
              <Reached form={form} />
              <HopsLeftBehind draft={draft} saved={saved} />
              {!draft.practice && <CheckLogin draft={draft} onInvalid={form.showErrors} />}
              {saved && !draft.practice && <InstallKey profile={saved} />}
            </section>
            <ForwardsFields {...form} />
          </div>
          <aside className={styles.aside} aria-label="Options">
            <CheckField
              label="Start when Culvert opens"
              checked={draft.startOnOpen}
              onChange={(startOnOpen) => form.change({ startOnOpen })}
            />
            {!draft.practice && (
              <>
                <CheckField
                  label="Allow legacy algorithms"
                  hint="For old servers only: weaker signatures (SHA‑1) and a slow key exchange."
                  checked={draft.legacyAlgorithms}
                  onChange={(legacyAlgorithms) => form.change({ legacyAlgorithms })}
                />
                {/* Where a Host is followed, that says it (ForwardAgent). */}
                {!draft.followedHost && (
                  <CheckField
                    label="Forward the SSH agent"
                    hint="Lets programs on the server log in elsewhere with the keys of your agent while the tunnel is open. So can everyone who administers that server. Leave it off unless you trust them with your keys."
                    checked={draft.forwardsAgent}
                    onChange={(forwardsAgent) => form.change({ forwardsAgent })}
                  />
                )}
                <CheckField
                  label="Look at the server"
                  hint="Runs a short program there that lists what listens, and so who can reach a remote forward. Without it that stays unknown. A second hop that you agreed to runs either way."
                  checked={draft.looksAtServer}
                  onChange={(looksAtServer) => form.change({ looksAtServer })}
                />
                <SshCommand draft={draft} />
              </>
            )}
            {saved && <ForgetSecrets profile={saved} />}
            {!saved && <PracticeOffer />}
          </aside>
        </div>
      </div>
      {form.exposed !== null && (
        <ExposureDialog
          forwards={form.exposed.forwards}
          server={form.exposed.server}
          serverHost={draft.practice ? 'the practice server' : draft.host.trim()}
          onCancel={form.cancelExposure}
          onContinue={form.confirmExposure}
        />
      )}
    </form>
  );
}

/** The element that has the focus when the form opens: the first field of a new one, the heading of a saved one. */
function useFirstFocus(): (element: HTMLElement | null) => void {
  const element = useRef<HTMLElement>(null);
  // After the layout effects, in which a dialog that closes gives the focus back.
  useEffect(() => element.current?.focus(), []);
  return useCallback((mounted) => {
    element.current = mounted;
  }, []);
}

/** Escape leaves a form in which nothing would be lost, unless a dialog in front of it is meant. */
function useEscape(hasEdits: boolean, cancel: () => void): void {
  useEffect(() => {
    if (hasEdits) return;
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key !== 'Escape' || event.defaultPrevented || event.isComposing) return;
      if (!document.querySelector('dialog[open]')) cancel();
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  });
}

/** The server, the login and the way there, or where they are taken from. */
function Reached({ form }: { readonly form: FormFields }) {
  const { draft } = form;
  const part = useFocusKept(draft.followedHost !== undefined);
  if (draft.practice) return <PracticeServer draft={draft} />;
  return (
    <div ref={part} className={styles.reached}>
      {draft.followedHost ? (
        <FollowedHost {...form} followed={draft.followedHost} />
      ) : (
        <>
          <ServerFields {...form} />
          <WayFields {...form} />
          <HostKeysFields {...form} />
        </>
      )}
    </div>
  );
}

/** Says beside the server what else changes with it: the second hops stand further down. */
function HopsLeftBehind({
  draft,
  saved,
}: {
  readonly draft: ProfileDraft;
  readonly saved: Profile | undefined;
}) {
  const words = hopsLeftBehind(draft, saved);
  if (words === null) return null;
  return (
    <p role="status" className={styles.rival}>
      {words}
    </p>
  );
}

function Gone() {
  return (
    <div className={styles.gone}>
      <p>This tunnel has been deleted.</p>
      <Button onClick={() => goTo({ name: 'tunnels' })}>
        <ArrowLeft aria-hidden="true" />
        Back to the tunnels
      </Button>
    </div>
  );
}
