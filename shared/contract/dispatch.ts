import type { z } from 'zod';
import type { Result } from '../result.ts';
import { fail } from '../result.ts';
import type { CommandError, CommandMap, Handlers } from './command.ts';

/**
 * Carries out a command that came from outside: checks its name, parses its input, calls its handler.
 * Never throws: an unknown name or bad input is an `invalid` error, a handler that throws is an `internal`
 * one, and `onBug` gets the exception (its text may hold anything, so it does not travel).
 */
export async function dispatch<Commands extends CommandMap>(
  commands: Commands,
  handlers: Handlers<Commands>,
  name: unknown,
  input: unknown,
  onBug: (name: string, error: unknown) => void,
): Promise<Result<unknown, CommandError>> {
  if (typeof name !== 'string' || !Object.hasOwn(commands, name)) {
    return fail({ code: 'invalid', message: 'There is no such command.' });
  }
  const spec = commands[name];
  const handler = handlers[name] as ((input: unknown) => Promise<Result<unknown, CommandError>>) | undefined;
  if (!spec || !handler) return fail({ code: 'invalid', message: 'There is no such command.' });
  try {
    const parsed = spec.input.safeParse(input);
    if (!parsed.success) return fail(invalidInput(parsed.error));
    return await handler(parsed.data);
  } catch (error) {
    onBug(name, error);
    return mistaken();
  }
}

/** The answer where a bug stood in the way. */
export function mistaken(): { readonly ok: false; readonly error: CommandError } {
  return fail({ code: 'internal', message: 'Culvert made a mistake. Its log says more.' });
}

/** Turns a schema's complaint into an error that says which fields are wrong, and never what they held. */
export function invalidInput(error: z.ZodError): CommandError {
  const fields = error.issues.slice(0, 50).map((issue) => ({
    path: issue.path.map(String).join('.'),
    // This one complaint names what it found.
    message:
      issue.code === 'unrecognized_keys' ? 'There is something that does not belong here.' : issue.message,
  }));
  const first = fields[0];
  return {
    code: 'invalid',
    message: first
      ? first.path === ''
        ? first.message
        : `${first.path}: ${first.message}`
      : 'Invalid input.',
    fields,
  };
}
