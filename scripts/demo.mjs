// `npm run demo [-- --data FILE] [--port N] [--keep]`: from a shop's data to a page whose shelves follow the shopper.
// Builds, imports, trains, publishes, serves; says what it does and how long each step took.
import { spawn } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { claim } from './demo/alone.mjs';
import { portFor } from './demo/port.mjs';
import { ready, root, say } from './ready.mjs';

const HOME = join(root, '.tacit/demo');
const SHOP = join(HOME, 'shop');
/** beside what a new demo removes */
const CLAIM = join(root, '.tacit/demo.pid');
const SITE = 'demo';
const TACIT = join(root, 'dist/server/tacit.js');

function usage(problem) {
  say(`demo: ${problem}`);
  say('usage: npm run demo [-- --data online_retail_II.csv.gz] [--port 8080] [--keep]');
  process.exit(2);
}

function options() {
  try {
    const { values } = parseArgs({
      options: { data: { type: 'string' }, port: { type: 'string' }, keep: { type: 'boolean' } },
    });
    const port = values.port === undefined ? undefined : Number(values.port);
    if (port !== undefined && (!Number.isInteger(port) || port < 0 || port > 65535))
      usage(`--port: expected 0 to 65535, found "${values.port}"`);
    const data = values.data === undefined ? undefined : resolve(values.data);
    if (data !== undefined && !existsSync(data)) usage(`--data: found no file at ${data}`);
    return { data, port, keep: values.keep === true };
  } catch (error) {
    return usage(error.message);
  }
}

let steps = 0;
async function step(title, work) {
  const started = Date.now();
  say(`\n[${++steps}] ${title}`);
  const result = await work();
  say(`    ${((Date.now() - started) / 1000).toFixed(1)} s`);
  return result;
}

let running;
/** Runs one command of the built CLI. Its output goes to the terminal, so that its progress bars are seen. */
function tacit(...args) {
  return new Promise((done) => {
    running = spawn(process.execPath, [TACIT, '--home', HOME, '--site', SITE, ...args], {
      cwd: root,
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    running.on('exit', (code, signal) => {
      running = undefined;
      if (code === 0) return done();
      say(`demo: tacit ${args[0]} ended with ${code ?? signal}`);
      return process.exit(code ?? 1);
    });
  });
}

/** ms that a command which the terminal told as well gets to end by itself */
const TOLD_ALREADY = 500;

for (const signal of ['SIGINT', 'SIGTERM'])
  process.on(signal, () => {
    if (running === undefined) process.exit(130);
    // Ctrl-C reaches every process of the terminal: a second signal would cut short what drains after the first.
    setTimeout(() => running?.kill(signal), signal === 'SIGINT' ? TOLD_ALREADY : 0);
  });

const { data, port: asked, keep } = options();
const port = await portFor(asked);
if (port === undefined) usage(`--port: expected 127.0.0.1:${asked} to be free, found it taken`);
const other = claim(CLAIM);
if (other !== undefined)
  usage(
    `another demo of this checkout is running (process ${other}, says ${CLAIM}): expected it to be ended first`,
  );
const began = Date.now();
if (!keep) rmSync(HOME, { recursive: true, force: true });
await step('Packages and kernel', ready);
await step('Building SDK, shop and server', async () => {
  const { buildAll } = await import('./build.mjs');
  await buildAll();
});
const published = keep && existsSync(SHOP);
if (!published) {
  await step(data === undefined ? 'Making up a shop and its shoppers' : `Importing ${data}`, () =>
    data === undefined
      ? tacit('import', '--format', 'generated')
      : tacit('import', data, '--shift-to', 'now'),
  );
  await step('Training', () => tacit('train'));
  await step('Publishing a signed release', () => tacit('publish'));
}
await step('Arranging the shop', async () => {
  const { arrangeShop } = await import('./demo/arrange.mjs');
  const { total, categories } = await arrangeShop({ home: HOME, site: SITE, folder: SHOP });
  say(`    ${total} products in ${categories.length} departments`);
});
say(`\nReady after ${((Date.now() - began) / 1000).toFixed(0)} s. Open the address below; Ctrl-C ends it.`);
await tacit('serve', '--port', String(port), '--mode', 'events', '--shop', SHOP);
