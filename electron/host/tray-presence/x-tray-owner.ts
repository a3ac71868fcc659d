import { holdDialogue, type SocketDialogue } from '../session-bus/socket-dialogue.ts';
import { COOKIE, findCookie, parseDisplay } from './x-display.ts';

/**
 * Asks the X server whether a program shows tray icons: it then owns the selection `_NET_SYSTEM_TRAY_S<screen>`
 * (System Tray Protocol Specification, "Locating the system tray"). False without a server or an answer in time.
 */
export async function hasXTray(env: NodeJS.ProcessEnv, timeoutMs: number): Promise<boolean> {
  const display = parseDisplay(env.DISPLAY);
  if (display === null) return false;
  const cookie = await findCookie(env, display);
  try {
    return await holdDialogue(display.address, timeoutMs, async (dialogue) => {
      await logIn(dialogue, cookie);
      const atom = await ask(dialogue, internAtomRequest(`_NET_SYSTEM_TRAY_S${display.screen}`));
      if (atom === NONE) return false;
      return (await ask(dialogue, selectionOwnerRequest(atom))) !== NONE;
    });
  } catch {
    return false;
  }
}

/** No atom, no window. */
const NONE = 0;

/** X Window System Protocol, "Connection Setup". */
async function logIn(dialogue: SocketDialogue, cookie: Buffer | null): Promise<void> {
  const name = cookie === null ? Buffer.alloc(0) : Buffer.from(COOKIE, 'latin1');
  const data = cookie ?? Buffer.alloc(0);
  const start = Buffer.alloc(12);
  // Little-endian, protocol 11.0.
  start.writeUInt8(0x6c, 0);
  start.writeUInt16LE(11, 2);
  start.writeUInt16LE(name.length, 6);
  start.writeUInt16LE(data.length, 8);
  dialogue.write(Buffer.concat([start, padded(name), padded(data)]));
  const answer = await dialogue.read(8);
  await dialogue.read(answer.readUInt16LE(6) * 4);
  if (answer[0] !== 1) throw new Error('the X server refused the connection');
}

/** InternAtom, only if the atom exists: an atom that nobody made has no owner either. */
function internAtomRequest(name: string): Buffer {
  const text = padded(Buffer.from(name, 'latin1'));
  const start = Buffer.from([16, 1, 0, 0, 0, 0, 0, 0]);
  start.writeUInt16LE(2 + text.length / 4, 2);
  start.writeUInt16LE(name.length, 4);
  return Buffer.concat([start, text]);
}

function selectionOwnerRequest(atom: number): Buffer {
  const request = Buffer.from([23, 0, 2, 0, 0, 0, 0, 0]);
  request.writeUInt32LE(atom, 4);
  return request;
}

/** Both requests are answered with 32 bytes that hold one number; events may come before. */
async function ask(dialogue: SocketDialogue, request: Buffer): Promise<number> {
  dialogue.write(request);
  for (;;) {
    const message = await dialogue.read(32);
    const kind = message[0];
    if (kind === 0) throw new Error('the X server answered with an error');
    if (kind === 1) return message.readUInt32LE(8);
  }
}

function padded(bytes: Buffer): Buffer {
  return Buffer.concat([bytes, Buffer.alloc(-bytes.length & 3)]);
}
