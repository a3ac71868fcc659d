import { Copy } from 'lucide-react';
import { useState } from 'react';
import { formatEndpoint } from '#shared/endpoint.ts';
import type { Profile } from '#shared/profile.ts';
import type { HopProposal, HopTool } from '#shared/second-hop.ts';
import { Button, IconButton } from '../design/Button.tsx';
import { Dialog, DialogButtons } from '../design/Dialog.tsx';
import { SelectField, TextField } from '../profiles/TextField.tsx';
import { run } from '../store/messages.ts';
import { copyText } from '../tunnels/copy-to-clipboard.ts';
import styles from './second-hop.module.css';
import { useHopClash } from './use-hop-clash.ts';
import { useProposal } from './use-proposal.ts';

interface SecondHopDialogProps {
  readonly profile: Profile;
  readonly forwardId: string;
  onClose(): void;
}

/** Says what a second hop would run on the server, under which account, and asks for a yes to exactly that. */
export function SecondHopDialog({ profile, forwardId, onClose }: SecondHopDialogProps) {
  const { proposal, problem, port, setPort, portError } = useProposal(profile.id, forwardId);
  const [chosen, setChosen] = useState<HopTool | null>(null);
  const clash = useHopClash(profile, forwardId, proposal?.port);
  const plan = proposal?.plans.find(({ tool }) => tool === chosen) ?? proposal?.plans[0];
  const { host } = profile.server;
  const dig = async () => {
    if (!proposal || !plan) return;
    const secondHop = { port: proposal.port, tool: plan.tool, agreedFor: proposal.agreedFor };
    if (await run('profiles.digSecondHop', { id: profile.id, forwardId, secondHop })) onClose();
  };
  return (
    <Dialog title={`Dig a second hop on ${host}`} above={profile.name} tone="bad" wide onCancel={onClose}>
      <p>
        {host} keeps remote forwards to itself. A second hop is a small relay there: it listens on all of its
        addresses, and leads to your forward.
      </p>
      {problem !== null && (
        <p role="alert" className={styles.problem}>
          {problem}
        </p>
      )}
      {problem === null && proposal === null && <p role="status">Asking {host} what it has…</p>}
      {proposal && (
        <>
          <Route proposal={proposal} />
          <div className={styles.choices}>
            <TextField
              label="Port on the server"
              isPort
              value={port}
              onChange={setPort}
              error={portError ?? clash?.words ?? REMARKS[proposal.portRemark]}
            />
            {proposal.plans.length > 1 && (
              <SelectField<HopTool>
                label="Program"
                value={plan?.tool ?? 'socat'}
                options={proposal.plans.map(({ tool }) => [tool, tool] as const)}
                onChange={setChosen}
              />
            )}
          </div>
          {plan ? (
            <WhatRuns proposal={proposal} commandLine={plan.commandLine} script={plan.script} />
          ) : (
            <p role="alert" className={styles.problem}>
              {host} has neither socat nor Python 3.8, so Culvert cannot dig there.
            </p>
          )}
        </>
      )}
      <Warning host={host} />
      <AskInstead />
      <DialogButtons>
        <Button onClick={onClose}>Cancel</Button>
        <Button
          look="danger"
          disabled={!plan || portError !== null || clash?.isOwn === true}
          onClick={() => void dig()}
        >
          Run this on {host}
        </Button>
      </DialogButtons>
    </Dialog>
  );
}

/** What is known to be wrong with a port before anything is run there. */
const REMARKS: Readonly<Record<HopProposal['portRemark'], string | undefined>> = {
  free: undefined,
  taken: 'Something listens on this port there now.',
  privileged: 'The server lets only root listen on this port.',
  unknown: undefined,
};

function Route({ proposal: { host, port, target } }: { readonly proposal: HopProposal }) {
  return (
    <p className={styles.route}>
      <span>anyone who can reach {host}</span>
      <span aria-hidden="true">→</span>
      <strong>
        *:{port} on {host}
      </strong>
      <span aria-hidden="true">→</span>
      <span>
        {formatEndpoint(target)} on {host}
      </span>
      <span aria-hidden="true">→</span>
      <span>your forward</span>
    </p>
  );
}

function WhatRuns({
  proposal: { account, host },
  commandLine,
  script,
}: {
  readonly proposal: HopProposal;
  readonly commandLine: string;
  readonly script: string;
}) {
  return (
    <div className={styles.runs}>
      <p>
        It runs there as <strong>{account}</strong>, for as long as this tunnel is open, and ends within 5 s
        of it, however it ends. Nothing is installed or written on {host}.
      </p>
      <pre className={styles.code}>{commandLine}</pre>
      <details>
        <summary>Everything that {host} is given, to the letter</summary>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: the keyboard must be able to scroll it */}
        <pre className={styles.script} tabIndex={0}>
          {script}
        </pre>
      </details>
    </div>
  );
}

function Warning({ host }: { readonly host: string }) {
  return (
    <p className={styles.warning}>
      <strong>A firewall exists for a purpose.</strong> Whoever can reach {host} will reach what your forward
      leads to, without any password of yours. Before you go on, consider what that opens, and whether the
      people who run these networks would agree.
    </p>
  );
}

const SETTING = 'GatewayPorts clientspecified';

function AskInstead() {
  return (
    <p className={styles.instead}>
      Better, if you can: ask the server’s administrator for the line{' '}
      <span className={styles.setting}>
        <code>{SETTING}</code>
        <IconButton label="Copy the setting" onClick={() => void copyText(SETTING, 'Copied the setting')}>
          <Copy aria-hidden="true" />
        </IconButton>
      </span>{' '}
      in sshd_config. Then the forward itself can be open to others, and no hop is needed.
    </p>
  );
}
