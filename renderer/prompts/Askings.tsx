import type { Prompt } from '#shared/prompt.ts';
import { useAppStore } from '../store/app-store.ts';
import type { Asking } from '../store/askings.ts';
import { HostKeyChangedDialog } from './HostKeyChangedDialog.tsx';
import { NewPasswordDialog } from './NewPasswordDialog.tsx';
import { QuestionOverDialog } from './QuestionOverDialog.tsx';
import { QuestionsDialog } from './QuestionsDialog.tsx';
import { SecretDialog } from './SecretDialog.tsx';
import { UnknownHostKeyDialog } from './UnknownHostKeyDialog.tsx';
import { useSeen } from './use-seen.ts';

/** What every dialog of a prompt is told. */
export interface PromptDialogProps<Kind extends Prompt['kind']> {
  readonly tunnelId: string;
  readonly prompt: Extract<Prompt, { kind: Kind }>;
  /** Who asks, and how many more wait behind. */
  readonly above: string;
}

/** What tunnels need a person for: one dialog at a time, in the order of asking. */
export function Askings() {
  const first = useAppStore(({ askings }) => askings[0]);
  const count = useAppStore(({ askings }) => askings.length);
  return first ? <AskingDialog asking={first} count={count} /> : null;
}

function AskingDialog({ asking, count }: { readonly asking: Asking; readonly count: number }) {
  const name = useAppStore(({ profiles }) => profiles[asking.tunnelId]?.name ?? 'The login check');
  const state = useAppStore(({ tunnels }) => tunnels[asking.tunnelId]?.state);
  const above = count === 1 ? `${name} asks` : `${name} asks · 1 of ${count}`;
  if (asking.kind === 'hostKeyChanged') {
    return <HostKeyChangedDialog key={`changed ${asking.tunnelId}`} asking={asking} name={name} />;
  }
  if (asking.kind === 'over') {
    return (
      <QuestionOverDialog key={`over ${asking.prompt.id}`} asking={asking} name={name} waiting={count - 1} />
    );
  }
  if (state?.status !== 'needsUser' || state.prompt.id !== asking.promptId) return null;
  const key = `${asking.tunnelId} ${asking.promptId}`;
  return <PromptDialog key={key} tunnelId={asking.tunnelId} prompt={state.prompt} above={above} />;
}

interface AnyPromptProps {
  readonly tunnelId: string;
  readonly prompt: Prompt;
  readonly above: string;
}

function PromptDialog({ prompt, ...rest }: AnyPromptProps) {
  useSeen(prompt.id);
  switch (prompt.kind) {
    case 'unknownHostKey':
      return <UnknownHostKeyDialog prompt={prompt} {...rest} />;
    case 'password':
    case 'proxyPassword':
    case 'passphrase':
      return <SecretDialog prompt={prompt} {...rest} />;
    case 'newPassword':
      return <NewPasswordDialog prompt={prompt} {...rest} />;
    case 'questions':
      return <QuestionsDialog prompt={prompt} {...rest} />;
  }
}
