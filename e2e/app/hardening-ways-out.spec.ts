import { expect, test } from './support/app.ts';
import { openTrap } from './support/trap.ts';

test('a redirect leads no window of ours anywhere', async ({ computer }) => {
  const trap = await openTrap();
  try {
    const app = await computer.launch();
    await app.page();
    // Only main can begin such a load: a page's own is refused before it is sent.
    const failure = await app.electron.evaluate(async ({ BrowserWindow }, url) => {
      const window = new BrowserWindow({ show: false });
      const failure = await window.loadURL(url).then(
        () => 'loaded',
        (error: Error) => error.message,
      );
      window.destroy();
      return failure;
    }, `${trap.url}/away`);
    expect(failure).toMatch(/ERR_(?:ABORTED|FAILED)/);
    expect(trap.visits).toEqual(['/away']);
    await expect.poll(() => app.log()).toContain('Refused a redirect');
  } finally {
    trap.close();
  }
});

test('a webview is not attached, even to a window that may have one', async ({ computer }) => {
  const trap = await openTrap();
  try {
    const app = await computer.launch();
    const page = await app.page();
    const addWebview = `
      const view = document.createElement('webview');
      view.src = ${JSON.stringify(trap.url)};
      document.body.append(view);
      'loadURL' in view`;
    const hasMethods = await page.evaluate(() => 'loadURL' in document.createElement('webview'));
    expect(hasMethods).toBe(false);
    await app.electron.evaluate(async ({ BrowserWindow }, script) => {
      const window = new BrowserWindow({ show: false, webPreferences: { webviewTag: true } });
      await window.loadURL('data:text/html,<body>');
      await window.webContents.executeJavaScript(script);
    }, addWebview);
    await expect.poll(() => app.log()).toContain('Refused a webview');
    expect(
      await app.electron.evaluate(
        ({ webContents }) =>
          webContents.getAllWebContents().filter((each) => each.getType() === 'webview').length,
      ),
    ).toBe(0);
    expect(trap.visits).toEqual([]);
    app.takeProblems();
  } finally {
    trap.close();
  }
});

test('nothing is downloaded', async ({ computer }) => {
  const app = await computer.launch();
  const page = await app.page();
  await page.evaluate(() => {
    const link = document.createElement('a');
    Object.assign(link, { href: 'data:application/octet-stream,bytes', download: 'bytes.bin' });
    document.body.append(link);
    link.click();
    link.remove();
  });
  await expect.poll(() => app.log()).toContain('Refused a download');
  app.takeProblems();
});

test('no permission is found granted, whatever its name, for any origin', async ({ computer }) => {
  const app = await computer.launch();
  const page = await app.page();
  const names = [
    'accelerometer',
    'ambient-light-sensor',
    'background-fetch',
    'background-sync',
    'camera',
    'clipboard-read',
    'clipboard-write',
    'display-capture',
    'geolocation',
    'gyroscope',
    'idle-detection',
    'local-fonts',
    'magnetometer',
    'microphone',
    'midi',
    'nfc',
    'notifications',
    'payment-handler',
    'periodic-background-sync',
    'persistent-storage',
    'push',
    'screen-wake-lock',
    'storage-access',
    'window-management',
  ];
  const states = await page.evaluate(
    (all) =>
      Promise.all(
        all.map(async (name) => {
          try {
            const asked = { name, userVisibleOnly: true } as unknown as PermissionDescriptor;
            return `${name} ${(await navigator.permissions.query(asked)).state}`;
          } catch (error) {
            return `${name} ${(error as Error).name}`;
          }
        }),
      ),
    names,
  );
  expect(states.filter((state) => state.endsWith(' granted'))).toEqual([]);
  expect(states.filter((state) => state.endsWith(' denied')).length).toBeGreaterThan(8);
  const outcome = await page.evaluate(async () => {
    const refusal = (asked: Promise<unknown> | undefined) =>
      asked === undefined
        ? 'absent'
        : asked.then(
            () => 'granted',
            (error: Error) => error.name,
          );
    const beyond = navigator as unknown as Record<string, Record<string, () => Promise<unknown>> | undefined>;
    return {
      pointer: await refusal(document.body.requestPointerLock() as unknown as Promise<unknown>),
      storage: await navigator.storage.persist(),
      clipboard: await refusal(navigator.clipboard.readText()),
      wake: await refusal(beyond.wakeLock?.request?.()),
      usb: await refusal(
        beyond.usb
          ?.getDevices?.()
          .then((found) => Promise.reject({ name: `${(found as []).length} devices` })),
      ),
      fonts: await refusal(
        (window as unknown as { queryLocalFonts?(): Promise<readonly unknown[]> })
          .queryLocalFonts?.()
          .then((found) => Promise.reject({ name: `${found.length} fonts` })),
      ),
    };
  });
  expect(outcome).toMatchObject({
    storage: false,
    clipboard: 'NotAllowedError',
    usb: '0 devices',
    fonts: '0 fonts',
  });
  for (const [what, came] of Object.entries(outcome)) expect(came, what).not.toBe('granted');
  app.takeProblems();
});

