import net from 'node:net';

/** Another program on one address of a port that a forward of ours wants as well. */
export interface Stranger {
  /** How many clients it has had. */
  greeted(): number;
  close(): Promise<void>;
}

/** Starts one that greets, or says nothing, and hangs up. On `::` it leaves IPv4 to others. */
export async function startStranger(port: number, host: string, speaks = true): Promise<Stranger> {
  let greeted = 0;
  const server = net.createServer((socket) => {
    greeted += 1;
    socket.on('error', () => {});
    socket.end(speaks ? '220 Somebody else\r\n' : '');
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen({ port, host, ipv6Only: host === '::' }, resolve);
  });
  return {
    greeted: () => greeted,
    close: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}
