import { readFileSync } from 'node:fs';
import { profileSchema } from '#shared/profile.ts';
import { startEngine } from './engine-under-test.ts';

/**
 * A program of its own that runs an engine until its standard input ends: opens the profile given in a file,
 * says so, and closes the engine. Then nothing must keep the process alive: it never calls `process.exit`.
 */
const [, , profileFile = '', knownHostsFile = ''] = process.argv;
const profile = profileSchema.parse(JSON.parse(readFileSync(profileFile, 'utf8')));
const engine = startEngine(knownHostsFile);
await engine.engine.handlers['engine.startPractice']({ identity: null, preferredPort: null });
await engine.start(profile);
await engine.until(profile, 'open');
process.stdout.write('open\n');
process.stdin.resume().on('end', async () => {
  await engine.close();
  process.stdout.write('closed\n');
});
