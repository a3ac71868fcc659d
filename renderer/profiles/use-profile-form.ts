import { type RefObject, useEffect, useState } from 'react';
import { flushSync } from 'react-dom';
import type { Forward, Profile } from '#shared/profile.ts';
import { api } from '../api.ts';
import { useProfile } from '../store/app-store.ts';
import { isSameData } from '../store/same-data.ts';
import { leaveFor, setUnsavedEdits } from '../store/view-store.ts';
import { type ProfileDraft, withPresentConsent } from './draft.ts';
import { type ExposureAnswer, withAgreement } from './exposure-agreement.ts';
import type { FormFields } from './form-fields.ts';
import { type FieldErrors, readDraft, unconfirmedForwards } from './read-draft.ts';

/** The life of a form from the first letter to the saved profile. */
export interface ProfileFormState extends FormFields {
  /** Something differs from what the form began with. */
  readonly hasEdits: boolean;
  readonly isSaving: boolean;
  /** Why the profile was not saved, where it is not about one field. */
  readonly problem: string | null;
  /** The forwards that others could reach, and the server, while the user is asked about them. */
  readonly exposed: { readonly forwards: readonly Forward[]; readonly server: Profile['server'] } | null;
  save(): void;
  confirmExposure(answer: ExposureAnswer): void;
  cancelExposure(): void;
  /** Says these errors now and leads the user to the first. */
  showErrors(errors: FieldErrors): void;
}

const NONE: FieldErrors = new Map();

/** Holds a draft, says what is wrong with it when it is time to, and saves it when nothing is. */
export function useProfileForm(
  element: RefObject<HTMLFormElement | null>,
  makeDraft: () => ProfileDraft,
): ProfileFormState {
  const [initial] = useState(makeDraft);
  const [draft, setDraft] = useState(initial);
  const [touched, setTouched] = useState<ReadonlySet<string>>(new Set());
  const [showsAll, setShowsAll] = useState(false);
  const [fromApp, setFromApp] = useState(NONE);
  const [problem, setProblem] = useState<string | null>(null);
  const [isSaving, setSaving] = useState(false);
  const [toConfirm, setToConfirm] = useState<Profile | null>(null);

  const saved = useProfile(initial.id);
  const reading = readDraft(withPresentConsent(draft, saved));
  const errors = reading.ok ? NONE : reading.errors;
  const hasEdits = !isSameData(draft, initial);
  useEffect(() => {
    setUnsavedEdits(hasEdits);
    return () => setUnsavedEdits(false);
  }, [hasEdits]);

  const errorOf = (path: string) =>
    fromApp.get(path) ?? (showsAll || touched.has(path) ? errors.get(path) : undefined);

  const leadToFirstError = () =>
    element.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();

  const send = async (profile: Profile) => {
    setSaving(true);
    const reply = await api.call('profiles.save', { profile });
    setSaving(false);
    if (reply.ok) {
      leaveFor({ name: 'tunnels', focusOn: profile.id });
      return;
    }
    const { message, fields = [] } = reply.error;
    flushSync(() => {
      setFromApp(new Map(fields.map((field) => [field.path.replace(/^profile\./, ''), field.message])));
      setProblem(message);
    });
    leadToFirstError();
  };

  return {
    draft,
    hasEdits,
    isSaving,
    problem,
    exposed: toConfirm && {
      forwards: unconfirmedForwards(toConfirm, Date.now()),
      server: toConfirm.server,
    },
    errorOf,
    change(part) {
      setDraft((current) => ({ ...current, ...part }));
      setFromApp(NONE);
      setProblem(null);
    },
    touch: (path) => setTouched((current) => new Set(current).add(path)),
    showErrors(found) {
      flushSync(() => setTouched((current) => new Set([...current, ...found.keys()])));
      leadToFirstError();
    },
    save() {
      if (isSaving) return;
      if (!reading.ok) {
        flushSync(() => setShowsAll(true));
        leadToFirstError();
      } else if (unconfirmedForwards(reading.profile, Date.now()).length > 0) {
        setToConfirm(reading.profile);
      } else {
        void send(reading.profile);
      }
    },
    confirmExposure(answer) {
      if (!toConfirm) return;
      setToConfirm(null);
      void send(withAgreement(toConfirm, unconfirmedForwards(toConfirm, Date.now()), answer, Date.now()));
    },
    cancelExposure: () => setToConfirm(null),
  };
}
