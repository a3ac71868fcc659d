// Running another program and waiting for it.
import { spawn } from 'node:child_process';
import { SetupStop } from './stop.mjs';

/**
 * @typedef {object} ChildResult
 * @property {number} code the exit code; 128 for a death by signal
 * @property {string} output what it printed on both streams, when captured; otherwise empty
 */

/**
 * Runs a program to its end. Its output goes to our own terminal unless `capture` is set.
 *
 * @param {string} program
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, capture?: boolean, signal?: AbortSignal }} [options] an aborted
 *   `signal` asks the program to end
 * @returns {Promise<ChildResult>} rejects with a `SetupStop` when the program cannot be started
 */
export function run(program, args, { cwd, env = process.env, capture = false, signal } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      ...(cwd === undefined ? {} : { cwd }),
      env,
      stdio: ['ignore', capture ? 'pipe' : 'inherit', capture ? 'pipe' : 'inherit'],
    });
    const end = () => child.kill('SIGTERM');
    signal?.addEventListener('abort', end, { once: true });
    if (signal?.aborted) end();
    let output = '';
    child.stdout?.setEncoding('utf8').on('data', (text) => {
      output += text;
    });
    child.stderr?.setEncoding('utf8').on('data', (text) => {
      output += text;
    });
    child.on('error', (error) => reject(new SetupStop(`${program} could not be started: ${error.message}`)));
    child.on('close', (code) => {
      signal?.removeEventListener('abort', end);
      resolve({ code: code ?? 128, output });
    });
  });
}

/**
 * Runs npm: the very one that runs us where there is one, so that its configuration, proxies and logins hold.
 *
 * @param {readonly string[]} args
 * @param {{ cwd?: string, capture?: boolean }} [options]
 * @returns {Promise<ChildResult>}
 */
export function runNpm(args, options = {}) {
  const npmProgram = process.env.npm_execpath;
  if (npmProgram?.endsWith('.js')) return run(process.execPath, [npmProgram, ...args], options);
  return run(process.platform === 'win32' ? 'npm.cmd' : 'npm', args, options);
}
