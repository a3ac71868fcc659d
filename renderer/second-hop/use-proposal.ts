import { useEffect, useRef, useState } from 'react';
import type { HopProposal } from '#shared/second-hop.ts';
import { portSchema } from '#shared/server.ts';
import { api } from '../api.ts';

/** What the server was found to have, and the port as it is typed. */
export interface ProposalLook {
  /** Null while the server is asked for the first time. */
  readonly proposal: HopProposal | null;
  /** Why there is none, in a sentence. */
  readonly problem: string | null;
  readonly port: string;
  setPort(port: string): void;
  /** What is wrong with the port as typed, or that the proposal for it is not here yet. */
  readonly portError: string | null;
}

/** Typing is over when nothing was typed for so long, in milliseconds. */
const TYPED_MS = 300;

/** Asks the server once for what a second hop would be, and again for each other port that is typed. */
export function useProposal(id: string, forwardId: string): ProposalLook {
  const [proposal, setProposal] = useState<HopProposal | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [typed, setTyped] = useState<string | null>(null);
  const asked = useRef(0);

  const parsed = typed === null ? null : portSchema.safeParse(readNumber(typed));
  const wanted = parsed?.success ? parsed.data : null;

  useEffect(() => {
    if (typed !== null && wanted === null) return;
    asked.current += 1;
    const question = asked.current;
    const ask = async () => {
      const reply = await api.call('secondHops.propose', { id, forwardId, port: wanted });
      if (question !== asked.current) return;
      if (reply.ok) setProposal(reply.value);
      setProblem(reply.ok ? null : reply.error.message);
    };
    const timer = setTimeout(() => void ask(), typed === null ? 0 : TYPED_MS);
    return () => clearTimeout(timer);
  }, [id, forwardId, typed, wanted]);

  const port = typed ?? (proposal ? String(proposal.port) : '');
  return { proposal, problem, port, setPort: setTyped, portError: complaint(parsed, wanted, proposal) };
}

function complaint(
  parsed: ReturnType<typeof portSchema.safeParse> | null,
  wanted: number | null,
  proposal: HopProposal | null,
): string | null {
  if (parsed && !parsed.success) return parsed.error.issues[0]?.message ?? 'Choose a port.';
  return wanted !== null && proposal?.port !== wanted ? 'Asking the server…' : null;
}

function readNumber(text: string): number {
  return /^\d{1,9}$/.test(text.trim()) ? Number(text) : Number.NaN;
}
