import { formatEndpoint } from '#shared/endpoint.ts';
import { asciiHost } from '../ascii-host.ts';
import { Button } from '../design/Button.tsx';
import { Dialog, DialogButtons } from '../design/Dialog.tsx';
import type { PromptDialogProps } from './Askings.tsx';
import { KeyPicture } from './KeyPicture.tsx';
import styles from './prompts.module.css';
import { useAnswer } from './use-answer.ts';

/** A server that was never seen before: trust its key or not. */
export function UnknownHostKeyDialog({ tunnelId, prompt, above }: PromptDialogProps<'unknownHostKey'>) {
  const { isSent, answer } = useAnswer(tunnelId, prompt.id);
  const {
    keyType,
    fingerprint,
    randomart,
    otherKnownTypes,
    knownHostsFile,
    alias,
    authorities = [],
  } = prompt;
  const ascii = asciiHost(prompt.host);
  const cancel = () => answer({ kind: 'cancel' });
  return (
    <Dialog title="Unknown host key" above={above} tone="ask" wide onCancel={cancel}>
      <p>
        No key is known yet of <strong className={styles.host}>{formatEndpoint(prompt)}</strong>. Compare this
        key with the one its owner gave you. If they differ, somebody may be in between.
      </p>
      <div className={styles.key}>
        <dl className={styles.whole}>
          <dt>Fingerprint</dt>
          <dd className={styles.fingerprint}>{fingerprint}</dd>
        </dl>
        <dl className={styles.facts}>
          <dt>Key type</dt>
          <dd>{keyType}</dd>
          <dt>Server</dt>
          <dd>{formatEndpoint(prompt)}</dd>
          {ascii !== null && (
            <>
              <dt>In ASCII, as it is looked up</dt>
              <dd>{ascii}</dd>
            </>
          )}
          {alias && (
            <>
              <dt>Looked up as</dt>
              <dd>{alias}</dd>
            </>
          )}
        </dl>
        <KeyPicture randomart={randomart} label="The key as a picture, as ssh draws it" />
      </div>
      {otherKnownTypes.length > 0 && (
        <p className={styles.caution}>
          You already know this host by a key of another type ({otherKnownTypes.join(', ')}). Ask its
          administrator why it now shows this one.
        </p>
      )}
      {authorities[0] && (
        <p className={styles.caution}>
          This server may prove itself by a certificate ({authorities[0].file}, line {authorities[0].line}),
          which Culvert cannot check. Compare the fingerprint.
        </p>
      )}
      <p className={styles.small}>
        {knownHostsFile === null
          ? 'This profile writes no list of known hosts: a key you trust is trusted until Culvert closes.'
          : `A key you trust is added to ${knownHostsFile}.`}
      </p>
      <DialogButtons>
        <Button onClick={cancel} disabled={isSent}>
          Cancel
        </Button>
        <Button look="primary" onClick={() => answer({ kind: 'trust' })} disabled={isSent}>
          Trust and connect
        </Button>
      </DialogButtons>
    </Dialog>
  );
}
