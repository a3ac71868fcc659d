import { useEffect, useState } from 'react';
import type { AgentKey } from '#shared/contract/agent.ts';
import type { AgentKeyChoice } from '#shared/login.ts';
import { api } from '../api.ts';
import { Button } from '../design/Button.tsx';
import { agentKeyOptions } from './agent-key-options.ts';
import type { FormFields } from './form-fields.ts';
import styles from './profile-form.module.css';
import { SelectField, TextField } from './TextField.tsx';

type Listing =
  | { readonly kind: 'asking' }
  | { readonly kind: 'listed'; readonly keys: readonly AgentKey[] }
  | { readonly kind: 'failed'; readonly message: string };

/** Which agent, and which of its keys: one that is chosen is the only one that the server is offered. */
export function AgentFields({ draft, change, errorOf, touch }: FormFields) {
  const { listing, list } = useAgentKeys(draft.agentSocket);
  const keys = listing.kind === 'listed' ? listing.keys : [];
  const choose = (publicKey: string) => {
    const found = [...keys, ...(draft.agentKey ? [draft.agentKey] : [])].find(
      (key) => key.publicKey === publicKey,
    );
    change({ agentKey: found ? choiceOf(found) : null });
  };
  return (
    <div className={styles.loginRow}>
      <SelectField
        label="Agent key"
        value={draft.agentKey?.publicKey ?? ''}
        options={agentKeyOptions(draft.agentKey, listing.kind === 'listed' ? listing.keys : null)}
        hint={listingWords(listing)}
        onChange={choose}
      />
      <TextField
        label="Agent socket"
        value={draft.agentSocket}
        placeholder="The usual one"
        hint="A path, or a variable such as $WORK_AGENT. Empty: SSH_AUTH_SOCK, on Windows the system’s pipe."
        error={errorOf('login.socket')}
        onChange={(agentSocket) => change({ agentSocket })}
        onBlur={() => {
          touch('login.socket');
          void list();
        }}
        beside={<Button onClick={() => void list()}>List keys</Button>}
      />
    </div>
  );
}

function choiceOf({ type, publicKey, comment }: AgentKeyChoice): AgentKeyChoice {
  return { type, publicKey, comment };
}

/** The keys of an agent, asked for when the field appears and whenever the user wants; an answer to an older question counts for nothing. */
function useAgentKeys(socket: string): { readonly listing: Listing; list(): Promise<void> } {
  const [answer, setAnswer] = useState<{ readonly socket: string; readonly listing: Listing } | null>(null);
  const list = async () => {
    setAnswer((before) => (before?.socket === socket ? before : { socket, listing: { kind: 'asking' } }));
    const reply = await api.call('agent.keys', { socket });
    const listing: Listing = reply.ok
      ? { kind: 'listed', keys: reply.value.keys }
      : { kind: 'failed', message: reply.error.message };
    setAnswer((before) => (before === null || before.socket === socket ? { socket, listing } : before));
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: asked once by itself, later when the user leaves the field
  useEffect(() => void list(), []);
  return { listing: answer?.listing ?? { kind: 'asking' }, list };
}

function listingWords(listing: Listing): string {
  switch (listing.kind) {
    case 'asking':
      return 'Asking the agent…';
    case 'failed':
      return listing.message;
    case 'listed':
      return listing.keys.length === 0
        ? 'The agent holds no key that can be used. Add one with ssh-add.'
        : 'One that you choose is the only one that is offered.';
  }
}
