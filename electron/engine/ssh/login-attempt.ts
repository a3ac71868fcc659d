/** One authentication request (RFC 4252, section 5), and what has gone out since for it. */
export interface LoginAttempt {
  readonly method: LoginMethod;
  /** The account's password went out, as a password or as the answer to a question for it. */
  passwordSent: boolean;
  /** The very one, for a server that wants it changed. */
  password: string;
  /** How many new ones went out in its place. */
  newPasswords: number;
  /** A person answered a question of the server's. */
  answered: boolean;
  /** A signature went out, so that the key itself was welcome. */
  signed: boolean;
  /** A secret went out, and the server has not said yet what it thinks of it. */
  awaitsVerdict: boolean;
}

export type LoginMethod = 'none' | 'publickey' | 'password' | 'keyboard-interactive';

/** One for which nothing has gone out yet. */
export function newAttempt(method: LoginMethod): LoginAttempt {
  return {
    method,
    passwordSent: false,
    password: '',
    newPasswords: 0,
    answered: false,
    signed: false,
    awaitsVerdict: false,
  };
}
