import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Block, type GiveBack, InboundMemory } from './inbound-memory.ts';

const SMALL_BYTES = 16 * 1024;
const LARGE_BYTES = 256 * 1024;
const MAX_KEPT = 6;

describe('the memory of what comes in', () => {
  it('starts small, and grows with the first read that fills it', () => {
    const memory = new InboundMemory();
    expect(memory.nextReadBlock().bytes.length).toBe(SMALL_BYTES);
    memory.noteRead(SMALL_BYTES - 1);
    expect(memory.nextReadBlock().bytes.length).toBe(SMALL_BYTES);
    memory.noteRead(SMALL_BYTES);
    expect(memory.nextReadBlock().bytes.length).toBe(LARGE_BYTES);
    memory.noteRead(SMALL_BYTES);
    expect(memory.nextReadBlock().bytes.length).toBe(LARGE_BYTES);
  });

  it('reads into the same block while nobody keeps it', () => {
    const memory = new InboundMemory();
    const block = memory.nextReadBlock();
    expect(memory.blockRead === block).toBe(true);
    expect(memory.nextReadBlock() === block).toBe(true);
  });

  it('hands out no block that somebody keeps, until the last gave it back', () => {
    const memory = new InboundMemory();
    const kept = memory.take();
    const giveBacks = [memory.keep(kept), memory.keep(kept)];
    const next = memory.renew(kept);
    expect(next === kept).toBe(false);
    giveBacks[0]?.();
    expect(memory.take() === kept).toBe(false);
    giveBacks[1]?.();
    expect(memory.take() === kept).toBe(true);
  });

  it('uses a block again in its place when it was given back in time', () => {
    const memory = new InboundMemory();
    const block = memory.take();
    memory.keep(block)?.();
    expect(memory.renew(block) === block).toBe(true);
    // And not a second time elsewhere.
    expect(memory.take() === block).toBe(false);
  });

  it('leaves no more than six, and again when one came back', () => {
    const memory = new InboundMemory();
    const giveBacks = Array.from({ length: MAX_KEPT }, () => memory.keep(memory.take()));
    expect(giveBacks).not.toContain(null);
    expect(memory.keep(memory.take())).toBeNull();
    giveBacks[3]?.();
    expect(memory.keep(memory.take())).not.toBeNull();
  });

  it('never hands out a block in use, and makes two more than may be kept at most', () => {
    const steps = fc.array(
      fc.oneof(
        fc.record({
          kind: fc.constantFrom('read', 'assemble', 'keepRead', 'keepAssembly'),
          which: fc.nat(9),
        }),
        fc.record({ kind: fc.constant('giveBack'), which: fc.nat(9) }),
      ),
      { maxLength: 200 },
    );
    fc.assert(
      fc.property(steps, (list) => {
        const memory = new InboundMemory();
        memory.nextReadBlock();
        memory.noteRead(SMALL_BYTES);
        let assembly = memory.take();
        const kept: { readonly block: Block; readonly giveBack: GiveBack }[] = [];
        const seen = new Set<Block>([assembly]);
        const keep = (block: Block) => {
          const giveBack = memory.keep(block);
          if (giveBack !== null) kept.push({ block, giveBack });
        };
        for (const { kind, which } of list) {
          if (kind === 'read') memory.nextReadBlock();
          if (kind === 'assemble') assembly = memory.renew(assembly);
          if (kind === 'keepRead') keep(memory.blockRead);
          if (kind === 'keepAssembly') keep(assembly);
          if (kind === 'giveBack') kept.splice(which % (kept.length || 1), 1)[0]?.giveBack();
          const isFresh = kind === 'read' ? memory.blockRead : kind === 'assemble' ? assembly : null;
          if (kept.some(({ block }) => block === isFresh)) throw new Error('A kept block was handed out.');
          if (memory.blockRead === assembly) throw new Error('One block has two users.');
          seen.add(assembly).add(memory.blockRead);
        }
        expect(kept.length).toBeLessThanOrEqual(MAX_KEPT);
        expect(seen.size).toBeLessThanOrEqual(MAX_KEPT + 2);
      }),
    );
  });
});
