import { eventually } from '../support/eventually.ts';
import type { Machine } from './machine.ts';

/** A running telnet(1), the article's way to ask a port whether somebody is there. */
export interface Telnet {
  /** All that it showed so far, its own words too. */
  text(): string;
  /** Waits until it showed this. Throws, with what it showed instead, when it ends first. */
  waitFor(text: string): Promise<void>;
  type(line: string): void;
  /** Resolves with all that it showed, when it has ended. */
  readonly ended: Promise<string>;
  close(): Promise<void>;
}

/** Starts `telnet host port` on a machine. */
export function startTelnet(machine: Machine, host: string, port: number): Telnet {
  const child = machine.start('telnet', [host, String(port)]);
  let text = '';
  let hasEnded = false;
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (more: string) => {
      text += more;
    });
  }
  child.stdin.on('error', () => {});
  const ended = new Promise<string>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', () => {
      hasEnded = true;
      resolve(text);
    });
  });
  return {
    text: () => text,
    ended,
    waitFor: (wanted) =>
      eventually(() => {
        if (text.includes(wanted)) return;
        const how = `telnet ${host} ${port} on ${machine.name} shows ${JSON.stringify(text)}`;
        throw new Error(`${how}${hasEnded ? ' and has ended' : ''}, not ${JSON.stringify(wanted)}`);
      }),
    type: (line) => void child.stdin.write(`${line}\n`),
    close: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

/** What `telnet host port` shows until it has shown this; then it is ended. */
export async function telnetUntil(
  machine: Machine,
  host: string,
  port: number,
  wanted: string,
): Promise<string> {
  const telnet = startTelnet(machine, host, port);
  try {
    await telnet.waitFor(wanted);
    return telnet.text();
  } finally {
    await telnet.close();
  }
}
