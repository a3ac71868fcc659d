import { X } from 'lucide-react';
import { assertNever } from '#shared/assert-never.ts';
import type { Connection } from '#shared/connection.ts';
import type { ServerHalf } from '#shared/connection-halves.ts';
import { halfHere } from '#shared/connection-text.ts';
import { connectionSentence } from '#shared/connection-words.ts';
import { formatEndpoint } from '#shared/endpoint.ts';
import type { HopClient } from '#shared/hop-client.ts';
import type { NetstatRow } from '#shared/netstat-row.ts';
import type { Forward } from '#shared/profile.ts';
import { IconButton } from '../design/Button.tsx';
import { useClock } from '../store/clock.ts';
import styles from './explanation.module.css';

interface ExplanationProps {
  readonly connection: Connection;
  readonly kind: Forward['kind'];
  /** Null where no second hop can stand between. */
  readonly hopClient: HopClient | null;
  /** Null where the server was not looked at. */
  readonly serverHalf: ServerHalf | null;
  onClose(): void;
}

/** One connection in a sentence, with both halves of it as netstat shows them on the two computers. */
export function Explanation({ connection, kind, hopClient, serverHalf, onClose }: ExplanationProps) {
  const sentence = useClock((now) => connectionSentence(connection, kind, hopClient, now));
  const here = halfHere({ connection, kind });
  return (
    <section aria-label="Explanation" className={styles.explanation}>
      <div className={styles.head}>
        <p>{sentence}</p>
        <IconButton label="Close the explanation" onClick={onClose}>
          <X aria-hidden="true" />
        </IconButton>
      </div>
      <dl>
        <div>
          <dt>On this computer</dt>
          <dd>{here ? <HalfHere {...here} /> : 'No TCP connection yet.'}</dd>
        </div>
        {serverHalf && (
          <div>
            <dt>On the server</dt>
            <dd>
              <HalfThere half={serverHalf} />
            </dd>
          </div>
        )}
      </dl>
    </section>
  );
}

function HalfHere({ protocol, local, foreign, state, process }: NetstatRow) {
  return (
    <code>
      {protocol} {formatEndpoint(local)} → {foreign && formatEndpoint(foreign)} <b>{state}</b>
      {process && ` ${process.pid}/${process.name}`}
    </code>
  );
}

function HalfThere({ half }: { readonly half: ServerHalf }) {
  switch (half.kind) {
    case 'seen':
      return (
        <code>
          {formatEndpoint(half.socket.local)} → {formatEndpoint(half.socket.remote)} <b>ESTABLISHED</b>
        </code>
      );
    case 'among':
      return half.sockets === 1
        ? 'One connection to the target is established there; of which of yours it is a part, SSH does not tell.'
        : `One of ${half.sockets} that are established to the target there; which one, SSH does not tell.`;
    case 'notSeen':
      return 'Nothing of it is established there.';
    default:
      return assertNever(half);
  }
}
