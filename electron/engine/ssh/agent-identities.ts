import type { ParsedKey } from 'ssh2';
import type { AgentKeyChoice } from '#shared/login.ts';
import { fail, type Result, succeed } from '#shared/result.ts';
import type { TunnelError } from '#shared/tunnel-error.ts';
import { AgentClient, type AgentKey, type RsaHash } from './agent-client.ts';
import { fingerprintOf } from './fingerprint.ts';
import { AgentRefusal, type Identity } from './identity.ts';
import { isCertificateType, keyType, loginKey, takesWholeSignature } from './login-key.ts';
import { makeServerLineSafe } from './server-text.ts';
import { readSshStrings } from './ssh-string.ts';

/** Lists the keys that the agent holds, in its order. Fails with `agentUnavailable` or `agentHasNoKeys`. */
export async function listAgentIdentities(
  socket: string | null,
): Promise<Result<readonly Identity[], TunnelError>> {
  if (socket === null) return fail({ code: 'agentUnavailable', socket: null });
  const agent = new AgentClient(socket);
  const keys = await agent.list().catch(() => null);
  if (keys === null) return fail({ code: 'agentUnavailable', socket });
  // A key of a kind that no login can be made with is passed over.
  const identities = keys.flatMap((key) => {
    const publicKey = loginKey(key.blob);
    return publicKey ? [identityOf(agent, key, publicKey)] : [];
  });
  return identities.length === 0 ? fail({ code: 'agentHasNoKeys', socket }) : succeed(identities);
}

/** The one key of the agent that a profile chose. Fails also with `agentKeyMissing`. */
export async function findAgentIdentity(
  socket: string,
  choice: AgentKeyChoice,
): Promise<Result<Identity, TunnelError>> {
  const listed = await listAgentIdentities(socket);
  if (!listed.ok && listed.error.code !== 'agentHasNoKeys') return listed;
  const wanted = Buffer.from(choice.publicKey, 'base64');
  const held = listed.ok ? listed.value : [];
  const found = held.find(({ publicKey }) => publicKey.getPublicSSH().equals(wanted));
  if (found) return succeed(found);
  const fingerprint = fingerprintOf(wanted);
  return fail({ code: 'agentKeyMissing', socket, comment: choice.comment, fingerprint });
}

function identityOf(agent: AgentClient, key: AgentKey, publicKey: ParsedKey): Identity {
  return {
    label: labelOf(key),
    publicKey,
    sign: async (data, hash) => {
      const isWhole = takesWholeSignature(publicKey);
      const signing = agent.sign(key.blob, data, isWhole ? 'sha512' : rsaHash(hash));
      const signature = await signing.catch((error: Error) => {
        throw new AgentRefusal(error.message);
      });
      return isWhole ? signature : bareSignature(signature);
    },
  };
}

/** What ssh2 puts into words of its own: the signature without the name of its form. */
function bareSignature(signature: Buffer): Buffer {
  const [, bare] = readSshStrings(signature).strings;
  if (bare === undefined) throw new Error('The agent gave no signature.');
  return bare;
}

function rsaHash(hash: string | undefined): RsaHash {
  return hash === 'sha256' || hash === 'sha512' ? hash : 'sha1';
}

/** The comment is free text, and an agent's keys may come from another computer. */
function labelOf({ comment, blob }: AgentKey): string {
  const safe = makeServerLineSafe(comment, 80);
  const type = keyType(blob);
  const what = isCertificateType(type) ? 'agent certificate' : 'agent key';
  return safe === '' ? `${what} (${type})` : `${what} ${safe}`;
}
