// What we ship, as a browser loads it, and the limits of .size-limit.json, which `npm test` enforces.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../ready.mjs';
import { weigh } from './weigh.mjs';

const SDK = join(root, 'dist/sdk');

const WORKER = ['tacit-worker.js', 'tacit-main-*.js'];
const RELAXED = 'tacit-relaxed.wasm-*.js';
const WIRE = 'tacit-wire-*.js';
const DISK = 'tacit-disk-*.js';
const STATUS = 'tacit-status-*.js';
const EVIDENCE = 'tacit-evidence-*.js';
const SENDER = ['tacit-sender-*.js', 'tacit-sync-*.js'];
const CANDIDATES = 'tacit-candidates-*.js';
const VERIFIER = 'tacit-ed25519-*.js';
const OWN_RANKER = ['tacit-own-ranker-*.js x2', 'tacit-port-*.js', 'tacit-refusal-*.js', 'tacit-ranker.js'];
/**
 * In the order in which a page meets them; `*` is the hash of the content, and ` x2` says that there are two: the page's and
 * the worker's.
 */
const FILES = [
  ['page (tacit.js)', ['tacit.js']],
  ['snippet, in place of a module import', ['snippet.js']],
  ['worker with kernel and funnel', [...WORKER, RELAXED]],
  ['  of it the kernel, relaxed SIMD', [RELAXED]],
  ['  in its place: SIMD', ['tacit-simd.wasm-*.js']],
  ['  in its place: plain JS', ['tacit-kernel-*.js']],
  ['nothing kept yet: taking releases off the wire', [WIRE]],
  ['with consent: keeping on the device', [DISK]],
  ['in mode events: sending', SENDER],
  ['asked how it is: its state', [STATUS]],
  ['asked why: an item’s evidence', [EVIDENCE]],
  ['with candidates of the server', [CANDIDATES, 'tacit-sync-*.js']],
  ['no Ed25519 in the browser: a verifier', [VERIFIER]],
  ['with a ranker of its own, its runtime aside', OWN_RANKER],
  ['page, later: watching what is seen', ['tacit-viewing-*.js']],
  ['page, with consent: offline', ['tacit-offline-*.js']],
  ['page, in mode events: exposures', ['tacit-exposure-*.js']],
  ['a shop’s service worker', ['tacit-service-worker.js']],
];

/** What a worker has loaded at a moment, all of it. */
const TOGETHER = [
  ['worker, until the first slate of a first visit', [...WORKER, RELAXED, WIRE]],
  ['worker, until the first slate of a later visit', [...WORKER, RELAXED, DISK]],
  ['worker, all that a shopper with consent loads', [...WORKER, RELAXED, WIRE, DISK]],
  [
    'worker, everything, one kernel, no own ranker',
    [...WORKER, RELAXED, WIRE, DISK, STATUS, EVIDENCE, ...SENDER, CANDIDATES, VERIFIER],
  ],
];

export function ours() {
  const limits = JSON.parse(readFileSync(join(root, '.size-limit.json'), 'utf8'));
  demandAllNamed();
  return [...FILES, ...TOGETHER].map(([name, patterns]) => {
    const paths = patterns.flatMap(matching);
    const limit = limits.find(({ path }) => same([path].flat(), patterns))?.limit;
    const bytes = weigh(paths.map((path) => readFileSync(join(SDK, path))));
    return { name, by: 'tacit', ...bytes, ...(limit === undefined ? {} : { limit: bytesOf(limit) }) };
  });
}

/** @param {readonly { brotli: number, limit?: number }[]} rows */
export const fits = (rows) => rows.every(({ brotli, limit }) => limit === undefined || brotli <= limit);

function matching(named) {
  const [pattern, times = 'x1'] = named.split(' ');
  const form = new RegExp(`^${pattern.replaceAll('.', '\\.').replace('*', '[\\w-]{8}')}$`);
  const found = readdirSync(SDK).filter((name) => form.test(name));
  if (found.length !== Number(times.slice(1)))
    throw new Error(`size: ${named}: found ${found.length} files in dist/sdk; npm run build`);
  return found;
}

/** A part that no row names would be bytes that nobody sees. */
function demandAllNamed() {
  const named = new Set(FILES.flatMap(([, patterns]) => patterns).flatMap(matching));
  const rest = readdirSync(SDK).filter((name) => name.endsWith('.js') && !named.has(name));
  if (rest.length > 0) throw new Error(`size: found ${rest.join(', ')} in dist/sdk, which no row names`);
}

const same = (paths, patterns) =>
  paths.length === patterns.length && paths.every((path, at) => path === `dist/sdk/${patterns[at]}`);

function bytesOf(limit) {
  const [, number, unit] = /^([\d.]+) (kB|B)$/.exec(limit) ?? [];
  return Number(number) * (unit === 'kB' ? 1000 : 1);
}
