import type { AgentKey } from '#shared/contract/agent.ts';
import type { AgentKeyChoice } from '#shared/login.ts';

/** Choices of a select: the public key in base64, empty for any, and the words for it. */
type Options = readonly (readonly [string, string])[];

/** The keys to choose from. The one that is chosen stays among them when the agent does not hold it, or has not answered (null). */
export function agentKeyOptions(chosen: AgentKeyChoice | null, held: readonly AgentKey[] | null): Options {
  const listed = (held ?? []).map((key) => [key.publicKey, heldWords(key)] as const);
  const isHeld = held?.some(({ publicKey }) => publicKey === chosen?.publicKey) ?? false;
  const absent = chosen && !isHeld ? [[chosen.publicKey, absentWords(chosen, held !== null)] as const] : [];
  return [['', 'Any key of the agent'], ...absent, ...listed];
}

function heldWords({ type, comment, fingerprint }: AgentKey): string {
  return `${comment || fingerprint.slice(0, 19)} (${typeWords(type)})`;
}

function absentWords({ type, comment }: AgentKeyChoice, isMissing: boolean): string {
  const name = `${comment || 'The chosen key'} (${typeWords(type)})`;
  return isMissing ? `${name}: not in this agent` : name;
}

/** A key's type as people say it. */
function typeWords(type: string): string {
  const kind = /ed25519/.test(type)
    ? 'Ed25519'
    : /ecdsa/.test(type)
      ? 'ECDSA'
      : /rsa/.test(type)
        ? 'RSA'
        : type;
  const isSecurityKey = type.startsWith('sk-');
  const isCertificate = type.endsWith('-cert-v01@openssh.com');
  return [kind, isSecurityKey && 'security key', isCertificate && 'certificate'].filter(Boolean).join(' ');
}
