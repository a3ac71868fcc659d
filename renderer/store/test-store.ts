import { create } from 'zustand';
import type { Endpoint } from '#shared/endpoint.ts';
import type { ProbeOutcome, ProbeSpeech } from '#shared/probe.ts';
import { run } from './messages.ts';

/** A test of one forward, as the window knows it. */
export type ForwardTest =
  /** A SOCKS forward: where to? `takeFocus` until the field has it. */
  | { readonly kind: 'asking'; readonly text: string; readonly takeFocus: boolean }
  | { readonly kind: 'running'; readonly target: Endpoint | undefined }
  | { readonly kind: 'done'; readonly target: Endpoint | undefined; readonly outcome: ProbeOutcome };

/** Which forward of which tunnel. */
export interface TestedForward {
  readonly id: string;
  readonly forwardId: string;
}

/** The tests by their forwards, apart from the cards: a card that is scrolled out of view and back still has them. */
const useTestStore = create<{ readonly tests: Readonly<Record<string, ForwardTest>> }>()(() => ({
  tests: {},
}));

/** The test of one forward; undefined where there is none to show. */
export function useForwardTest({ id, forwardId }: TestedForward): ForwardTest | undefined {
  return useTestStore(({ tests }) => tests[`${id}/${forwardId}`]);
}

/** Asks where a SOCKS forward is to lead, beginning with where it led last. */
export function askForTarget(forward: TestedForward, text: string, takeFocus = false): void {
  put(forward, { kind: 'asking', text, takeFocus });
}

/** Sends one connection through a forward and keeps what came back. */
export async function testForward(
  forward: TestedForward,
  target: Endpoint | undefined,
  speech?: ProbeSpeech,
): Promise<void> {
  put(forward, { kind: 'running', target });
  const reply = await run('forwards.probe', {
    ...forward,
    ...(target && { target }),
    ...(speech && { speech }),
  });
  put(forward, reply ? { kind: 'done', target, outcome: reply.value } : undefined);
}

/** It has been read. */
export function closeTest(forward: TestedForward): void {
  put(forward, undefined);
}

function put({ id, forwardId }: TestedForward, test: ForwardTest | undefined): void {
  useTestStore.setState(({ tests }) => {
    const { [`${id}/${forwardId}`]: _before, ...others } = tests;
    return { tests: test ? { ...others, [`${id}/${forwardId}`]: test } : others };
  });
}
