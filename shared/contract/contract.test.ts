import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ALL_TUNNEL_ERRORS } from '../tunnel-error-samples.ts';
import type { CommandMap, Handlers } from './command.ts';
import { dispatch } from './dispatch.ts';
import { engineCommands, engineEvents, engineRequests } from './engine.ts';
import { commands, events } from './index.ts';
import { eventChannel, isCommandName, isEventName } from './names.ts';

const everyCommand: CommandMap = { ...commands, ...engineCommands, ...engineRequests };
const everyEvent = { ...events, ...engineEvents };

/** Handlers of every command that take anything and give null. */
const handlers = Object.fromEntries(
  Object.keys(everyCommand).map((name) => [name, async () => ({ ok: true, value: null })]),
) as unknown as Handlers<CommandMap>;

const hostile = fc.anything({
  withNullPrototype: true,
  withBigInt: true,
  withDate: true,
  withMap: true,
  withSet: true,
  withTypedArray: true,
  withSparseArray: true,
  withUnicodeString: true,
  key: fc.oneof(
    fc.constantFrom(
      'id',
      'profile',
      'forwards',
      'answer',
      'kind',
      'slot',
      '__proto__',
      'constructor',
      'toString',
      'length',
    ),
    fc.string(),
  ),
});

/**
 * Made once: to make them takes longer than to refuse them. Cloned as on their way between two processes, which leaves
 * no object without a prototype: zod throws where such a one has a `constructor` whose name is no text.
 */
const payloads = fc.sample(hostile, 2000).map((payload) => structuredClone(payload));

describe('the contract', () => {
  it('has an allow-list that names exactly its commands and events', () => {
    for (const name of Object.keys(commands)) expect([name, isCommandName(name)]).toEqual([name, true]);
    for (const name of Object.keys(events)) expect([name, isEventName(name)]).toEqual([name, true]);
    // What main and the engine say to each other is not for the window.
    for (const name of [...Object.keys(engineCommands), ...Object.keys(engineRequests)]) {
      expect([name, isCommandName(name)]).toEqual([name, name in commands]);
    }
    for (const name of Object.keys(engineEvents)) {
      expect([name, isEventName(name)]).toEqual([name, name in events]);
    }
  });

  it.each([
    '',
    '__proto__',
    'constructor',
    'toString',
    'hasOwnProperty',
    'tunnels',
    'tunnels.start ',
    'Tunnels.Start',
  ])('does not have %j', (name) => {
    expect(isCommandName(name)).toBe(false);
    expect(isEventName(name)).toBe(false);
  });

  it('gives each event a channel of its own', () => {
    const channels = Object.keys(events).filter(isEventName).map(eventChannel);
    expect(new Set(channels).size).toBe(Object.keys(events).length);
  });

  it('carries nothing that cannot be cloned', () => {
    const schemas = [
      ...Object.values(everyCommand).flatMap(({ input, output }) => [input, output]),
      ...Object.values(everyEvent),
    ];
    // JSON Schema has no words for functions, symbols, classes and the like.
    for (const schema of schemas) {
      expect(() => z.toJSONSchema(schema, { io: 'output', unrepresentable: 'throw' })).not.toThrow();
      expect(() => z.toJSONSchema(schema, { io: 'input', unrepresentable: 'throw' })).not.toThrow();
    }
  });

  it('carries every error unchanged', () => {
    for (const error of ALL_TUNNEL_ERRORS) {
      const snapshot = {
        id: 'x',
        state: { status: 'failed', error },
        forwards: [],
        lastError: { at: 0, error },
      };
      const arrived = structuredClone(events['tunnel.changed'].parse(snapshot));
      expect(arrived).toEqual(snapshot);
    }
  });

  it.each(Object.keys(everyCommand))(
    'answers %s with an error or a value, whatever it is given',
    async (name) => {
      const bugs: unknown[] = [];
      const wrong: unknown[] = [];
      for (const input of payloads) {
        const result = await dispatch(everyCommand, handlers, name, input, (_name, error) =>
          bugs.push([input, error]),
        );
        if (!result.ok && result.error.code !== 'invalid') wrong.push([input, result]);
        structuredClone(result);
      }
      expect(bugs).toEqual([]);
      expect(wrong).toEqual([]);
    },
  );

  it.each(Object.keys(everyEvent) as (keyof typeof everyEvent)[])(
    'takes any %s or refuses it, and never throws',
    (name) => {
      for (const payload of payloads) everyEvent[name].safeParse(payload);
    },
  );
});
