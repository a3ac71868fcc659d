// `npm run build`: builds the app to dist/ unless it is up to date. `-- --force` builds in any case.
import { ensureAppBuild } from './setup/app-build.mjs';
import { checkNodeVersion } from './setup/node-version.mjs';
import { ensurePackages } from './setup/packages.mjs';
import { runAsCommand } from './setup/stop.mjs';

await runAsCommand(async () => {
  checkNodeVersion();
  await ensurePackages();
  const isBuilt = await ensureAppBuild({ force: process.argv.includes('--force') });
  console.log(isBuilt ? 'Built to dist/.' : 'dist/ is up to date.');
  return 0;
});
