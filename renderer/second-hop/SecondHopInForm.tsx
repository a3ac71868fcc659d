import { Button } from '../design/Button.tsx';
import type { HopInForm } from '../profiles/hop-in-form.ts';
import styles from './second-hop.module.css';

interface SecondHopInFormProps {
  readonly hop: HopInForm;
  /** The user takes the yes back, with the saving of the form. */
  readonly isFilledIn: boolean;
  onFillIn(isFilledIn: boolean): void;
}

/** The second hop that was agreed to, in the form of its forward: what it is, and what the edits do to it. */
export function SecondHopInForm({ hop, isFilledIn, onFillIn }: SecondHopInFormProps) {
  const { rule, agreed, trouble } = hop;
  return (
    <div className={styles.line}>
      <p className={styles.state}>
        <span>
          Second hop{' '}
          <code>
            {agreed && `${agreed.host} `}*:{rule.port}
          </code>
        </span>
      </p>
      <div className={styles.buttons}>
        <Button onClick={() => onFillIn(!isFilledIn)}>
          {isFilledIn ? 'Keep the hop' : 'Fill the hop in'}
        </Button>
      </div>
      <p role="status" className={styles.note}>
        {isFilledIn
          ? 'It is filled in once this is saved, and your yes is taken back.'
          : (trouble ?? yes(hop))}
      </p>
    </div>
  );
}

function yes({ rule, agreed }: HopInForm): string {
  return `You agreed that ${rule.tool} runs there as ${agreed?.user}, while this tunnel is open, and lets others in to this forward.`;
}
