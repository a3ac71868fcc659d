import { expect, test } from './support/app.ts';
import { openTrap } from './support/trap.ts';

const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; " +
  "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

test('the window has every preference that keeps a page in its place', async ({ computer }) => {
  const app = await computer.launch();
  const window = await app.electron.browserWindow(await app.page());
  const preferences = await window.evaluate((each) =>
    (each.webContents as unknown as { getLastWebPreferences(): object }).getLastWebPreferences(),
  );
  expect(preferences).toMatchObject({
    contextIsolation: true,
    sandbox: true,
    nodeIntegration: false,
    nodeIntegrationInSubFrames: false,
    webSecurity: true,
    allowRunningInsecureContent: false,
    webviewTag: false,
  });
});

test('the page sees the bridge and nothing of Node or Electron', async ({ computer }) => {
  const page = await (await computer.launch()).page();
  const seen = await page.evaluate(() => ({
    bridge: Object.keys(window.culvert).sort(),
    others: ['require', 'process', 'module', 'Buffer', 'electron', 'ipcRenderer', 'global'].filter(
      (name) => name in window,
    ),
    isFrozen: Object.isFrozen(window.culvert),
    isOrigin: location.origin,
  }));
  expect(seen).toEqual({ bridge: ['call', 'on'], others: [], isFrozen: true, isOrigin: 'app://culvert' });
});

