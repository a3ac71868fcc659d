import { useEffect, useState } from 'react';
import type { LineInTheWay } from '#shared/changed-key.ts';
import { api } from '../api.ts';
import type { HostKeyChanged } from '../store/askings.ts';
import { KeyPicture } from './KeyPicture.tsx';
import { lastSeenWords } from './last-seen-words.ts';
import styles from './prompts.module.css';

/** The keys that were trusted and the one that is shown now, each with its fingerprint and its picture. */
export function KeysCompared({ error }: { readonly error: HostKeyChanged }) {
  return (
    <div className={styles.compare}>
      {error.known.map((known) => (
        <TrustedKey key={`${known.file}:${known.line}`} known={known} knownAs={error.knownAs} />
      ))}
      <section className={styles.changed} aria-label="The key that the server shows now">
        <dl>
          <dt>The server shows now ({error.keyType})</dt>
          <dd className={styles.fingerprint}>{error.fingerprint}</dd>
        </dl>
        <KeyPicture randomart={error.randomart} label="The new key as a picture" />
      </section>
    </div>
  );
}

function TrustedKey({ known, knownAs }: { readonly known: LineInTheWay; readonly knownAs: string }) {
  const lastSeen = useLastProved(knownAs, known.fingerprint);
  return (
    <section aria-label={`The key that you trusted, line ${known.line}`}>
      <dl>
        <dt>You trusted ({known.keyType})</dt>
        <dd className={styles.fingerprint}>{known.fingerprint}</dd>
        <dd className={styles.small}>
          {known.file}, line {known.line}
        </dd>
        {lastSeen !== undefined && <dd className={styles.small}>{lastSeenWords(lastSeen)}</dd>}
      </dl>
      <KeyPicture randomart={known.randomart} label="The trusted key as a picture" />
    </section>
  );
}

/** When Culvert last saw the server prove this key; null: not known, undefined: not answered yet. */
function useLastProved(knownAs: string, fingerprint: string): number | null | undefined {
  const [at, setAt] = useState<number | null>();
  useEffect(() => {
    let isHere = true;
    void api.call('hostKeys.lastProved', { knownAs, fingerprint }).then((reply) => {
      if (isHere) setAt(reply.ok ? reply.value.at : null);
    });
    return () => {
      isHere = false;
    };
  }, [knownAs, fingerprint]);
  return at;
}
