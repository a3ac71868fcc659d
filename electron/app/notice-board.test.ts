import { describe, expect, it } from 'vitest';
import type { Notice } from '#shared/notice.ts';
import { NoticeBoard } from './notice-board.ts';

describe('the notice board', () => {
  it('tells of each change, and of a dismissal once', () => {
    const told: (readonly Notice[])[] = [];
    const board = new NoticeBoard((notices) => told.push(notices));
    board.add('info', 'A', 'a');
    board.dismiss('a');
    board.dismiss('a');
    expect(told).toEqual([[{ id: 'a', tone: 'info', text: 'A' }], []]);
  });

  it('says the same thing once, and the latest of one topic', () => {
    const board = new NoticeBoard(() => {});
    board.add('info', 'Same');
    board.add('info', 'Same');
    board.add('warning', 'Engine, first', 'engine');
    board.add('warning', 'Engine, second', 'engine');
    expect(board.list().map(({ text }) => text)).toEqual(['Same', 'Engine, second']);
  });

  it('never grows without end', () => {
    const board = new NoticeBoard(() => {});
    for (let count = 0; count < 100; count += 1) board.add('info', `${count}`);
    expect(board.list()).toHaveLength(20);
    expect(board.list().at(-1)?.text).toBe('99');
  });
});
