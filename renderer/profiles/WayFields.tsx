import { Plus, Trash2 } from 'lucide-react';
import { useRef } from 'react';
import { keyUseWords } from '#shared/login-words.ts';
import { Button } from '../design/Button.tsx';
import { Fold } from '../design/Fold.tsx';
import { addWithFocus } from './add-with-focus.ts';
import { ChooseKeyFile } from './ChooseKeyFile.tsx';
import type { FormFields } from './form-fields.ts';
import { METHOD_OPTIONS } from './method-words.ts';
import styles from './profile-form.module.css';
import { SelectField, TextField } from './TextField.tsx';
import { type JumpDraft, newJumpDraft, type ProxyDraft, type WayDraft } from './way-draft.ts';
import { wayWords } from './way-words.ts';

/** How the server is reached: a proxy or a program for the first step, and the jump hosts on the way. Folded while it is direct. */
export function WayFields({ draft, change, errorOf, touch }: FormFields) {
  const { way } = draft;
  const addButton = useRef<HTMLButtonElement>(null);
  // What is wrong must be seen.
  const isWrong = pathsOf(way).some((path) => errorOf(path) !== undefined);
  const changeWay = (part: Partial<WayDraft>) => change({ way: { ...way, ...part } });
  const changeJump = (index: number, part: Partial<JumpDraft>) =>
    changeWay({ jumpHosts: way.jumpHosts.map((each, i) => (i === index ? { ...each, ...part } : each)) });
  const problem = errorOf('jumpHosts');
  return (
    <Fold
      title="Way to the server"
      detail={wayWords(way)}
      isOpenAtFirst={way.jumpHosts.length > 0 || way.proxy.kind !== 'none'}
      isHeldOpen={isWrong}
    >
      <ProxyFields
        proxy={way.proxy}
        change={(part) => changeWay({ proxy: { ...way.proxy, ...part } })}
        errorOf={errorOf}
        touch={touch}
      />
      {way.jumpHosts.map((jump, index) => (
        <JumpFields
          key={jump.id}
          jump={jump}
          index={index}
          fields={{ errorOf, touch }}
          change={(part) => changeJump(index, part)}
          onRemove={() => {
            addButton.current?.focus();
            changeWay({ jumpHosts: way.jumpHosts.filter((_, i) => i !== index) });
          }}
        />
      ))}
      {problem !== undefined && <p role="alert">{problem}</p>}
      <Button
        ref={addButton}
        className={styles.add}
        onClick={({ currentTarget }) =>
          addWithFocus(currentTarget, () =>
            changeWay({ jumpHosts: [...way.jumpHosts, newJumpDraft(crypto.randomUUID(), draft.user)] }),
          )
        }
      >
        <Plus aria-hidden="true" />
        Add jump host
      </Button>
    </Fold>
  );
}

function pathsOf({ jumpHosts }: WayDraft): readonly string[] {
  const fields = ['server.host', 'server.port', 'server.user', 'login.keyFile'];
  const ofJumps = jumpHosts.flatMap((_, index) => fields.map((field) => `jumpHosts.${index}.${field}`));
  return [...['host', 'port', 'user', 'command'].map((field) => `proxy.${field}`), 'jumpHosts', ...ofJumps];
}

type Fields = Pick<FormFields, 'errorOf' | 'touch'>;

interface JumpFieldsProps {
  readonly jump: JumpDraft;
  /** Its place on the way, from 0. */
  readonly index: number;
  readonly fields: Fields;
  change(part: Partial<JumpDraft>): void;
  onRemove(): void;
}

