import { hasStatusNotifierHost } from '../session-bus/session-bus.ts';
import { hasXTray } from './x-tray-owner.ts';

/** How long a bus or a display may take to answer, in milliseconds. It is asked rarely and on this computer. */
const ANSWER_TIMEOUT_MS = 2_000;
/** How often to look again, in milliseconds: panels start late, crash and are replaced. */
const LOOK_INTERVAL_MS = 5_000;

/**
 * Whether an icon in the tray would be seen. Electron gives no sign when there is no tray. Windows and macOS always
 * have one; on Linux it is a program of the desktop, reached over D-Bus or over X, or absent.
 */
export async function findTray(env: NodeJS.ProcessEnv = process.env): Promise<boolean> {
  if (process.platform !== 'linux') return true;
  const userId = process.getuid?.() ?? 0;
  const answers = await Promise.all([
    hasStatusNotifierHost(env, userId, ANSWER_TIMEOUT_MS),
    hasXTray(env, ANSWER_TIMEOUT_MS),
  ]);
  return answers.includes(true);
}

/** Calls `onChange` with the present answer soon, and then whenever it is another. Returns what ends it. */
export function watchTray(
  onChange: (isPresent: boolean) => void,
  find: () => Promise<boolean> = findTray,
  intervalMs = LOOK_INTERVAL_MS,
): () => void {
  let known: boolean | undefined;
  let isOver = false;
  let timer: NodeJS.Timeout | undefined;
  const look = async () => {
    const isPresent = await find();
    if (isOver) return;
    if (isPresent !== known) {
      known = isPresent;
      onChange(isPresent);
    }
    timer = setTimeout(look, intervalMs);
    timer.unref();
  };
  void look();
  return () => {
    isOver = true;
    clearTimeout(timer);
  };
}
