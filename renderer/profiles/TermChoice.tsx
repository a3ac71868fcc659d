import { useId } from 'react';
import type { ExposureTerm } from '#shared/exposure-lease.ts';
import styles from './term-choice.module.css';

interface TermChoiceProps {
  readonly value: ExposureTerm;
  onChange(term: ExposureTerm): void;
}

/** For how long a forward is opened to others. */
export function TermChoice({ value, onChange }: TermChoiceProps) {
  const id = useId();
  return (
    <fieldset className={styles.group}>
      <legend>For how long</legend>
      {TERMS.map(([term, label, hint]) => (
        <div key={term} className={styles.choice}>
          <input
            id={`${id}-${term}`}
            type="radio"
            name={id}
            checked={value === term}
            aria-describedby={`${id}-${term}-hint`}
            onChange={() => onChange(term)}
          />
          <div>
            <label htmlFor={`${id}-${term}`}>{label}</label>
            <p id={`${id}-${term}-hint`} className={styles.hint}>
              {hint}
            </p>
          </div>
        </div>
      ))}
    </fieldset>
  );
}

const TERMS = [
  ['hour', 'For one hour', 'Then it closes by itself, and connections through it end.'],
  ['today', 'Until midnight', 'Then it closes by itself, and connections through it end.'],
  [
    'untilStopped',
    'Until I stop it',
    'Stop, or the forward’s switch, closes it. A restart of Culvert does not.',
  ],
  ['always', 'Always', 'Whenever this tunnel runs, without asking again.'],
] as const satisfies readonly (readonly [ExposureTerm, string, string])[];