test('no style that stands inline is applied, and none comes from elsewhere', async ({ computer }) => {
  const trap = await openTrap();
  try {
    const app = await computer.launch();
    const page = await app.page();
    await expect(page.getByRole('button', { name: 'New tunnel' })).toBeVisible();
    expect(app.takeProblems(), 'nothing complained of in normal use').toEqual([]);
    const outcome = await page.evaluate(async (from) => {
      const holder = document.createElement('div');
      holder.innerHTML = '<p style="position:fixed">inline</p>';
      document.body.append(holder);
      const style = document.createElement('style');
      style.textContent = '#zz { position: fixed }';
      const link = Object.assign(document.createElement('link'), {
        rel: 'stylesheet',
        href: `${from}/style.css`,
      });
      const linked = new Promise((resolve) => {
        link.addEventListener('load', () => resolve('loaded'));
        link.addEventListener('error', () => resolve('refused'));
      });
      document.head.append(style, link);
      holder.insertAdjacentHTML('beforeend', '<p id="zz">by element</p>');
      const positions = [...holder.querySelectorAll('p')].map((each) => getComputedStyle(each).position);
      holder.remove();
      return { positions, linked: await linked };
    }, trap.url);
    expect(outcome).toEqual({ positions: ['static', 'static'], linked: 'refused' });
    expect(trap.visits).toEqual([]);
    expect(app.takeProblems().filter((text) => /content security policy/i.test(text)).length).toBeGreaterThan(
      2,
    );
  } finally {
    trap.close();
  }
});

test('nothing that a page does opens a program of the system', async ({ computer }) => {
  const app = await computer.launch();
  const page = await app.page();
  await app.electron.evaluate(({ shell }) => {
    const opened: string[] = [];
    (globalThis as unknown as { opened: string[] }).opened = opened;
    for (const name of ['openExternal', 'openPath', 'showItemInFolder'] as const) {
      (shell as unknown as Record<string, unknown>)[name] = (target: string) => {
        opened.push(target);
        return Promise.resolve('');
      };
    }
  });
  await page.evaluate(() => {
    const targets = [
      'https://example.org/',
      'mailto:a@example.org',
      'file:///etc/passwd',
      'ssh://example.org',
      'smb://x/y',
      'javascript:1',
    ];
    for (const target of targets) {
      window.open(target);
      const link = document.createElement('a');
      Object.assign(link, { href: target, target: '_blank' });
      document.body.append(link);
      link.click();
      link.remove();
    }
  });
  await expect.poll(() => app.log()).toContain('Refused to open mailto:');
  expect(await app.electron.evaluate(() => (globalThis as unknown as { opened: string[] }).opened)).toEqual(
    [],
  );
  app.takeProblems();
});
