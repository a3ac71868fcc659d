import { Trash2 } from 'lucide-react';
import { readHost } from '#shared/endpoint.ts';
import { isExposed } from '#shared/exposure.ts';
import type { ForwardKind } from '#shared/profile.ts';
import { Button } from '../design/Button.tsx';
import { SecondHopInForm } from '../second-hop/SecondHopInForm.tsx';
import { PathPicture } from '../tunnels/PathPicture.tsx';
import type { ForwardDraft } from './draft.ts';
import { draftPath } from './draft-path.ts';
import type { FormFields } from './form-fields.ts';
import type { HopInForm } from './hop-in-form.ts';
import styles from './profile-form.module.css';
import { SourcesField } from './SourcesField.tsx';
import { SelectField, TextField } from './TextField.tsx';

interface ForwardFieldsProps {
  readonly forward: ForwardDraft;
  /** Its place in the profile, from 0. */
  readonly index: number;
  readonly serverHost: string;
  readonly canRemove: boolean;
  /** The name of another tunnel that wants the same port of this computer. */
  readonly rival: string | undefined;
  readonly hop: HopInForm | null;
  readonly fields: Pick<FormFields, 'errorOf' | 'touch'>;
  change(part: Partial<ForwardDraft>): void;
  onRemove(): void;
}

/** One forward in the form, with the picture of what it will do. */
export function ForwardFields(props: ForwardFieldsProps) {
  const { forward, index, serverHost, canRemove, rival, hop, fields, change, onRemove } = props;
  const path = (name: string) => `forwards.${index}.${name}`;
  const bind = (name: string) => ({
    error: fields.errorOf(path(name)),
    onBlur: () => fields.touch(path(name)),
  });
  const isRemote = forward.kind === 'remote';
  return (
    <fieldset className={styles.forward}>
      <legend className={styles.legend}>Forward {index + 1}</legend>
      {canRemove && (
        <Button className={styles.remove} onClick={onRemove}>
          <Trash2 aria-hidden="true" />
          Remove<span className="visually-hidden"> forward {index + 1}</span>
        </Button>
      )}
      <div className={styles.kindRow}>
        <SelectField
          label="Kind"
          value={forward.kind}
          options={KINDS}
          hint={KIND_HINTS[forward.kind]}
          onChange={(kind) => change({ kind })}
        />
        <TextField
          label="Label (optional)"
          value={forward.name}
          placeholder="Mail"
          onChange={(name) => change({ name })}
          {...bind('name')}
        />
      </div>
      <div className={styles.pairs}>
        <div className={styles.pair}>
          <TextField
            label="Bind address"
            value={forward.bindAddress}
            onChange={(bindAddress) => change({ bindAddress })}
            {...bind('bind.address')}
          />
          <TextField
            label="Bind port"
            isPort
            value={forward.bindPort}
            placeholder={isRemote ? '0 = any' : undefined}
            onChange={(bindPort) => change({ bindPort })}
            {...bind('bind.port')}
          />
        </div>
        {forward.kind !== 'dynamic' && (
          <div className={styles.pair}>
            <TextField
              label="Target host"
              value={forward.targetHost}
              placeholder={isRemote ? 'localhost' : 'imap.example.org'}
              onChange={(targetHost) => change({ targetHost })}
              {...bind('target.host')}
            />
            <TextField
              label="Target port"
              isPort
              value={forward.targetPort}
              onChange={(targetPort) => change({ targetPort })}
              {...bind('target.port')}
            />
          </div>
        )}
      </div>
      {rival !== undefined && (
        <p role="status" className={styles.rival}>
          “{rival}” listens on this port too: only one of the two can have it at a time.
        </p>
      )}
      {isExposed(readHost(forward.bindAddress)) && (
        <SourcesField
          value={forward.allowFrom}
          isRemote={isRemote}
          bindAddress={readHost(forward.bindAddress)}
          onChange={(allowFrom) => change({ allowFrom })}
          {...bind('allowFrom')}
        />
      )}
      {hop && (
        <SecondHopInForm
          hop={hop}
          isFilledIn={forward.fillsHopIn}
          onFillIn={(fillsHopIn) => change({ fillsHopIn })}
        />
      )}
      <div className={styles.picture}>
        <PathPicture path={draftPath(forward, serverHost)} dig={forward.enabled ? 'open' : 'closed'} />
      </div>
    </fieldset>
  );
}

const KINDS = [
  ['local', 'Local'],
  ['remote', 'Remote'],
  ['dynamic', 'Dynamic (SOCKS)'],
] as const satisfies readonly (readonly [ForwardKind, string])[];

const KIND_HINTS: Readonly<Record<ForwardKind, string>> = {
  local: 'In here, out beyond the server.',
  remote: 'In at the server, out from here.',
  dynamic: 'In here, out wherever a program asks.',
};
