import { z } from 'zod';

const boundsSchema = z.object({
  x: z.number().int(),
  y: z.number().int(),
  width: z.number().int().positive(),
  height: z.number().int().positive(),
  isMaximized: z.boolean(),
});

/** Where the window was, in device-independent pixels of the whole desktop. */
export type WindowBounds = z.output<typeof boundsSchema>;

/** A rectangle on the desktop, in the same pixels. */
export interface Area {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Where to put a window; without x and y the system decides. */
export interface Placement {
  readonly x?: number;
  readonly y?: number;
  readonly width: number;
  readonly height: number;
  readonly isMaximized: boolean;
}

/** In pixels: enough for two cards beside each other; below the least, buttons would fall off. */
export const WINDOW_SIZE = { width: 1100, height: 760, minWidth: 640, minHeight: 480 } as const;

/** So much of the title bar must be on a screen that a hand can take hold of it. */
const GRIP = { width: 120, height: 32 } as const;

/**
 * Where to put the window, given what was saved (by whatever version, or by nobody) and the screens' usable areas.
 * A place that no screen shows any more is forgotten; the size stays, as far as a screen holds it.
 */
export function placeWindow(saved: unknown, workAreas: readonly Area[]): Placement {
  const parsed = boundsSchema.safeParse(saved);
  const largest = largestOf(workAreas);
  if (!parsed.success) {
    return { ...sizeWithin(WINDOW_SIZE, largest), isMaximized: false };
  }
  const bounds = parsed.data;
  const { isMaximized } = bounds;
  const screen = workAreas.find((area) => isGripOn(bounds, area));
  if (!screen) return { ...sizeWithin(bounds, largest), isMaximized };
  return { x: bounds.x, y: bounds.y, ...sizeWithin(bounds, screen), isMaximized };
}

function isGripOn(bounds: WindowBounds, area: Area): boolean {
  const visibleWidth = Math.min(bounds.x + bounds.width, area.x + area.width) - Math.max(bounds.x, area.x);
  const isTitleBarOn = bounds.y >= area.y && bounds.y + GRIP.height <= area.y + area.height;
  return isTitleBarOn && visibleWidth >= GRIP.width;
}

function sizeWithin(
  size: { readonly width: number; readonly height: number },
  area: Area | undefined,
): { readonly width: number; readonly height: number } {
  const most = area ?? WINDOW_SIZE;
  return {
    width: Math.max(WINDOW_SIZE.minWidth, Math.min(size.width, most.width)),
    height: Math.max(WINDOW_SIZE.minHeight, Math.min(size.height, most.height)),
  };
}

function largestOf(areas: readonly Area[]): Area | undefined {
  return areas.reduce<Area | undefined>(
    (best, area) => (best && best.width * best.height >= area.width * area.height ? best : area),
    undefined,
  );
}
