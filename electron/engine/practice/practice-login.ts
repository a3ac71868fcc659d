import { createHash, timingSafeEqual } from 'node:crypto';
import type { AuthContext, Connection } from 'ssh2';
import { PRACTICE_USER } from '#shared/practice.ts';

/** Wrong passwords in one session before it is hung up. */
const MAX_WRONG_PASSWORDS = 3;
/** Offers of other methods, such as an agent's many keys, before the session is hung up. */
const MAX_OTHER_METHODS = 20;

/**
 * Lets in one user with one password (RFC 4252 section 8), and nothing else. A wrong name costs the same
 * time and gets the same answer as a wrong password; each is answered only after `wrongPasswordDelayMs`.
 * Calls `onTooMany` when the client has had its tries.
 */
export function guardLogin(
  client: Connection,
  password: string,
  wrongPasswordDelayMs: number,
  onTooMany: () => void,
): void {
  let wrongPasswords = 0;
  let otherMethods = 0;
  const delays = new Set<NodeJS.Timeout>();

  const refuse = (attempt: AuthContext, isLast: boolean) => {
    attempt.reject(['password']);
    if (isLast) onTooMany();
  };

  client.on('authentication', (attempt) => {
    if (attempt.method !== 'password') {
      otherMethods += 1;
      refuse(attempt, otherMethods > MAX_OTHER_METHODS);
      return;
    }
    const isUserRight = isSameText(attempt.username, PRACTICE_USER);
    const isPasswordRight = isSameText(attempt.password, password);
    if (isUserRight && isPasswordRight) {
      attempt.accept();
      return;
    }
    wrongPasswords += 1;
    const isLast = wrongPasswords >= MAX_WRONG_PASSWORDS;
    const delay = setTimeout(() => {
      delays.delete(delay);
      refuse(attempt, isLast);
    }, wrongPasswordDelayMs);
    delays.add(delay);
  });

  client.on('close', () => {
    for (const delay of delays) clearTimeout(delay);
  });
}

/** Compares in a time that tells nothing about the texts, not even their lengths. */
function isSameText(one: string, other: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(one), digest(other));
}
