import { readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';

/** A source file as the rules see it: its path from the root, and what it imports. */
export interface Source {
  readonly path: string;
  readonly text: string;
}
export interface Import {
  readonly target: string;
  readonly typeOnly: boolean;
}

/** Which top-level folders a folder may import from, beside itself. */
const MAY_IMPORT: Record<string, readonly string[]> = {
  shared: [],
  models: ['shared'],
  client: ['shared'],
  worker: ['shared'],
  server: ['shared', 'models'],
  demo: ['client'],
  bench: ['shared', 'models', 'client', 'server'],
};
/** The only file of client/ that a customer sees. */
const PUBLIC_ENTRY = 'client/index.ts';

/** Packages that reach into a runtime or a format: each has one home. */
const HOME_OF: Record<string, RegExp> = {
  idb: /^worker\/storage\//,
  comlink: /^worker\/onnx\//,
  'better-sqlite3': /^server\/store\//,
  kysely: /^server\/store\//,
  express: /^server\//,
  '@tensorflow/tfjs': /^server\/training\/arithmetic\.ts$/,
  '@tensorflow/tfjs-backend-wasm': /^server\/training\/arithmetic\.ts$/,
  '@duckdb/node-api': /^server\/dataset\/duck\.ts$/,
  'csv-parse': /^server\/catalogue\//,
  hyparquet: /^server\/catalogue\//,
  'hyparquet-compressors': /^server\/catalogue\//,
  saxes: /^server\/catalogue\//,
  commander: /^server\/cli\//,
  'cli-progress': /^server\/cli\//,
  'onnx-proto': /^models\/ranker\/onnx\/proto\.ts$/,
  'onnxruntime-web/wasm': /^(worker\/onnx\/session|bench\/.*)\.ts$/,
  'prom-client': /^server\/monitoring\//,
  croner: /^server\/registry\/schedule\/schedule\.ts$/,
  vega: /^server\/evaluation\/report\/plot\.ts$/,
  'vega-lite': /^server\/evaluation\/report\/plot\.ts$/,
};

const IMPORT =
  /(?:^|\n)\s*(?:import|export)\s+(type\s+)?(?:[^'";]*?\sfrom\s*)?['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]\s*\)/g;

export function importsOf(source: Source): Import[] {
  const found: Import[] = [];
  for (const match of source.text.matchAll(IMPORT)) {
    const name = match[2] ?? match[3] ?? '';
    const target = name.startsWith('.') ? normalize(join(dirname(source.path), name)) : name;
    found.push({ target, typeOnly: match[1] !== undefined });
  }
  return found;
}

const top = (path: string) => path.split('/')[0] ?? '';
const isOurs = (target: string) =>
  Object.keys(MAY_IMPORT).includes(top(target)) || target.startsWith('tests');

/** Imports that go the wrong way between folders. */
export function wrongWay(sources: readonly Source[]): string[] {
  return sources.flatMap((source) => {
    const from = top(source.path);
    const allowed = MAY_IMPORT[from];
    if (allowed === undefined) return [];
    return importsOf(source)
      .filter(({ target }) => isOurs(target) && top(target) !== from)
      .filter(({ target }) => !allowed.includes(top(target)) || (from === 'demo' && target !== PUBLIC_ENTRY))
      .map(
        ({ target }) =>
          `${source.path} imports ${target}: ${from}/ may import ${allowed.join(', ') || 'nothing else'}`,
      );
  });
}

/** Packages imported outside their home. */
export function strayPackages(sources: readonly Source[]): string[] {
  return sources.flatMap((source) =>
    importsOf(source)
      .filter(({ target }) => HOME_OF[target] !== undefined && !HOME_OF[target]?.test(source.path))
      .map(({ target }) => `${source.path} imports ${target}, whose home is ${HOME_OF[target]}`),
  );
}

/** Words of a host that `shared/` and `models/` must be handed as arguments, and functions no two engines agree on. */
const HOST_WORDS =
  /\b(Date\.now|new Date\(\)|Math\.random|performance\.now|crypto\.|process\.|globalThis\.|fetch\()/;
const INEXACT =
  /\bMath\.(exp|expm1|log|log2|log10|log1p|pow|sin|cos|tan|tanh|sinh|cosh|cbrt|hypot)\b|(?<!\/)\*\*(?![/*])(?!\s*\d)/;

const code = (text: string) =>
  text
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/^\s*\/\/.*$/gm, '')
    .replace(/\s\/\/ .*$/gm, '');

export function hostWords(sources: readonly Source[]): string[] {
  return sources
    .filter(({ path }) => ['shared', 'models'].includes(top(path)))
    .flatMap(({ path, text }) => {
      const match = HOST_WORDS.exec(code(text));
      return match === null
        ? []
        : [`${path} uses ${match[1]}: clocks, randomness and hosts are arguments here`];
    });
}

export function inexact(sources: readonly Source[]): string[] {
  return sources
    .filter(({ path }) => /^shared\/(engine|kernel|bundle)\//.test(path))
    .flatMap(({ path, text }) => {
      const match = INEXACT.exec(code(text));
      return match === null
        ? []
        : [`${path} uses ${match[0]}: engines differ in its last bits; use shared/kernel/math.ts`];
    });
}

/** Circles of run-time imports, each as the path that closes it. */
export function circles(sources: readonly Source[]): string[] {
  const graph = new Map(
    sources.map((source) => [
      source.path,
      importsOf(source)
        .filter((one) => !one.typeOnly)
        .map((one) => one.target),
    ]),
  );
  const done = new Set<string>();
  const found: string[] = [];
  const visit = (path: string, trail: readonly string[]): void => {
    const at = trail.indexOf(path);
    if (at >= 0) found.push([...trail.slice(at), path].join(' -> '));
    if (at >= 0 || done.has(path)) return;
    for (const target of graph.get(path) ?? []) visit(target, [...trail, path]);
    done.add(path);
  };
  for (const path of graph.keys()) visit(path, []);
  return found;
}

export const read = (root: string, paths: readonly string[]): Source[] =>
  paths.map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));
