import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { keyFileProfile, knowHosts, localForward, saveProfiles } from '../journeys/support/saved-profiles.ts';
import { cardOf, startAndOpen } from '../journeys/support/window.ts';
import { deterministicBytes, deterministicSha256 } from '../support/deterministic-bytes.ts';
import { findFreePort } from '../support/free-port.ts';
import { startSshd } from '../support/sshd.ts';
import { startDigestServer, startSource } from '../support/targets.ts';
import { dialTcp, hashToEnd } from '../support/tcp-client.ts';
import { expect, test } from './support/app.ts';

/** Electron's memory and crypto are not those of Node, which the engine's own tests run on. */
test('50 MB go each way unchanged, to a slow reader beside a fast one, with the cipher of our own', async ({
  computer,
}) => {
  const bytes = 50_000_000;
  const [sshd, source, digest] = [
    await startSshd({ logLevel: 'DEBUG1' }),
    await startSource(bytes),
    await startDigestServer(),
  ];
  try {
    const [pull, push] = [await findFreePort(), await findFreePort()];
    await knowHosts(computer, sshd);
    await saveProfiles(computer, [
      keyFileProfile('Bulk', sshd, [localForward(pull, source, 'Pull'), localForward(push, digest, 'Push')]),
    ]);
    const page = await (await computer.launch()).page();
    await startAndOpen(cardOf(page, 'Bulk'));

    const [fast, slow, pusher] = [await dialTcp(pull), await dialTcp(pull), await dialTcp(push)];
    const whole = { bytes, sha256: source.sha256 };
    const pulled = [hashToEnd(fast), hashSlowly(slow)];
    const answer = hashToEnd(pusher);
    await pipeline(Readable.from(deterministicBytes(bytes, 2)), pusher);
    expect(await Promise.all(pulled)).toEqual([whole, whole]);
    await answer;
    expect(digest.received()).toEqual([{ bytes, sha256: deterministicSha256(bytes, 2), endedCleanly: true }]);
    await expect.poll(() => sshd.log()).toContain('cipher: chacha20-poly1305@openssh.com');
    for (const socket of [fast, slow, pusher]) socket.destroy();
  } finally {
    for (const { close } of [sshd, source, digest]) await close();
  }
});

/** Stops now and then until the bytes must wait in the tunnel. */
function hashSlowly(socket: Awaited<ReturnType<typeof dialTcp>>): ReturnType<typeof hashToEnd> {
  let since = 0;
  const hashed = hashToEnd(socket);
  socket.on('data', ({ length }) => {
    since += length;
    if (since < 4_000_000) return;
    since = 0;
    socket.pause();
    setTimeout(() => socket.resume(), 20);
  });
  return hashed;
}
