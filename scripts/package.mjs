// `npm run package`: builds the app and packages it, as electron-builder.yml says.
import { ensureAppBuild } from './setup/app-build.mjs';
import { packageApp, packagedProgram } from './setup/app-package.mjs';
import { ensureElectron } from './setup/electron.mjs';
import { checkNodeVersion } from './setup/node-version.mjs';
import { ensurePackages } from './setup/packages.mjs';
import { runAsCommand } from './setup/stop.mjs';

await runAsCommand(async () => {
  checkNodeVersion();
  await ensurePackages();
  const electron = await ensureElectron();
  await ensureAppBuild();
  await packageApp(electron);
  console.log(`Packaged. Start it with: ${packagedProgram}`);
  return 0;
});
