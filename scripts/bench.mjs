// `npm run bench`: does all the set-up and measures Culvert beside OpenSSH. `npm run bench -- --help` says more.
import { runPlaywrightTool } from './bench/run-playwright.mjs';
import { ensureAppBuild } from './setup/app-build.mjs';
import { onAskedToEnd } from './setup/asked-to-end.mjs';
import { testNeed } from './setup/debian-packages.mjs';
import { ensureElectron } from './setup/electron.mjs';
import { checkNodeVersion } from './setup/node-version.mjs';
import { ensurePackages } from './setup/packages.mjs';
import { runAsCommand, SetupStop } from './setup/stop.mjs';
import { ensureSystemPackages, pathWithServers } from './setup/system-packages.mjs';
import { openTestDesktop } from './setup/test-desktop.mjs';

const help = `npm run bench [-- --quick]

Does all the set-up, measures Culvert's engine inside the real Electron side by side with OpenSSH's own ssh -L against
one sshd, prints the ratios and writes docs/benchmarks.md. Takes some minutes; leave the machine alone meanwhile.

--quick  moves 100 MB instead of 500 MB and writes no document`;

await runAsCommand(async () => {
  const args = process.argv.slice(2);
  const unknown = args.filter((arg) => !['--quick', '--help'].includes(arg));
  if (unknown.length > 0) throw new SetupStop(`There is no option ${unknown.join(', ')}.\n\n${help}`);
  if (args.includes('--help')) {
    console.log(help);
    return 0;
  }
  if (process.platform !== 'linux') throw new SetupStop('The benchmark runs on Linux only, so far.');
  checkNodeVersion();
  await ensurePackages();
  const electron = await ensureElectron();
  await ensureSystemPackages(electron.executable, testNeed);
  await ensureAppBuild();

  const ending = new AbortController();
  const stopListening = onAskedToEnd(() => ending.abort());
  const desktop = await openTestDesktop({ ...process.env, PATH: pathWithServers() });
  try {
    const env = {
      ...desktop.env,
      CULVERT_ELECTRON: electron.launcher,
      ...(args.includes('--quick') ? { CULVERT_BENCH_QUICK: '1' } : {}),
    };
    return await runPlaywrightTool(['test', '--project', 'bench', '--reporter=line'], env, ending.signal);
  } finally {
    stopListening();
    await desktop.close();
  }
});
