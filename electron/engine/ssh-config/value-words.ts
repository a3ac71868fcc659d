import { MAX_SECRET_TRIES } from '../ssh/login-desk.ts';
import { notHonouredWords } from './not-honoured-words.ts';

/** The arguments of an option where it is said first, by its keyword in lower case; undefined where it is not said. */
export type SaidOptions = (keyword: string) => readonly string[] | undefined;

/**
 * Says what a profile does in place of what an option asks for. Null where its value asks for nothing, or for what a profile does
 * anyway: nobody has to be told of that.
 */
export function valueWords(keyword: string, spelled: string, said: SaidOptions): string | null {
  const [value = ''] = said(keyword) ?? [];
  const asked = value.toLowerCase();
  const judge = judges[keyword];
  if (judge) return judge(asked, said);
  return NOTHING.has(asked) ? null : notHonouredWords(keyword, spelled);
}

const NOTHING: ReadonlySet<string> = new Set(['no', 'false', 'none']);
const isYes = (asked: string | undefined): boolean =>
  asked !== undefined && ['yes', 'true'].includes(asked.toLowerCase());

type Judge = (asked: string, said: SaidOptions) => string | null;

const unlessNo =
  (text: string): Judge =>
  (asked) =>
    NOTHING.has(asked) ? null : text;
const ifYes =
  (text: string): Judge =>
  (asked) =>
    isYes(asked) ? text : null;
const unless =
  (own: string, text: string): Judge =>
  (asked) =>
    asked === own ? null : text;

const keepAlive: Judge = (asked) =>
  NOTHING.has(asked) ? 'A profile ends a session whose server says nothing, whatever this says.' : null;

const judges: Readonly<Record<string, Judge>> = {
  addkeystoagent: unlessNo('A profile adds no key to an agent. Culvert can save the passphrase of one.'),
  usekeychain: ifYes('Culvert saves passphrases by itself, and reads none that ssh has saved.'),
  batchmode: ifYes('A profile asks you for secrets and about unknown keys, where ssh would fail.'),
  connectionattempts: unless('1', 'A profile tries to connect until you stop it.'),
  fingerprinthash: unless('sha256', 'A profile shows fingerprints by SHA-256.'),
  hashknownhosts: ifYes('A profile writes a new key hashed where the last line of the file is.'),
  ipqos: unlessNo('A profile marks no packets.'),
  keepalive: keepAlive,
  localcommand: (_asked, said) =>
    isYes(said('permitlocalcommand')?.[0]) ? 'A profile runs no command once it is connected.' : null,
  numberofpasswordprompts: unless(
    String(MAX_SECRET_TRIES),
    `A profile asks ${MAX_SECRET_TRIES} times for the same secret.`,
  ),
  permitlocalcommand: () => null,
  proxyusefdpass: ifYes(
    'A profile uses the input and output of a ProxyCommand, and takes no connection from it.',
  ),
  tcpkeepalive: keepAlive,
};
