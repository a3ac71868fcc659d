import type { CommandError } from '#shared/contract/command.ts';
import type { InstalledKey } from '#shared/contract/public-keys.ts';
import { fail, type Result, succeed } from '#shared/result.ts';
import type { ChannelSource } from '../forward/channel-source.ts';
import { makeServerLineSafe } from '../ssh/server-text.ts';
import { askShell } from './ask-shell.ts';
import { isAuthority, readAuthorizedKey } from './authorized-keys-line.ts';
import { addLineScript, lookForKeyScript } from './authorized-keys-scripts.ts';
import { notAdded, scriptWords, shellWords } from './install-refusal.ts';
import { findLoosePlaces } from './strict-modes.ts';

/** A file with thousands of lines may hold the key many times. */
const MAX_LOOK_BYTES = 512 * 1024;

/** Of a line that is shown: options, a key of 16,384 bits, a comment. */
const MAX_LINE_LENGTH = 8_000;

/**
 * Adds a line to `~/.ssh/authorized_keys` on the server, unless sshd would find that key there already, with whatever options and
 * comment. Nothing else there is changed, no mode either; what has to be made is for the account alone. The line goes by the standard
 * input, never by a command line that others on the server could read.
 *
 * That a key stands there does not mean that it opens the account: the server may read another file, and options may forbid it.
 */
export async function installPublicKey(
  source: ChannelSource | null,
  line: string,
): Promise<Result<InstalledKey, CommandError>> {
  if (source === null) {
    return fail({ code: 'notNow', message: 'The tunnel must be open: the key goes over its session.' });
  }
  const looked = await lookForKey(source, line);
  if (!looked.ok) return looked;
  const { found, loose } = looked.value;
  if (found !== null) return succeed({ outcome: 'present', loose, ...found });
  const added = await askShell(source, addLineScript(line));
  if (!added.ok) return fail(notAdded(shellWords(added.error, true)));
  const { outcome, said } = firstWord(added.value.trim());
  if (outcome === 'added') return succeed({ outcome: 'added', loose, line: null, options: '' });
  const words = scriptWords(said);
  return fail(
    notAdded(outcome === 'left' ? `${words}. A part of the line is left at the end of the file` : words),
  );
}

interface Looked {
  /** The line that holds the key, to be shown. */
  readonly found: Pick<InstalledKey, 'line' | 'options'> | null;
  readonly loose: InstalledKey['loose'];
}

async function lookForKey(source: ChannelSource, wanted: string): Promise<Result<Looked, CommandError>> {
  const [type = '', blob = ''] = wanted.split(' ');
  const looked = await askShell(source, lookForKeyScript(blob), MAX_LOOK_BYTES);
  if (!looked.ok) return fail(notAdded(shellWords(looked.error, false)));
  const lines = looked.value.split('\n');
  const failure = lines.find((each) => each.startsWith('failed '));
  if (failure !== undefined) return fail(notAdded(scriptWords(firstWord(failure).said)));
  if (!lines.includes('end')) return fail(notAdded('it did not say what stands there'));
  const found = lines
    .filter((each) => each.startsWith('line '))
    .map((each) => ({ line: each.slice('line '.length), key: readAuthorizedKey(each.slice('line '.length)) }))
    // sshd takes the first that suits; an authority is none for a plain key.
    .find(({ key }) => key?.type === type && key.blob === blob && !isAuthority(key));
  return succeed({
    found: found
      ? {
          line: makeServerLineSafe(found.line, MAX_LINE_LENGTH),
          options: makeServerLineSafe(found.key?.options ?? '', MAX_LINE_LENGTH),
        }
      : null,
    loose: findLoosePlaces(lines),
  });
}

function firstWord(text: string): { readonly outcome: string; readonly said: string } {
  const [outcome = '', ...said] = text.split(' ');
  return { outcome, said: said.join(' ') };
}
