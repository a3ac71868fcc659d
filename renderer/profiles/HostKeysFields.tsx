import { Fold } from '../design/Fold.tsx';
import type { FormFields } from './form-fields.ts';
import type { HostKeysDraft } from './host-keys-draft.ts';
import styles from './host-keys-fields.module.css';
import { SelectField, TextField } from './TextField.tsx';

/** How the server's key is looked for. Folded away: few people need it, and nothing is lost while it is closed. */
export function HostKeysFields({ draft, change, errorOf, touch }: FormFields) {
  const { hostKeys } = draft;
  const set = (part: Partial<HostKeysDraft>) => change({ hostKeys: { ...hostKeys, ...part } });
  const aliasError = errorOf('hostKeys.alias');
  return (
    <Fold
      title="Host keys"
      detail={DETAILS[hostKeys.checking]}
      isOpenAtFirst={isUnusual(hostKeys)}
      isHeldOpen={aliasError !== undefined}
    >
      <div className={styles.fields}>
        <SelectField
          label="Unknown host keys"
          value={hostKeys.checking}
          options={CHECKING}
          hint={HINTS[hostKeys.checking]}
          onChange={(checking) => set({ checking })}
        />
        <TextField
          label="Host key alias (optional)"
          value={hostKeys.alias}
          error={aliasError}
          hint="The name to look the key up under, in place of the server’s."
          onChange={(alias) => set({ alias })}
          onBlur={() => touch('hostKeys.alias')}
        />
      </div>
      {filesOf(hostKeys).length > 0 && (
        <p className={styles.files}>
          Lists of known hosts, set in the file of the profiles and kept as they are:{' '}
          {filesOf(hostKeys).join(', ')}
        </p>
      )}
    </Fold>
  );
}

const CHECKING = [
  ['ask', 'Ask me'],
  ['yes', 'Refuse them'],
  ['accept-new', 'Accept and remember'],
] as const satisfies readonly (readonly [HostKeysDraft['checking'], string])[];

const DETAILS: Readonly<Record<HostKeysDraft['checking'], string>> = {
  ask: 'unknown ones are asked about',
  yes: 'unknown ones are refused',
  'accept-new': 'unknown ones are accepted',
};

const HINTS: Readonly<Record<HostKeysDraft['checking'], string>> = {
  ask: 'Shows the fingerprint of a key never seen before, and asks.',
  yes: 'Connects only to a server whose key is known already.',
  'accept-new': 'Trusts whoever answers first. A changed key is still refused.',
};

function isUnusual(hostKeys: HostKeysDraft): boolean {
  return hostKeys.alias !== '' || hostKeys.checking !== 'ask' || filesOf(hostKeys).length > 0;
}

function filesOf({ files }: HostKeysDraft): readonly string[] {
  return [...(files.userFiles ?? []), ...(files.globalFiles ?? [])];
}
