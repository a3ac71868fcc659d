import { readdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { OwnPublicKey } from '#shared/contract/public-keys.ts';
import { AgentClient } from './agent-client.ts';
import { findAgentSocket } from './agent-socket.ts';
import { fileDesk } from './file-desk.ts';
import { fingerprintOf } from './fingerprint.ts';
import { isCertificateType, keyType, loginKey } from './login-key.ts';
import { makeServerLineSafe } from './server-text.ts';

/** A public key file is one line; what is larger is something else. */
const LARGEST_FILE_BYTES = 64 * 1024;

const MOST_KEYS = 500;

/**
 * The user's own public keys: those in `~/.ssh`, then those that only the agent holds. Certificates are left out: a server
 * knows them by their authority (sshd_config(5), TrustedUserCAKeys). Never rejects.
 */
export async function listPublicKeys(agentSocket: string): Promise<OwnPublicKey[]> {
  const found = [...(await keysInFiles()), ...(await keysOfAgent(agentSocket))];
  return found
    .filter(
      ({ fingerprint }, index) => found.findIndex((other) => other.fingerprint === fingerprint) === index,
    )
    .slice(0, MOST_KEYS);
}

async function keysInFiles(): Promise<readonly OwnPublicKey[]> {
  const folder = join(homedir(), '.ssh');
  const names = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith('.pub')).sort();
  const read = await Promise.all(
    names.slice(0, MOST_KEYS).map(async (name) => {
      const file = join(folder, name);
      const read = await fileDesk.read(file, LARGEST_FILE_BYTES);
      if (!read.ok) return null;
      const [, base64 = '', ...comment] = Buffer.from(read.value.text, 'latin1')
        .toString()
        .trim()
        .split(/\s+/);
      return publicKey(Buffer.from(base64, 'base64'), comment.join(' '), file);
    }),
  );
  return read.filter((key) => key !== null);
}

async function keysOfAgent(wanted: string): Promise<readonly OwnPublicKey[]> {
  const socket = findAgentSocket(wanted);
  if (!socket.ok) return [];
  const held = await new AgentClient(socket.value).list().catch(() => []);
  return held.map(({ blob, comment }) => publicKey(blob, comment, null)).filter((key) => key !== null);
}

function publicKey(blob: Buffer, comment: string, file: string | null): OwnPublicKey | null {
  const type = keyType(blob);
  if (isCertificateType(type) || loginKey(blob) === null) return null;
  const line = `${type} ${blob.toString('base64')} ${makeServerLineSafe(comment, 200)}`.trimEnd();
  return { line, file, fingerprint: fingerprintOf(blob) };
}
