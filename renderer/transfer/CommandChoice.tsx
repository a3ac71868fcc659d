import type { Profile } from '#shared/profile.ts';
import { TunnelCheckbox } from './TunnelCheckbox.tsx';
import styles from './transfer.module.css';

interface CommandChoiceProps {
  readonly profile: Profile;
  readonly isIncluded: boolean;
  onChange(isIncluded: boolean): void;
}

/** Shows the command that a tunnel connects through, which can hold a password, and asks whether it is to be exported. */
export function CommandChoice({ profile: { name, proxy }, isIncluded, onChange }: CommandChoiceProps) {
  if (proxy?.kind !== 'command') return null;
  return (
    <div className={styles.words}>
      <p>
        It connects through a command: <code className={styles.path}>{proxy.command}</code>
      </p>
      <TunnelCheckbox label={`Include the command of ${name}`} isChosen={isIncluded} onChange={onChange} />
      <p className={styles.beside}>
        {isIncluded
          ? 'The file will contain this command to the letter, with any password that stands in it.'
          : 'It is left out of the file, since a password can stand in a command.'}
      </p>
    </div>
  );
}
