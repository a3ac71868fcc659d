import { readFileSync } from 'node:fs';
import { parseHostKeyBase64 } from '../../electron/engine/ssh/host-key.ts';
import { lookUpHost } from '../../electron/engine/ssh/known-hosts.ts';
import { appendKnownHost } from '../../electron/engine/ssh/known-hosts-append.ts';
import { digestOfLine, removeKnownHostsLine } from '../../electron/engine/ssh/known-hosts-removal.ts';

/**
 * A program of its own that changes a known_hosts file as Culvert does, and says a line after each change. `add <count>`
 * adds that many hosts and ends; `churn` adds a host and takes it out again until it is killed.
 */
const [, , mode = '', file = '', name = '', base64 = '', count = '0'] = process.argv;
const key = parseHostKeyBase64(base64);
if (!key) throw new Error('That is no key.');

for (let at = 0; mode === 'churn' || at < Number(count); at++) {
  const server = { host: `${name}${at}`, port: 22 };
  const added = await appendKnownHost(file, server, key);
  if (!added.ok) throw new Error(added.error.cause);
  process.stdout.write('added\n');
  if (mode === 'churn') {
    const [entry] = lookUpHost(readFileSync(file, 'latin1'), server);
    if (!entry) throw new Error('The line that was added is not there.');
    const removed = await removeKnownHostsLine({ file, line: entry.line, digest: digestOfLine(entry.text) });
    process.stdout.write(removed.ok ? 'removed\n' : `${removed.error.kind}\n`);
  }
}
