import { createBindDoctor } from '../../electron/engine/bind-doctor/bind-doctor.ts';
import { bindServers, closeServers } from '../../electron/engine/forward/bind.ts';

/**
 * A program that root starts: becomes an ordinary user, tries to bind 127.0.0.1 on each of the given ports and prints what
 * the doctor says of each, null where it could.
 */
const [uid = 0, gid = 0, ...ports] = process.argv.slice(2).map(Number);
process.setgroups?.([]);
process.setgid?.(gid);
process.setuid?.(uid);
const doctor = createBindDoctor({ ourListeners: () => [], practicePort: () => null });
const answers = [];
for (const port of ports) {
  const bound = await bindServers({ address: '127.0.0.1', port }, (socket) => socket.destroy());
  if (bound.ok) await closeServers(bound.value.servers);
  answers.push(bound.ok ? null : await doctor.diagnose(bound.error));
}
process.stdout.write(JSON.stringify(answers));
