// The system's own packages: finds what is missing; installs it where we may, else says how and stops.
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { run } from './child.mjs';
import { packageOfLibrary } from './debian-packages.mjs';
import { isRoot, mustRunEverything } from './privileges.mjs';
import { SetupStop } from './stop.mjs';

/**
 * Makes sure that what Electron links to, and what `need` names, is on this machine. Linux only: elsewhere Electron
 * brings its own.
 *
 * @param {string} electronExecutable
 * @param {import('./debian-packages.mjs').Need} need
 * @returns {Promise<void>} rejects with a `SetupStop` that names what is missing and the command to install it
 */
export async function ensureSystemPackages(electronExecutable, need) {
  if (process.platform !== 'linux') return;
  const missing = await findMissing(electronExecutable, need);
  if (missing.things.length === 0) return;
  if (findProgram('apt-get') === undefined) {
    throw new SetupStop(
      `Missing on this machine: ${missing.things.join(', ')}.\n` +
        `Install what brings them with your system's package manager. Debian calls the packages:\n` +
        `  ${missing.packages.join(' ')}`,
    );
  }
  if (missing.unknown.length > 0) {
    throw new SetupStop(
      `Missing on this machine, in a Debian package that we do not know: ${missing.unknown.join(', ')}.`,
    );
  }
  if (!mustRunEverything()) {
    throw new SetupStop(
      `Missing on this machine: ${missing.things.join(', ')}.\n` +
        `Install them with this command, then start again:\n\n  sudo ${installCommand(missing.packages).join(' ')}`,
    );
  }
  await install(missing.packages);
  const left = await findMissing(electronExecutable, need);
  if (left.things.length > 0)
    throw new SetupStop(`Still missing after the installation: ${left.things.join(', ')}.`);
}

/** Where servers stand; an ordinary user's PATH leaves these out. */
const systemFolders = ['/usr/local/sbin', '/usr/sbin', '/sbin'];

/** @returns {string} PATH with the folders of servers added */
export function pathWithServers() {
  return [...(process.env.PATH ?? '').split(delimiter), ...systemFolders].join(delimiter);
}

/**
 * @param {string} name
 * @returns {string | undefined} the program's path
 */
export function findProgram(name) {
  return pathWithServers()
    .split(delimiter)
    .map((folder) => join(folder, name))
    .find((path) => {
      try {
        accessSync(path, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}

/**
 * The libraries that a program links to and this machine does not have.
 *
 * @param {string} lddOutput
 * @returns {string[]} such as `libnss3.so`
 */
export function missingLibraries(lddOutput) {
  const names = [...lddOutput.matchAll(/^\s*(\S+) => not found\s*$/gm)].map((match) => match[1] ?? '');
  return [...new Set(names)].sort();
}

/**
 * @typedef {object} Missing
 * @property {string[]} things libraries and programs
 * @property {string[]} packages that bring them
 * @property {string[]} unknown things of which we do not know the package
 */

/**
 * @param {string} electronExecutable
 * @param {import('./debian-packages.mjs').Need} need
 * @returns {Promise<Missing>}
 */
async function findMissing(electronExecutable, need) {
  const [linked, cache] = await Promise.all([
    run('ldd', [electronExecutable], { capture: true }),
    need.libraries.length === 0
      ? undefined
      : run(findProgram('ldconfig') ?? 'ldconfig', ['-p'], { capture: true }),
  ]);
  const libraries = [
    ...missingLibraries(linked.output),
    ...need.libraries.filter((name) => !cache?.output.includes(`\t${name} `)),
  ];
  const programs = Object.keys(need.programs).filter((name) => findProgram(name) === undefined);
  const packages = [
    ...libraries.map((name) => packageOfLibrary[name]),
    ...programs.map((name) => need.programs[name]),
  ].filter((name) => name !== undefined);
  return {
    things: [...libraries, ...programs],
    packages: [...new Set(packages)].sort(),
    unknown: libraries.filter((name) => packageOfLibrary[name] === undefined),
  };
}

/**
 * @param {readonly string[]} packages
 * @returns {string[]}
 */
function installCommand(packages) {
  return ['apt-get', 'install', '-y', '--no-install-recommends', ...packages];
}

/**
 * @param {readonly string[]} packages
 * @returns {Promise<void>}
 */
async function install(packages) {
  console.log(`Installing system packages: ${packages.join(' ')}`);
  // Another apt-get (unattended upgrades, say) is waited for instead of failing at once.
  const patience = ['-o', 'DPkg::Lock::Timeout=300'];
  const [program = '', ...args] = installCommand(packages);
  for (const command of [
    [program, ...patience, 'update'],
    [program, ...patience, ...args],
  ]) {
    const { code } = await runAsRoot(command);
    if (code !== 0)
      throw new SetupStop(`This command failed, its own words stand above: ${command.join(' ')}`);
  }
}

/**
 * @param {readonly string[]} command
 * @returns {Promise<import('./child.mjs').ChildResult>}
 */
function runAsRoot(command) {
  const prefix = isRoot() ? [] : ['sudo', '-n'];
  const [program = '', ...args] = [...prefix, 'env', 'DEBIAN_FRONTEND=noninteractive', ...command];
  return run(program, args);
}
