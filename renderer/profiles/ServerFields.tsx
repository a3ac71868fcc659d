import type { LoginMethod } from '#shared/login.ts';
import { AgentFields } from './AgentFields.tsx';
import { ChooseKeyFile } from './ChooseKeyFile.tsx';
import type { FormFields } from './form-fields.ts';
import { MoreKeys } from './MoreKeys.tsx';
import { METHOD_OPTIONS } from './method-words.ts';
import styles from './profile-form.module.css';
import { SelectField, TextField } from './TextField.tsx';

/** Which server, and how to log in. */
export function ServerFields({ draft, change, errorOf, touch }: FormFields) {
  return (
    <>
      <div className={styles.serverRow}>
        <TextField
          label="Server"
          value={draft.host}
          placeholder="ssh.example.org"
          error={errorOf('server.host')}
          onChange={(host) => change({ host })}
          onBlur={() => touch('server.host')}
        />
        <TextField
          label="Port"
          isPort
          value={draft.port}
          error={errorOf('server.port')}
          onChange={(port) => change({ port })}
          onBlur={() => touch('server.port')}
        />
        <TextField
          label="User"
          value={draft.user}
          error={errorOf('server.user')}
          onChange={(user) => change({ user })}
          onBlur={() => touch('server.user')}
        />
      </div>
      <div className={styles.loginRow}>
        <SelectField
          label="Log in with"
          value={draft.method}
          options={METHOD_OPTIONS}
          hint={HINTS[draft.method]}
          onChange={(method) => change({ method })}
        />
        {draft.method === 'keyFile' && (
          <TextField
            label="Key file"
            value={draft.keyFile}
            placeholder="~/.ssh/id_ed25519"
            error={errorOf('login.keyFile')}
            onChange={(keyFile) => change({ keyFile })}
            onBlur={() => touch('login.keyFile')}
            beside={<ChooseKeyFile onChosen={(keyFile) => change({ keyFile })} />}
          />
        )}
      </div>
      <MoreKeys draft={draft} change={change} errorOf={errorOf} touch={touch} />
      {draft.method === 'agent' && (
        <AgentFields draft={draft} change={change} errorOf={errorOf} touch={touch} />
      )}
    </>
  );
}

const HINTS: Readonly<Record<LoginMethod, string>> = {
  automatic: 'Tries the agent, then your usual keys, then asks you.',
  keyFile: 'Uses the private keys that you name; the agent signs with those that it holds.',
  agent: 'Lets your SSH agent sign: plain keys, certificates and security keys.',
  password: 'Asks for your password on the server.',
  ask: 'Shows whatever the server asks, such as a one-time code.',
};
