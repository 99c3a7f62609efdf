// Makes a checkout ready to run: installs packages and builds the kernel, each only where it is missing or
// out of date. Says what it does on stderr, so that a command's own stdout stays clean.
import { spawnSync } from 'node:child_process';
import { existsSync, lstatSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));
const LEAST_NODE = [20, 19];
const KERNELS = ['shared/kernel/build-kernel.mjs', 'server/training/kernel/build-kernel.mjs'];

export function say(text) {
  process.stderr.write(`${text}\n`);
}

/** Runs a command with its output on stderr; ends this process with its code where it fails. */
export function run(title, command, args, options = {}) {
  const started = Date.now();
  say(`tacit: ${title}`);
  const result = spawnSync(command, args, {
    cwd: root,
    stdio: ['ignore', process.stderr, process.stderr],
    ...options,
  });
  if (result.status !== 0) {
    say(`tacit: ${title}: failed (${result.error?.message ?? `exit ${result.status ?? result.signal}`})`);
    process.exit(result.status ?? 1);
  }
  say(`tacit: ${title}: done in ${((Date.now() - started) / 1000).toFixed(1)} s`);
}

function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > LEAST_NODE[0] || (major === LEAST_NODE[0] && minor >= LEAST_NODE[1])) return;
  say(`tacit: expected Node ${LEAST_NODE.join('.')} or newer, found ${process.versions.node}`);
  process.exit(1);
}

/** `npm ci` empties node_modules, through a link too: then it would be another checkout's. */
function refuseLink() {
  const folder = join(root, 'node_modules');
  if (lstatSync(folder, { throwIfNoEntry: false })?.isSymbolicLink() !== true) return;
  say('tacit: packages are out of date, and node_modules is a link: install them where it points to');
  process.exit(1);
}

function installed() {
  const mark = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(mark)) return false;
  return statSync(mark).mtimeMs >= statSync(join(root, 'package-lock.json')).mtimeMs;
}

/** Packages and kernels; a second call finds nothing to do and takes a few milliseconds. */
export function ready() {
  checkNode();
  if (!installed()) {
    refuseLink();
    run('installing packages (better-sqlite3 may compile for two minutes)', 'npm', ['ci']);
  }
  for (const script of KERNELS) {
    const kernel = spawnSync(process.execPath, [join(root, script)], {
      cwd: root,
      stdio: ['ignore', process.stderr, process.stderr],
    });
    if (kernel.status !== 0) process.exit(kernel.status ?? 1);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) ready();
