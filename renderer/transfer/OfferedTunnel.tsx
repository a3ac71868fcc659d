import { TriangleAlert } from 'lucide-react';
import { useId } from 'react';
import type { Offered, Twin } from '#shared/transfer/import-offer.ts';
import { ForwardLine } from './ForwardLine.tsx';
import type { Wish } from './import-choices.ts';
import { importWords } from './import-words.ts';
import { TunnelCheckbox } from './TunnelCheckbox.tsx';
import styles from './transfer.module.css';

interface GoodTunnelProps {
  readonly tunnel: Extract<Offered, { kind: 'good' }>;
  readonly wish: Wish;
  onWish(wish: Wish): void;
}

/** One tunnel of a file: what it would do, and what is to become of it. */
export function GoodTunnel({ tunnel, wish, onWish }: GoodTunnelProps) {
  const { profile, twin, leftOut, lacksCommand } = tunnel;
  const { login, way, forwards } = importWords(profile);
  return (
    <>
      {twin === null ? (
        <TunnelCheckbox
          label={profile.name}
          isChosen={wish === 'new'}
          onChange={(isChosen) => onWish(isChosen ? 'new' : 'leaveOut')}
        />
      ) : (
        <TwinChoice name={profile.name} twin={twin} wish={wish} onWish={onWish} />
      )}
      <div className={styles.words}>
        <p>{login}</p>
        {way.map((words) => (
          <p key={words}>{words}</p>
        ))}
        {lacksCommand && (
          <p>
            It connected through a command, which is not in the file. Imported, it connects directly until you
            enter one.
          </p>
        )}
        <ul aria-label={`Forwards of ${profile.name}`}>
          {forwards.map((forward, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a file's forwards never change, and may be alike
            <ForwardLine key={index} forward={forward} />
          ))}
        </ul>
        {leftOut.length > 0 && <p className={styles.leftOut}>Not taken over: {leftOut.join(', ')}.</p>}
      </div>
    </>
  );
}

interface TwinChoiceProps extends Omit<GoodTunnelProps, 'tunnel'> {
  readonly name: string;
  readonly twin: Twin;
}

/** What becomes of a tunnel that is here already. */
function TwinChoice({ name, twin, wish, onWish }: TwinChoiceProps) {
  const id = useId();
  return (
    <div className={styles.twin}>
      <p className={styles.name}>{name}</p>
      <label htmlFor={id}>
        {twin.name === name ? 'It is here already:' : `It is here already, as “${twin.name}”:`}
      </label>
      <select
        id={id}
        aria-label={`What becomes of ${name}`}
        value={wish}
        onChange={(event) => onWish(event.target.value as Wish)}
      >
        <option value="leaveOut">Leave mine as it is</option>
        <option value="new">Add as a copy</option>
        <option value="replacement" disabled={twin.isOn}>
          {twin.isOn ? 'Replace mine (stop it first)' : 'Replace mine'}
        </option>
      </select>
    </div>
  );
}

/** One tunnel of a file that cannot be imported, and why. */
export function BadTunnel({ tunnel }: { readonly tunnel: Extract<Offered, { kind: 'bad' }> }) {
  return (
    <div className={styles.bad}>
      <TriangleAlert aria-hidden="true" />
      <p>
        <strong>{tunnel.name ?? `Tunnel ${tunnel.number}`}</strong> cannot be imported. {tunnel.problem}
      </p>
    </div>
  );
}
