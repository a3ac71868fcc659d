import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { fail, succeed } from '../result.ts';
import { command, type Handlers, nothing } from './command.ts';
import { dispatch } from './dispatch.ts';
import { engineCommands } from './engine.ts';
import { commands as windowCommands } from './index.ts';

const commands = {
  'numbers.double': command(z.object({ number: z.number('Give a number.') }), z.number()),
  'numbers.forget': command(nothing, nothing),
} as const;

const handlers: Handlers<typeof commands> = {
  'numbers.double': async ({ number }) => succeed(2 * number),
  'numbers.forget': async () => fail({ code: 'notNow', message: 'Later.' }),
};

const noBug = () => {
  throw new Error('No bug was expected.');
};

describe('dispatch', () => {
  it('gives the handler parsed input and gives back its answer', async () => {
    const input = { number: 21, extra: true };
    const double = vi.fn(handlers['numbers.double']);
    const result = await dispatch(
      commands,
      { ...handlers, 'numbers.double': double },
      'numbers.double',
      input,
      noBug,
    );
    expect(result).toEqual({ ok: true, value: 42 });
    expect(double).toHaveBeenCalledExactlyOnceWith({ number: 21 });
  });

  it('passes an expected failure on', async () => {
    expect(await dispatch(commands, handlers, 'numbers.forget', null, noBug)).toEqual({
      ok: false,
      error: { code: 'notNow', message: 'Later.' },
    });
  });

  it.each([
    '',
    'numbers',
    'numbers.triple',
    '__proto__',
    'constructor',
    'toString',
    'hasOwnProperty',
    'valueOf',
    0,
    null,
    undefined,
    {},
    ['numbers.double'],
    Symbol('x'),
  ])('knows no command %s', async (name) => {
    expect(await dispatch(commands, handlers, name, null, noBug)).toEqual({
      ok: false,
      error: { code: 'invalid', message: 'There is no such command.' },
    });
  });

  it('says which field is wrong', async () => {
    expect(await dispatch(commands, handlers, 'numbers.double', { number: 'x' }, noBug)).toEqual({
      ok: false,
      error: {
        code: 'invalid',
        message: 'number: Give a number.',
        fields: [{ path: 'number', message: 'Give a number.' }],
      },
    });
  });

  it('does not call the handler with bad input', async () => {
    const double = vi.fn(handlers['numbers.double']);
    for (const input of [undefined, null, 1, 'x', [], {}, { number: Number.NaN }]) {
      await dispatch(commands, { ...handlers, 'numbers.double': double }, 'numbers.double', input, noBug);
    }
    expect(double).not.toHaveBeenCalled();
  });

  it.each([
    [
      'throws',
      () => {
        throw new Error('hunter2 in /home/andre');
      },
    ],
    ['rejects', () => Promise.reject(new Error('hunter2 in /home/andre'))],
  ])('keeps to itself what a handler that %s has said', async (_how, handler) => {
    const bugs: unknown[] = [];
    const broken = { ...handlers, 'numbers.forget': handler };
    const result = await dispatch(commands, broken, 'numbers.forget', null, (name, error) =>
      bugs.push([name, error]),
    );
    expect(result).toMatchObject({ ok: false, error: { code: 'internal' } });
    expect(JSON.stringify(result)).not.toContain('hunter2');
    expect(bugs).toEqual([
      ['numbers.forget', expect.objectContaining({ message: 'hunter2 in /home/andre' })],
    ]);
  });

  it('treats a command without a handler as unknown', async () => {
    const { 'numbers.forget': _left, ...fewer } = handlers;
    const result = await dispatch(
      commands,
      fewer as Handlers<typeof commands>,
      'numbers.forget',
      null,
      noBug,
    );
    expect(result).toMatchObject({ ok: false, error: { code: 'invalid' } });
  });

  it('never says what a wrong field held, nor what it was called', async () => {
    const SECRET = 'hunter2';
    const leaf = fc.constantFrom<unknown>(SECRET, [SECRET], { [SECRET]: SECRET }, `${SECRET}\n`, null, 1);
    const keys = [
      'id',
      'tunnelId',
      'promptId',
      'checkId',
      'profile',
      'answer',
      'slot',
      'text',
      'identity',
      'kind',
      'secret',
      SECRET,
    ];
    const branch = fc.dictionary(fc.constantFrom(...keys), leaf);
    const input = fc.oneof(
      leaf,
      branch,
      fc.dictionary(fc.constantFrom(...keys), fc.oneof(branch, fc.array(branch))),
    );
    const all = { ...windowCommands, ...engineCommands };
    const unreachable = async () => succeed(null);
    const open = Object.fromEntries(
      Object.keys(all).map((name) => [name, unreachable]),
    ) as unknown as Handlers<typeof all>;
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...Object.keys(all)), input, async (name, given) => {
        const result = await dispatch(all, open, name, given, noBug);
        expect(JSON.stringify(result)).not.toContain(SECRET);
      }),
      { numRuns: 1000 },
    );
    const identity = { hostKey: SECRET, password: SECRET, [SECRET]: 1 };
    const result = await dispatch(
      all,
      open,
      'engine.startPractice',
      { identity, preferredPort: null },
      noBug,
    );
    expect(result.ok).toBe(false);
    expect(JSON.stringify(result)).not.toContain(SECRET);
  });

  it('names no more fields than anybody reads', async () => {
    const forwards = Array.from({ length: 90 }, () => ({}));
    const list = {
      'list.check': command(z.object({ forwards: z.array(z.object({ id: z.string() })) }), nothing),
    };
    const result = await dispatch(
      list,
      { 'list.check': async () => succeed(null) },
      'list.check',
      { forwards },
      noBug,
    );
    expect(result.ok ? [] : result.error.fields).toHaveLength(50);
  });
});
