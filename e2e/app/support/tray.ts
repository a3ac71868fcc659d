import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { promisify } from 'node:util';
import { eventually } from '../../support/eventually.ts';

/** A real tray on the display of the tests (Debian's `trayer`), in its upper left corner. */
export interface Tray {
  /** Waits until an icon is there. */
  waitForIcon(): Promise<void>;
  /** Claims that an icon is there now. */
  hasIcon(): Promise<boolean>;
  /** Clicks the icon with the left button. */
  click(): Promise<void>;
  /** Opens the icon's menu with the right button, and clicks its first entry. */
  clickFirstEntry(): Promise<void>;
  /** Opens the icon's menu and chooses its last entry with the keyboard. */
  chooseLastEntry(): Promise<void>;
  close(): Promise<void>;
}

/** The height of the tray, in pixels; icons are a little smaller. */
const HEIGHT = 24;

/** Starts a tray. Resolves at once; its icon comes when an app finds it. */
export function startTray(): Tray {
  const place = ['--edge', 'top', '--align', 'left', '--widthtype', 'request'];
  const trayer = spawn('trayer', [...place, '--heighttype', 'pixel', '--height', String(HEIGHT)], {
    stdio: 'ignore',
  });
  const ended = once(trayer, 'exit').catch(() => {
    throw new Error('trayer did not start. Install it: apt-get install trayer (as root).');
  });

  const click = async (button: 1 | 3) => {
    const icon = await eventually(findIcon);
    await xdotool('mousemove', icon.x + icon.width / 2, icon.y + icon.height / 2, 'click', button);
  };
  const openMenu = async () => {
    await click(3);
    return eventually(findMenu);
  };
  const menuClosed = () => eventually(async () => (await menus()).length === 0);
  return {
    waitForIcon: async () => void (await eventually(findIcon, { timeoutMs: 20_000 })),
    hasIcon: async () => (await icons()).length > 0,
    click: () => click(1),
    async clickFirstEntry() {
      const menu = await openMenu();
      // Inside the first entry, whose height is about that of a line of text with its padding.
      await xdotool('mousemove', menu.x + 40, menu.y + 15, 'click', 1);
      await menuClosed();
    },
    async chooseLastEntry() {
      await openMenu();
      await xdotool('key', 'Up');
      await xdotool('key', 'Return');
      await menuClosed();
    },
    async close() {
      if (trayer.exitCode === null && trayer.signalCode === null) trayer.kill();
      await ended;
    },
  };
}

interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Small, and where the tray is. */
async function icons(): Promise<readonly Rectangle[]> {
  const windows = await electronWindows();
  return windows.filter(({ y, width, height }) => y >= 0 && y < HEIGHT && width <= 64 && height <= HEIGHT);
}

/** Below the icon, and wide enough for words. */
async function menus(): Promise<readonly Rectangle[]> {
  const windows = await electronWindows();
  return windows.filter(({ x, y, width, height }) => x >= 0 && y >= 0 && width > 80 && height > HEIGHT);
}

async function findIcon(): Promise<Rectangle> {
  const [icon] = await icons();
  if (!icon) throw new Error('There is no icon in the tray.');
  return icon;
}

async function findMenu(): Promise<Rectangle> {
  const [menu] = await menus();
  if (!menu) throw new Error('The menu of the tray is not open.');
  return menu;
}

/** Electron names its icon and its menus after its program; its windows have titles of their own. */
async function electronWindows(): Promise<readonly Rectangle[]> {
  // It fails where it finds none.
  const found = await xdotool('search', '--onlyvisible', '--name', '^electron$').catch(() => '');
  const rectangles = await Promise.all(
    found
      .split('\n')
      .filter((id) => id !== '')
      // A window may be gone by now.
      .map((id) => xdotool('getwindowgeometry', '--shell', id).then(readGeometry, () => [])),
  );
  return rectangles.flat();
}

function readGeometry(text: string): readonly Rectangle[] {
  const value = (name: string) => Number(new RegExp(`^${name}=(-?\\d+)$`, 'm').exec(text)?.[1]);
  return [{ x: value('X'), y: value('Y'), width: value('WIDTH'), height: value('HEIGHT') }];
}

async function xdotool(...args: readonly (string | number)[]): Promise<string> {
  const { stdout } = await promisify(execFile)('xdotool', args.map(String));
  return stdout;
}
