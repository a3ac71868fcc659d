import { readKeyText } from './key-file.ts';
import { readPrivateKeyText } from './key-formats/private-key-text.ts';
import { keyType, loginKey } from './login-key.ts';

/**
 * The public half of a key file, as far as it can be seen without a passphrase, looked for as ssh does (authfile.c,
 * sshkey_load_public): the file itself may be it, then `<file>.pub`, then what the private key shows. Null where it is hidden.
 */
export async function publicHalfOf(file: string): Promise<Buffer | null> {
  const text = await readKeyText(file);
  const own = text.ok ? publicLine(text.value.text) : null;
  if (own !== null) return own;
  const beside = await readKeyText(`${file}.pub`);
  const other = beside.ok ? publicLine(beside.value.text) : null;
  if (other !== null || !text.ok) return other;
  const key = await readPrivateKeyText(text.value.text);
  switch (key.kind) {
    case 'open':
      return key.key.getPublicSSH();
    case 'encrypted':
      return key.publicKey?.getPublicSSH() ?? null;
    case 'securityKey':
      return key.publicKey;
    case 'unsupported':
      return null;
  }
}

/** A line such as `ssh-ed25519 AAAA… comment`. */
function publicLine(text: string): Buffer | null {
  const [type = '', base64 = ''] = text.trim().split(/\s+/);
  const blob = Buffer.from(base64, 'base64');
  return keyType(blob) === type && loginKey(blob) !== null ? blob : null;
}
