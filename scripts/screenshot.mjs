// `node scripts/screenshot.mjs DUMP PNG`: what is now on a virtual display; `npm start` names its DUMP.
import { readFile, writeFile } from 'node:fs/promises';
import { runAsCommand, SetupStop } from './setup/stop.mjs';
import { xwdToPng } from './setup/xwd-to-png.mjs';

await runAsCommand(async () => {
  const [dump, png] = process.argv.slice(2);
  if (dump === undefined || png === undefined) {
    throw new SetupStop(
      'Usage: node scripts/screenshot.mjs DUMP PNG (`npm start` without a screen names its DUMP)',
    );
  }
  const picture = await readFile(dump).catch(() => {
    throw new SetupStop(`There is no virtual display at ${dump}; has the app been closed?`);
  });
  await writeFile(png, xwdToPng(picture));
  return 0;
});
