import { Plus } from 'lucide-react';
import { useRef } from 'react';
import { Button } from '../design/Button.tsx';
import { useAppStore } from '../store/app-store.ts';
import { addWithFocus } from './add-with-focus.ts';
import { type ForwardDraft, newForwardDraft } from './draft.ts';
import { ForwardFields } from './ForwardFields.tsx';
import type { FormFields } from './form-fields.ts';
import { hopInForm } from './hop-in-form.ts';
import styles from './profile-form.module.css';
import { rivalOf } from './rival.ts';

/** All forwards of the draft, and the button for one more. */
export function ForwardsFields({ draft, change, errorOf, touch }: FormFields) {
  const { forwards } = draft;
  const addButton = useRef<HTMLButtonElement>(null);
  const changeOne = (index: number, part: Partial<ForwardDraft>) =>
    change({ forwards: forwards.map((each, i) => (i === index ? { ...each, ...part } : each)) });
  const profiles = useAppStore((state) => state.profiles);
  const saved = profiles[draft.id];
  const problem = errorOf('forwards');
  return (
    <>
      {forwards.map((forward, index) => (
        <ForwardFields
          key={forward.id}
          forward={forward}
          index={index}
          serverHost={draft.practice ? 'practice server' : draft.host}
          hop={hopInForm(draft, forward, saved)}
          rival={rivalOf(forward, Object.values(profiles), draft.id)}
          canRemove={forwards.length > 1}
          fields={{ errorOf, touch }}
          change={(part) => changeOne(index, part)}
          onRemove={() => {
            addButton.current?.focus();
            change({ forwards: forwards.filter((_, i) => i !== index) });
          }}
        />
      ))}
      {problem !== undefined && <p role="alert">{problem}</p>}
      <Button
        ref={addButton}
        className={styles.add}
        onClick={({ currentTarget }) =>
          addWithFocus(currentTarget, () =>
            change({ forwards: [...forwards, newForwardDraft(crypto.randomUUID())] }),
          )
        }
      >
        <Plus aria-hidden="true" />
        Add forward
      </Button>
    </>
  );
}
