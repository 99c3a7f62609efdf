// What we ship, as a browser loads it, and the limits of .size-limit.json, which `npm test` enforces.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../ready.mjs';
import { weigh } from './weigh.mjs';

const SDK = join(root, 'dist/sdk');

/** In the order in which a page meets them; `*` is the hash of the content. */
const FILES = [
  ['page (tacit.js)', ['tacit.js']],
  ['snippet, in place of a module import', ['snippet.js']],
  ['worker with kernel and funnel', ['tacit-worker.js', 'tacit-relaxed.wasm-*.js']],
  ['  of it the kernel, relaxed SIMD', ['tacit-relaxed.wasm-*.js']],
  ['  in its place: SIMD', ['tacit-simd.wasm-*.js']],
  ['  in its place: plain JS', ['tacit-kernel-*.js']],
  ['later: watching what is seen', ['tacit-viewing-*.js']],
  ['with consent: keeping on the device', ['tacit-disk-*.js']],
  ['in mode events: sending', ['tacit-sender-*.js', 'tacit-sync-*.js']],
  ['with consent: offline', ['tacit-offline-*.js']],
  ['in mode events: exposures', ['tacit-exposure-*.js']],
  ['no Ed25519 in the browser: a verifier', ['tacit-ed25519-*.js']],
  ['a shop’s service worker', ['tacit-service-worker.js']],
];

export function ours() {
  const limits = JSON.parse(readFileSync(join(root, '.size-limit.json'), 'utf8'));
  return FILES.map(([name, patterns]) => {
    const paths = patterns.flatMap(matching);
    const limit = limits.find(({ path }) => same([path].flat(), patterns))?.limit;
    const bytes = weigh(paths.map((path) => readFileSync(join(SDK, path))));
    return { name, by: 'tacit', ...bytes, ...(limit === undefined ? {} : { limit: bytesOf(limit) }) };
  });
}

/** @param {readonly { brotli: number, limit?: number }[]} rows */
export const fits = (rows) => rows.every(({ brotli, limit }) => limit === undefined || brotli <= limit);

function matching(pattern) {
  const form = new RegExp(`^${pattern.replaceAll('.', '\\.').replace('*', '[\\w-]{8}')}$`);
  const found = readdirSync(SDK).filter((name) => form.test(name));
  if (found.length !== 1)
    throw new Error(`size: ${pattern}: expected one file in dist/sdk, found ${found.length}; npm run build`);
  return found;
}

const same = (paths, patterns) =>
  paths.length === patterns.length && paths.every((path, at) => path === `dist/sdk/${patterns[at]}`);

function bytesOf(limit) {
  const [, number, unit] = /^([\d.]+) (kB|B)$/.exec(limit) ?? [];
  return Number(number) * (unit === 'kB' ? 1000 : 1);
}
