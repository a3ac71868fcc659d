import { z } from 'zod';
import type { Result } from '../result.ts';

/** Why a command was not carried out; the message is a sentence for people. */
export const commandErrorSchema = z.object({
  code: z.enum([
    /** The input is malformed or breaks a rule; `fields` says where. */
    'invalid',
    /** What it speaks of does not exist (any more). */
    'notFound',
    /** It cannot be done in the present state, such as answering a prompt that is gone. */
    'notNow',
    /** Profiles cannot be changed now. */
    'readOnly',
    /** The disk refused. */
    'storage',
    /** The other process is gone or did not understand. */
    'unavailable',
    /** A bug; the log has more. */
    'internal',
  ]),
  message: z.string(),
  /** Which parts of the input are wrong, such as `forwards.0.bind.port`. */
  fields: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
});

export type CommandError = z.output<typeof commandErrorSchema>;

/** A command: what it takes, what it gives back. */
export interface CommandSpec<Input extends z.ZodType = z.ZodType, Output extends z.ZodType = z.ZodType> {
  readonly input: Input;
  readonly output: Output;
}

/** Names commands once; everything else derives from it. */
export type CommandMap = Readonly<Record<string, CommandSpec>>;
/** Names events once, with the schema of what each carries. */
export type EventMap = Readonly<Record<string, z.ZodType>>;

/** Declares a command. */
export function command<Input extends z.ZodType, Output extends z.ZodType>(
  input: Input,
  output: Output,
): CommandSpec<Input, Output> {
  return { input, output };
}

/** For commands that take or give nothing. */
export const nothing = z.null();

export type InputOf<Spec extends CommandSpec> = z.input<Spec['input']>;
export type ParsedInputOf<Spec extends CommandSpec> = z.output<Spec['input']>;
export type OutputOf<Spec extends CommandSpec> = z.output<Spec['output']>;

/** What a caller sees of a map of commands. */
export type Calls<Commands extends CommandMap> = <Name extends keyof Commands & string>(
  name: Name,
  input: InputOf<Commands[Name]>,
) => Promise<Result<OutputOf<Commands[Name]>, CommandError>>;

/** What the answering side must supply: one handler a command, so that a missing one does not compile. */
export type Handlers<Commands extends CommandMap> = {
  readonly [Name in keyof Commands]: (
    input: ParsedInputOf<Commands[Name]>,
  ) => Promise<Result<OutputOf<Commands[Name]>, CommandError>>;
};

/** What an event carries. */
export type PayloadOf<Events extends EventMap, Name extends keyof Events> = z.output<Events[Name]>;

/** Sends an event. */
export type Emits<Events extends EventMap> = <Name extends keyof Events & string>(
  name: Name,
  payload: PayloadOf<Events, Name>,
) => void;
