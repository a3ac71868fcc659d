import type { BrowserWindowConstructorOptions } from 'electron';
import { commands } from '#shared/contract/index.ts';
import { type CulvertApp, expect, test } from './support/app.ts';
import { maul } from './support/malformed-payloads.ts';

const NAMES = Object.keys(commands);

/** Payloads for each command: more than 2,000 in all. */
const PAYLOADS_EACH = Math.ceil(2_000 / NAMES.length) + 1;

test('names that are not in the contract do not pass the bridge', async ({ computer }) => {
  const app = await computer.launch();
  const page = await app.page();
  const answers = await page.evaluate(async () => {
    const api = window.culvert as unknown as {
      call(name: unknown, input: unknown): Promise<unknown>;
      on(name: unknown, listener: () => void): unknown;
    };
    const attempt = async (act: () => unknown) => {
      try {
        return await act();
      } catch (error) {
        return `threw ${(error as Error).message}`;
      }
    };
    return {
      unknown: await attempt(() => api.call('app.quit', null)),
      inherited: await attempt(() => api.call('constructor', null)),
      notAName: await attempt(() => api.call({}, null)),
      event: await attempt(() => api.on('__proto__', () => undefined)),
      input: await attempt(() => api.call('tunnels.start', { id: '../../etc/passwd' })),
      size: await attempt(() => api.call('app.copyText', { text: 'x'.repeat(3_000_000) })),
      bytes: await attempt(() => api.call('app.copyText', { text: new Uint8Array(10) })),
    };
  });
  const invalid = { ok: false, error: { code: 'invalid' } };
  expect(answers).toMatchObject({ input: invalid, size: invalid, bytes: invalid });
  for (const name of ['unknown', 'inherited', 'notAName', 'event'] as const) {
    expect(answers[name], name).toMatch(/threw .*There is no such/);
  }
  await expect.poll(() => app.log()).toContain('Refused a command that is too large.');
});

test('only our own page in our own window can give any command', async ({ computer }) => {
  const app = await computer.launch();
  const page = await app.page();
  const refusal = {
    ok: false,
    error: { code: 'invalid', message: expect.stringContaining('Only the window') },
  };
  // A page of somebody else's that got our preload, and our own page in a window that is not ours.
  for (const url of ['data:text/html,<title>Foreign</title>', 'app://culvert/index.html']) {
    const answers = await callAllFrom(app, url);
    for (const name of NAMES) expect(answers[name], `${name} from ${url}`).toMatchObject(refusal);
  }
  await expect.poll(() => app.log()).toContain('Refused a command from data:text/html');
  // A frame in our own page gets no bridge at all.
  const framed = await page.evaluate(() => {
    const frame = document.createElement('iframe');
    document.body.append(frame);
    const bridge = (frame.contentWindow as Window | null)?.culvert;
    frame.remove();
    return typeof bridge;
  });
  expect(framed).toBe('undefined');
  app.takeProblems();
});

test('a strange page in our own window can give no command', async ({ computer }) => {
  const app = await computer.launch();
  const window = await app.electron.browserWindow(await app.page());
  // No page can get there: main itself leads it away.
  const answers = await window.evaluate(async (each, names) => {
    // What is still being loaded would be aborted, and that told as a failure of ours.
    if (each.webContents.isLoading())
      await new Promise<void>((resolve) => each.webContents.once('did-stop-loading', () => resolve()));
    await each.loadURL('data:text/html,<title>Foreign</title>');
    const calls = names.map(async (name) => [
      name,
      await each.webContents.executeJavaScript(`window.culvert.call(${JSON.stringify(name)}, null)`),
    ]);
    return Object.fromEntries(await Promise.all(calls));
  }, NAMES);
  for (const name of NAMES)
    expect(answers[name], name).toMatchObject({ ok: false, error: { code: 'invalid' } });
});

test('there is one door into main, and nothing else listens', async ({ computer }) => {
  const app = await computer.launch();
  await app.page();
  const doors = await app.electron.evaluate(({ ipcMain, webContents }) => {
    type Inside = {
      readonly _invokeHandlers: ReadonlyMap<string, unknown>;
      eventNames(): (string | symbol)[];
    };
    const inside = (door: unknown) => {
      const { _invokeHandlers: handlers } = door as Inside;
      return [...handlers.keys(), ...(door as Inside).eventNames().map(String)];
    };
    return {
      main: inside(ipcMain),
      contents: webContents
        .getAllWebContents()
        .flatMap((each) => [...inside(each.ipc), ...inside(each.mainFrame.ipc)]),
    };
  });
  // Electron's own `error` listener is no door.
  expect(doors.main.filter((name) => name !== 'error')).toEqual(['culvert:call']);
  expect(doors.contents.filter((name) => name !== 'error')).toEqual([]);
});

test('2,000 malformed payloads over all commands change nothing and stop nothing', async ({ computer }) => {
  const app = await computer.launch();
  const page = await app.page();
  await page.evaluate(() => window.culvert.call('profiles.createPractice', null));
  const before = await page.evaluate(() => window.culvert.call('app.snapshot', null));
  const enginePids = () =>
    app.electron.evaluate(({ app: electronApp }) =>
      electronApp
        .getAppMetrics()
        .filter(({ type }) => type === 'Utility' || type === 'Tab')
        .map(({ pid }) => pid)
        .sort(),
    );
  const pids = await enginePids();

  const outcome = await page.evaluate(maul, { names: NAMES, each: PAYLOADS_EACH, seed: 20_261_126 });
  expect(outcome.sent).toBeGreaterThan(2_000);
  expect(outcome.accepted).toEqual([]);
  expect(outcome.odd).toEqual([]);
  expect(outcome.refusedByClone).toBeGreaterThan(50);
  expect(outcome.refusedByMain).toBeGreaterThan(1_000);

  const askedAt = performance.now();
  const after = await page.evaluate(() => window.culvert.call('app.snapshot', null));
  expect(performance.now() - askedAt).toBeLessThan(1_000);
  expect(after).toEqual(before);
  expect(await enginePids()).toEqual(pids);
  const isPolluted = () => 'polluted' in {};
  expect(await page.evaluate(isPolluted)).toBe(false);
  expect(await app.electron.evaluate(isPolluted)).toBe(false);
  // The engine, too: it answers what only it can know.
  const listed = await page.evaluate(() => window.culvert.call('listeners.list', null as never));
  expect(listed).toMatchObject({ ok: true });
  expect(await app.log()).not.toContain('failed unexpectedly');
});

/** Gives each command from another window, made in main, that has our preload. */
function callAllFrom(app: CulvertApp, url: string): Promise<Record<string, unknown>> {
  return app.electron.evaluate(
    async ({ app: electronApp, BrowserWindow }, { url, names }) => {
      const options: BrowserWindowConstructorOptions = {
        show: false,
        webPreferences: { preload: `${electronApp.getAppPath()}/dist/preload/preload.cjs`, sandbox: true },
      };
      const window = new BrowserWindow(options);
      await window.loadURL(url);
      const answers: Record<string, unknown> = await window.webContents.executeJavaScript(
        `Promise.all(${JSON.stringify(names)}.map(async (name) => [name, await window.culvert.call(name, null)])).then(Object.fromEntries)`,
      );
      window.destroy();
      return answers;
    },
    { url, names: NAMES },
  );
}
