// Prints the program that starts the Electron in use, and nothing else; fetches nothing.
// `$(node scripts/electron-path.mjs) .` starts the built app.
import { findElectron } from './setup/electron.mjs';
import { runAsCommand, SetupStop } from './setup/stop.mjs';

await runAsCommand(async () => {
  const electron = findElectron();
  if (electron === undefined)
    throw new SetupStop('There is no Electron yet: `npm start` or `npm test` fetches one.');
  console.log(electron.launcher);
  return 0;
});
