import { describe, expect, it } from 'vitest';
import { placeWindow, WINDOW_SIZE } from './window-bounds.ts';

const laptop = { x: 0, y: 0, width: 1440, height: 860 };
const monitor = { x: 1440, y: 0, width: 2560, height: 1400 };
const bounds = { x: 1600, y: 100, width: 1200, height: 800, isMaximized: false };

describe('placeWindow', () => {
  it('puts the window back where it was', () => {
    expect(placeWindow(bounds, [laptop, monitor])).toEqual(bounds);
  });

  it('forgets a place on a screen that is gone, and keeps the size', () => {
    expect(placeWindow(bounds, [laptop])).toEqual({ width: 1200, height: 800, isMaximized: false });
  });

  it('makes it fit a smaller screen, but never smaller than it can be used', () => {
    const large = { ...bounds, x: 0, y: 0, width: 2400, height: 1300 };
    expect(placeWindow(large, [laptop])).toMatchObject({ width: 1440, height: 860 });
    const tiny = { ...bounds, x: 0, y: 0, width: 10, height: 10 };
    expect(placeWindow(tiny, [laptop])).toEqual({ width: 640, height: 480, isMaximized: false });
  });

  it('never leaves the title bar where no hand can reach it', () => {
    for (const place of [
      { ...bounds, x: 10, y: -40 },
      { ...bounds, x: 10, y: 850 },
      { ...bounds, x: 1400, y: 10 },
      { ...bounds, x: -1150, y: 10 },
    ]) {
      expect(placeWindow(place, [laptop])).not.toHaveProperty('x');
    }
  });

  it.each([null, 'nonsense', { x: 'left' }, { ...bounds, width: Number.NaN }, { ...bounds, height: -5 }])(
    'starts afresh from %j',
    (saved) => {
      const { width, height } = WINDOW_SIZE;
      expect(placeWindow(saved, [laptop])).toEqual({ width, height, isMaximized: false });
    },
  );

  it('bears with a computer without screens', () => {
    expect(placeWindow(bounds, [])).toMatchObject({ width: 1100, height: 760 });
  });
});
