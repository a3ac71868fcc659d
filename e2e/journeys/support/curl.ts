import { tryProgram } from '../../support/programs.ts';

/** Fetches a web address with the real curl, as a person would in a terminal; gives the body. Throws unless it is answered. */
export async function curl(address: string, ...options: readonly string[]): Promise<string> {
  // No proxy of this computer's own may answer in place of the tunnel.
  const args = [
    '--silent',
    '--show-error',
    '--fail',
    '--max-time',
    '20',
    '--noproxy',
    '',
    ...options,
    address,
  ];
  const { status, stdout, stderr } = await tryProgram('curl', args);
  if (status !== 0) throw new Error(`curl ${args.join(' ')} ended with ${status}: ${stderr}`);
  return stdout;
}