function JumpFields({ jump, index, fields, change, onRemove }: JumpFieldsProps) {
  const bind = (name: string) => {
    const path = `jumpHosts.${index}.${name}`;
    return { error: fields.errorOf(path), onBlur: () => fields.touch(path) };
  };
  const name = `jump host ${index + 1}`;
  const kept = keptKeyWords(jump);
  return (
    <fieldset className={styles.jump}>
      <legend className={styles.legend}>Jump host {index + 1}</legend>
      <Button className={styles.remove} onClick={onRemove}>
        <Trash2 aria-hidden="true" />
        Remove<span className="visually-hidden"> {name}</span>
      </Button>
      <div className={styles.serverRow}>
        <TextField
          label="Jump host"
          value={jump.host}
          placeholder="gate.example.org"
          onChange={(host) => change({ host })}
          {...bind('server.host')}
        />
        <TextField
          label="Its port"
          isPort
          value={jump.port}
          onChange={(port) => change({ port })}
          {...bind('server.port')}
        />
        <TextField
          label="User on it"
          value={jump.user}
          onChange={(user) => change({ user })}
          {...bind('server.user')}
        />
      </div>
      <div className={styles.loginRow}>
        <SelectField
          label="Log in to it with"
          value={jump.method}
          options={METHOD_OPTIONS}
          onChange={(method) => change({ method })}
        />
        {jump.method === 'keyFile' && (
          <TextField
            label="Key file for it"
            value={jump.keyFile}
            placeholder="~/.ssh/id_ed25519"
            onChange={(keyFile) => change({ keyFile })}
            beside={<ChooseKeyFile onChosen={(keyFile) => change({ keyFile })} />}
            {...bind('login.keyFile')}
          />
        )}
      </div>
      {kept.length > 0 && <p className={styles.note}>{`Keys: ${kept.join(', ')}.`}</p>}
    </fieldset>
  );
}

/** What its login says of keys beside the fields; it comes from ssh_config, and stays while the way to log in does. */
function keptKeyWords({ method, saved }: JumpDraft): readonly string[] {
  const login = saved?.login;
  if (login?.method !== method) return [];
  const files = login.method === 'keyFile' ? (login.moreKeyFiles ?? []) : [];
  const use = login.method === 'keyFile' || login.method === 'automatic' ? keyUseWords(login) : [];
  return [...files.map((file) => `then ${file}`), ...use];
}

interface ProxyFieldsProps extends Fields {
  readonly proxy: ProxyDraft;
  change(part: Partial<ProxyDraft>): void;
}

function ProxyFields({ proxy, change, errorOf, touch }: ProxyFieldsProps) {
  const bind = (name: string) => ({
    error: errorOf(`proxy.${name}`),
    onBlur: () => touch(`proxy.${name}`),
  });
  return (
    <>
      <SelectField
        label="Leave this computer"
        value={proxy.kind}
        options={KINDS}
        hint={KIND_HINTS[proxy.kind]}
        onChange={(kind) => change({ kind })}
      />
      {(proxy.kind === 'socks5' || proxy.kind === 'http') && (
        <div className={styles.serverRow}>
          <TextField
            label="Proxy"
            value={proxy.host}
            placeholder="proxy.example.org"
            onChange={(host) => change({ host })}
            {...bind('host')}
          />
          <TextField
            label="Proxy port"
            isPort
            value={proxy.port}
            placeholder={proxy.kind === 'http' ? '3128' : '1080'}
            onChange={(port) => change({ port })}
            {...bind('port')}
          />
          <TextField
            label="User on the proxy"
            value={proxy.user}
            placeholder="none"
            onChange={(user) => change({ user })}
            {...bind('user')}
          />
        </div>
      )}
      {proxy.kind === 'command' && (
        <TextField
          label="Command"
          value={proxy.command}
          placeholder="corkscrew proxy.example.org 3128 %h %p"
          hint="%h, %p and %r stand for the host, port and user of the first server. You are asked before it runs for the first time."
          onChange={(command) => change({ command })}
          {...bind('command')}
        />
      )}
    </>
  );
}

const KINDS = [
  ['none', 'Directly'],
  ['socks5', 'Through a SOCKS 5 proxy'],
  ['http', 'Through an HTTP proxy'],
  ['command', 'By a program (ProxyCommand)'],
] as const satisfies readonly (readonly [ProxyDraft['kind'], string])[];

const KIND_HINTS: Readonly<Record<ProxyDraft['kind'], string>> = {
  none: 'Culvert dials the first server itself.',
  socks5: 'The proxy looks the name up and connects to the first server.',
  http: 'The proxy connects to the first server by CONNECT; many allow only port 443.',
  command: 'What the program reads and writes is the connection to the first server.',
};
