import { expect, test } from '../app/support/app.ts';
import { startPractice } from '../app/support/practice.ts';
import { findFreePort } from '../support/free-port.ts';
import { startSshd } from '../support/sshd.ts';
import { startBannerServer } from '../support/targets.ts';
import { startTcpServer } from '../support/tcp-server.ts';
import { startTlsServer } from '../support/tls-server.ts';
import { keyFileProfile, knowHosts, localForward, saveProfiles } from './support/saved-profiles.ts';
import { button, cardOf, expectState, startAndOpen } from './support/window.ts';

test('a test of the practice tunnel shows what telnet would, and the light learns it', async ({
  computer,
}) => {
  const page = await (await computer.launch()).page();
  const card = await startPractice(page);
  await expect(card.getByRole('img', { name: 'Target: unknown' })).toBeVisible();

  await test.step('the mail server greets', async () => {
    await card.getByRole('button', { name: /^Test .*imap/i }).click();
    const answer = card.getByRole('log');
    await expect(answer.getByText(/^An IMAP mail server answered in [\d.]+ ms\.$/)).toBeVisible();
    await expect(answer.getByText(/^\* OK .*Culvert practice server ready/)).toBeVisible();
    await expect(
      card.getByRole('img', { name: /^Target: said \* OK .*… (just now|\d+ s ago)$/ }),
    ).toBeVisible();
    await expect(card.getByText(/^Tested \d+ s ago$/), 'its age is told').toBeVisible();
    await expectState(card, 'Open');
  });

  await test.step('the web server is asked for its head', async () => {
    await card.getByRole('button', { name: /^Test .*web/i }).click();
    const answer = card.getByRole('log', { name: /web/ });
    await expect(answer.getByText(/^A web server answered in [\d.]+ ms\.$/)).toBeVisible();
    await expect(answer).toContainText('HEAD / HTTP/1.1');
    await expect(answer.getByText('HTTP/1.1 200 OK', { exact: true })).toBeVisible();
  });

  await test.step('the answers can be closed, and go with the session', async () => {
    await expect(card.getByRole('log')).toHaveCount(2);
    await card.getByRole('button', { name: /^Close the answer of .*imap/i }).click();
    await expect(card.getByRole('log')).toHaveCount(1);
    await button(card, 'Stop').click();
    await expectState(card, 'Stopped');
    await expect(card.getByRole('log')).toHaveCount(0);
    await expect(card.getByRole('button', { name: /^Test .*imap/i })).toBeDisabled();
  });
});

test('a test survives hostile and silent targets, and says what a server refuses', async ({ computer }) => {
  const sshd = await startSshd({ hostKeyTypes: ['ed25519'] });
  const evil = await startTcpServer((client) => {
    client.write('\x1b]0;owned\x07\x1b[31m* OK \u202eevil\u200b <img src=x onerror=alert(1)>\r\n');
  });
  const silent = await startTlsServer();
  const mail = await startBannerServer();
  try {
    const gone = { host: '127.0.0.1', port: await findFreePort() };
    const port = () => findFreePort();
    const socks = localForward(await port(), mail, 'Socks');
    await saveProfiles(computer, [
      keyFileProfile('Work', sshd, [
        localForward(await port(), evil, 'Evil'),
        localForward(await port(), silent, 'Silent'),
        localForward(await port(), gone, 'Gone'),
        { id: socks.id, name: 'Socks', kind: 'dynamic', enabled: true, bind: socks.bind },
      ]),
    ]);
    await knowHosts(computer, sshd);
    const page = await (await computer.launch()).page();
    const card = cardOf(page, 'Work');
    await startAndOpen(card);
    const answerOf = (name: string) => card.getByRole('log', { name: `Answer of ${name}`, exact: true });

    await test.step('control characters never reach the screen raw', async () => {
      await button(card, 'Test Evil').click();
      await expect(answerOf('Evil')).toContainText(
        '\\x1b]0;owned\\x07\\x1b[31m* OK \\u{202e}evil\\u{200b} <img src=x onerror=alert(1)>',
      );
      expect(await page.locator('body').textContent()).not.toMatch(/(?![\n\t])[\p{Cc}\p{Cf}]/u);
      await expect(page.locator('img[src="x"]')).toHaveCount(0);
    });

    await test.step('a silent target is open, and can be spoken to', async () => {
      await button(card, 'Test Silent').click();
      await expect(answerOf('Silent')).toContainText('Testing.');
      await expect(answerOf('Silent')).toContainText('says nothing by itself', { timeout: 8_000 });
      await expect(card.getByRole('img', { name: /^Target: silent but open/ })).toBeVisible();
      await button(card, 'Speak TLS').click();
      await expect(answerOf('Silent')).toContainText(
        /A TLS service answered in [\d.]+ ms with a certificate for imap\.example\.org\. This computer does not trust it/,
      );
      await expect(button(card, 'Test Silent'), 'the keyboard keeps its place').toBeFocused();
    });

    await test.step('a refusal is the server’s own', async () => {
      await button(card, 'Test Gone').click();
      await expect(answerOf('Gone')).toContainText(
        `127.0.0.1:${gone.port} could not be reached from the tunnel’s end: Connection refused.`,
      );
      await expect(card.getByRole('img', { name: /^Target: did not answer/ })).toBeVisible();
    });

    await test.step('SOCKS is asked where to', async () => {
      await button(card, 'Test Socks').click();
      const field = card.getByLabel('Host and port to test');
      await field.fill('nonsense');
      await field.press('Enter');
      await expect(card.getByText('Enter a host and a port, such as localhost:80.')).toBeVisible();
      await expect(field).toHaveValue('nonsense');
      await field.fill(`localhost:${mail.port}`);
      await button(card, 'Send test').click();
      await expect(answerOf('Socks')).toContainText('* OK Culvert test server ready');
    });
  } finally {
    await mail.close();
    await silent.close();
    await evil.close();
    await sshd.close();
  }
});
