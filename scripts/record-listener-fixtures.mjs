// Records what the tools of this Linux computer say about a few known sockets, for the tests of the parsers. Run it by
// hand, as root, where ss, net-tools and BusyBox are installed:
//
//   node scripts/record-listener-fixtures.mjs
//
// It works in a network namespace of its own, so that nothing of this computer is in the recordings.
import { execFileSync, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';

const INSIDE = 'CULVERT_RECORDS_INSIDE';
const folder = join(import.meta.dirname, '../electron/engine/server/fixtures');

/** File name to the command that fills it. */
const recordings = {
  'linux-ss-listening.txt': ['ss', '-tlnep'],
  'linux-ss-established.txt': ['ss', '-tnep', 'state', 'established'],
  'linux-netstat.txt': ['netstat', '-tanepW'],
  'busybox-netstat.txt': ['busybox', 'netstat', '-tane'],
  'linux-proc-net-tcp.txt': ['cat', '/proc/net/tcp', '/proc/net/tcp6'],
  'linux-ip-addr.txt': ['ip', '-o', 'addr'],
  'busybox-ip-addr.txt': ['busybox', 'ip', '-o', 'addr'],
  'linux-ifconfig.txt': ['ifconfig', '-a'],
  'busybox-ifconfig.txt': ['busybox', 'ifconfig', '-a'],
};

/** The namespace's network: loopback, an ordinary one, and one end of a point-to-point link. */
const network = [
  'link set lo up',
  'link add lan0 type veth peer name lan1',
  'addr add 192.168.1.77/24 dev lan0',
  'addr add fd00:1111:2222:3333:4444:5555:6666:7777/64 dev lan0 nodad',
  'link set lan0 up',
  'link set lan1 up',
  'link add tun0 type veth peer name tun1',
  'addr add 10.8.0.6 peer 10.8.0.5/32 dev tun0',
  'link set tun0 up',
];

/** @type {readonly [string, number][]} */
const listeners = [
  ['127.0.0.1', 42424],
  ['::1', 42425],
  ['0.0.0.0', 8080],
  ['::', 65535],
  ['192.168.1.77', 143],
  ['fd00:1111:2222:3333:4444:5555:6666:7777', 42430],
  ['::ffff:127.0.0.1', 42428],
];

if (process.env[INSIDE] === undefined) {
  const { status } = spawnSync('unshare', ['--net', process.execPath, import.meta.filename], {
    stdio: 'inherit',
    env: { ...process.env, [INSIDE]: '1', LC_ALL: 'C' },
  });
  process.exitCode = status ?? 1;
} else {
  await record();
}

async function record() {
  for (const line of network) execFileSync('ip', line.split(' '));
  const servers = await Promise.all(
    listeners.map(async ([host, port]) => {
      const server = createServer((client) => client.resume());
      server.listen({ host, port, ipv6Only: false });
      await once(server, 'listening');
      return server;
    }),
  );
  // As an ordinary account, so that owners other than root are in the recordings.
  process.seteuid?.(1000);
  const clients = [connect(42424, '127.0.0.1'), connect(65535, '::1'), connect(65535, '127.0.0.1')];
  await Promise.all(clients.map((client) => once(client, 'connect')));
  process.seteuid?.(0);
  for (const [name, [file = '', ...args]] of Object.entries(recordings)) {
    writeFileSync(join(folder, name), execFileSync(file, args));
  }
  for (const client of clients) client.destroy();
  for (const server of servers) server.close();
}