test('the page cannot be led away, and opens no window', async ({ computer }) => {
  const trap = await openTrap();
  try {
    const app = await computer.launch();
    const page = await app.page();
    await expect(page.getByRole('button', { name: 'New tunnel' })).toBeVisible();
    const url = page.url();
    for (const target of [
      trap.url,
      'file:///etc/passwd',
      'app://culvert/../main/main.js',
      'data:text/html,hi',
    ]) {
      await page.evaluate((to) => {
        location.href = to;
      }, target);
    }
    await page.evaluate((to) => {
      const link = document.createElement('a');
      Object.assign(link, { href: to, target: '_blank', rel: 'opener' });
      document.body.append(link);
      link.click();
      link.remove();
    }, trap.url);
    expect(await page.evaluate((to) => window.open(to) === null, trap.url)).toBe(true);
    await expect.poll(() => app.log()).toContain('Refused to open');
    await expect.poll(() => app.log()).toContain('Refused to navigate');
    expect(page.url()).toBe(url);
    // Asked of the page directly: Playwright's locators wait for the navigation that was refused.
    expect(await page.evaluate(() => document.body.textContent)).toContain('New tunnel');
    expect(await app.electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(1);
    expect(trap.visits).toEqual([]);
    // Chromium says itself that it does not lead to file: or data:.
    const problems = app.takeProblems().filter((text) => !/Not allowed to (load|navigate)/i.test(text));
    expect(problems).toEqual([]);
  } finally {
    trap.close();
  }
});

test('the page gets no permission', async ({ computer }) => {
  const page = await (await computer.launch()).page();
  const answers = await page.evaluate(async () => {
    const refusal = (asked: Promise<unknown>) =>
      asked.then(
        () => 'granted',
        (error: Error) => error.name,
      );
    const names = ['geolocation', 'camera', 'microphone', 'notifications', 'midi', 'clipboard-read'];
    const states = names.map(async (name) => {
      const { state } = await navigator.permissions.query({ name: name as PermissionName });
      return state;
    });
    return {
      states: await Promise.all(states),
      notification: await Notification.requestPermission(),
      microphone: await refusal(navigator.mediaDevices.getUserMedia({ audio: true })),
      screen: await refusal(navigator.mediaDevices.getDisplayMedia()),
      location: await refusal(
        new Promise((resolve, reject) => {
          navigator.geolocation.getCurrentPosition(resolve, ({ code }) => reject({ name: `code ${code}` }));
        }),
      ),
    };
  });
  expect(new Set(answers.states)).toEqual(new Set(['denied']));
  expect(answers).toMatchObject({ notification: 'denied', location: 'code 1' });
  expect(answers.microphone).not.toBe('granted');
  expect(answers.screen).not.toBe('granted');
});

test('nothing inline, nothing evaluated, nothing from elsewhere runs or loads', async ({ computer }) => {
  const trap = await openTrap();
  try {
    const app = await computer.launch();
    const page = await app.page();
    const outcome = await page.evaluate(async (from) => {
      const harm = window as unknown as Record<string, unknown>;
      const add = (name: string, properties: object) =>
        new Promise<string>((resolve) => {
          const element = Object.assign(document.createElement(name), properties);
          element.addEventListener('load', () => resolve('loaded'));
          element.addEventListener('error', () => resolve('refused'));
          setTimeout(() => resolve('nothing'), 500);
          document.body.append(element);
        });
      await add('script', { textContent: 'window.inlineRan = true' });
      await add('div', { innerHTML: '<img src="x:" onerror="window.handlerRan = true">' });
      // From a timer: what the debugger itself evaluates may do so despite the policy.
      const evaluated = await new Promise<string>((resolve) => {
        setTimeout(() => {
          try {
            resolve(String(new Function('return "ran"')()));
          } catch (error) {
            resolve((error as Error).name);
          }
        });
      });
      return {
        evaluated,
        harm: ['inlineRan', 'handlerRan'].filter((name) => harm[name] === true),
        script: await add('script', { src: `${from}/script.js` }),
        image: await add('img', { src: `${from}/image.png` }),
        frame: await add('iframe', { src: `${from}/frame.html` }),
        request: await fetch(`${from}/fetch`).then(
          () => 'answered',
          () => 'refused',
        ),
      };
    }, trap.url);
    expect(outcome).toMatchObject({
      evaluated: 'EvalError',
      harm: [],
      script: 'refused',
      image: 'refused',
      request: 'refused',
    });
    expect(trap.visits).toEqual([]);
    expect(app.takeProblems().filter((text) => /content security policy/i.test(text)).length).toBeGreaterThan(
      4,
    );
  } finally {
    trap.close();
  }
});

test('app:// serves the built pages and nothing beside them', async ({ computer }) => {
  const app = await computer.launch();
  await app.page();
  const ask = (url: string, method = 'GET') =>
    app.electron.evaluate(
      async ({ net }, request) => {
        const response = await net.fetch(request.url, { method: request.method });
        const { status, headers } = response;
        return { status, headers: Object.fromEntries(headers), length: (await response.text()).length };
      },
      { url, method },
    );
  const start = await ask('app://culvert/index.html');
  expect(start).toMatchObject({
    status: 200,
    headers: {
      'content-security-policy': POLICY,
      'content-type': 'text/html; charset=utf-8',
      'x-content-type-options': 'nosniff',
    },
  });
  for (const url of [
    'app://culvert/',
    'app://culvert/../main/main.js',
    'app://culvert/%2e%2e/main/main.js',
    'app://culvert/..%2fmain%2fmain.js',
    'app://culvert/assets/..%2f..%2f..%2fpackage.json',
    'app://culvert/..%5cmain%5cmain.js',
    'app://culvert//etc/passwd',
    'app://culvert/index.html%00.js',
    'app://culvert/index.html%00',
    'app://culvert/%252e%252e/main/main.js',
    'app://culvert/%252e%252e%252fmain%252fmain.js',
    'app://culvert/..\\main\\main.js',
    'app://culvert/assets\\..\\..\\main\\main.js',
    'app://culvert/%5c..%5cmain%5cmain.js',
    'app://culvert/%c0%ae%c0%ae/main/main.js',
    'app://culvert/....//main/main.js',
    'app://culvert/./.././../main/main.js',
    'app://culvert/%2fetc%2fpasswd',
    'app://culvert///etc/passwd',
    'app://culvert/etc/passwd',
    'app://culvert/C:/Windows/win.ini',
    'app://culvert/file:///etc/passwd',
    'app://culvert/main.js.map',
    'app://culvert/__proto__',
    'app://culvert/constructor',
    'app://culvert/%69ndex.html',
    'app://culvert.elsewhere/index.html',
    'app://elsewhere/index.html',
  ]) {
    expect(await ask(url), url).toMatchObject({
      status: 404,
      length: 0,
      headers: { 'content-security-policy': POLICY },
    });
  }
  expect(await ask('app://culvert/index.html', 'POST')).toMatchObject({ status: 404 });
});
