import { formatHost } from '#shared/endpoint.ts';
import type { FollowedHost as Followed } from '#shared/followed-host.ts';
import { keyUseWords } from '#shared/login-words.ts';
import { Button } from '../design/Button.tsx';
import { useAppStore } from '../store/app-store.ts';
import type { ProfileDraft } from './draft.ts';
import type { FormFields } from './form-fields.ts';
import { HostConcerns } from './HostConcerns.tsx';
import styles from './host-choice.module.css';
import { draftOfWay } from './host-draft.ts';
import { METHOD_WORDS } from './method-words.ts';
import { useConfigHost } from './use-config-host.ts';
import { wayWords } from './way-words.ts';

interface FollowedHostProps extends FormFields {
  readonly followed: Followed;
}

function followedLoginWords({ method, keyFile, moreKeyFiles, keyUse, forwardsAgent }: ProfileDraft): string {
  const keys = method === 'keyFile' ? [keyFile, ...moreKeyFiles] : [METHOD_WORDS[method]];
  const use = method === 'keyFile' || method === 'automatic' ? keyUseWords(keyUse) : [];
  return [...keys, ...use, ...(forwardsAgent ? ['lends the server your agent'] : [])].join(', ');
}

const newId = () => crypto.randomUUID();

/** What the saved profile has of its Host, as text: main changes it when the files change. */
function useSavedWay(profileId: string): string {
  return useAppStore(({ profiles }) => {
    const profile = profiles[profileId];
    if (profile === undefined) return '';
    const { name: _name, forwards: _forwards, ...way } = profile;
    return JSON.stringify(way);
  });
}

/** In place of the fields for server, login and way: what the followed Host says of them now, and the way out. */
export function FollowedHost({ followed, draft, change }: FollowedHostProps) {
  const { host, allowedCommands } = followed;
  const reading = useConfigHost(host, allowedCommands, useSavedWay(draft.id));
  const said = reading?.kind === 'read' ? { ...draft, ...draftOfWay(reading.found.way, newId) } : draft;
  const port = said.port === '22' ? '' : `:${said.port}`;
  return (
    <>
      <div className={styles.followed}>
        <p>
          <strong>Follows Host {host}</strong> of your SSH configuration, which says:
        </p>
        <dl>
          <dt>Server</dt>
          <dd>{`${said.user}@${port === '' ? said.host : formatHost(said.host)}${port}`}</dd>
          <dt>Log in with</dt>
          <dd>{followedLoginWords(said)}</dd>
          <dt>Way there</dt>
          <dd>{wayWords(said.way)}</dd>
        </dl>
        <Button onClick={() => change({ followedHost: undefined })}>Stop following</Button>
      </div>
      {reading?.kind === 'failed' && (
        <p role="alert" className={styles.failed}>
          {`${reading.message} The tunnel keeps what the Host said last.`}
        </p>
      )}
      {reading?.kind === 'read' && (
        <HostConcerns
          lead={{ none: 'All of it is done.', some: 'All of it is done, but for this:' }}
          concerns={reading.found.concerns}
          onAllow={(command) =>
            change({ followedHost: { host, allowedCommands: [...allowedCommands, command] } })
          }
        />
      )}
    </>
  );
}
