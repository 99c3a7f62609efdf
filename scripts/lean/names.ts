import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseSync } from 'vite';
import { type Edit, isNode, type Node, nameOf, rewrite, visit } from './tree.ts';

/**
 * Shorter names for properties that never leave a script. A property is renamed only if the folders of `inside` both make and
 * read it: what they merely read is somebody's (a browser's, whether TypeScript knows of it or not), and what they merely
 * make is for somebody. Nor is it renamed if its name is in a file of `outside` (what crosses to another script, the server,
 * the disk, the kernel or the shop), in a schema, in a text, or in any interface of the language or the browser. All parts of
 * a script get the same names, since they are made from the sources alone.
 */
export interface Rooms {
  readonly inside: readonly string[];
  readonly outside: readonly string[];
}

export const WORKER: Rooms = {
  inside: ['shared/engine', 'shared/kernel', 'shared/bundle', 'worker'],
  outside: [
    ...['client', 'shared/protocol', 'shared/onnx', 'worker/onnx', 'worker/storage'],
    ...['worker/lean', 'shared/engine/settings.ts', 'shared/kernel/wasm/exports.ts'],
  ],
};

/** What a page keeps outlives its script, and what its tabs say to each other may come from another one. */
export const PAGE: Rooms = {
  inside: ['client'],
  outside: [
    ...['shared', 'client/contract.ts', 'client/index.ts', 'client/impressions.ts', 'client/snippet.ts'],
    ...['client/service-worker.ts', 'client/offline-cache.ts'],
    ...['client/tabs.ts', 'client/last-slates.ts', 'client/tail.ts', 'client/visit.ts'],
  ],
};
/** A file that speaks to a package is outside; valibot is the device's own. */
const PACKAGES = /\b(?:from|import\() ?'(?!\.|valibot')/;
const LIBRARIES = /^lib\.(es\d+|dom|webworker|decorators)(\.[\w.]+)?\.d\.ts$/;

const isSource = (path: string): boolean =>
  /\.ts$/.test(path) && !path.includes('/assembly/') && !/\.(test|case|bench|d)\.ts$/.test(path);
const isWithin = (path: string, folders: readonly string[]): boolean =>
  folders.some((folder) => path === folder || path.startsWith(`${folder}/`));

function sourcesIn(root: string, folders: readonly string[]): string[] {
  const files = folders.flatMap((folder) =>
    folder.endsWith('.ts')
      ? [folder]
      : readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map(
          (file) => `${folder}/${file.replaceAll('\\', '/')}`,
        ),
  );
  return [...new Set(files)].filter(isSource).sort();
}

interface Named {
  readonly computed?: boolean;
  readonly property?: Node;
  readonly key?: Node;
}

/** Where a node names a property; undefined where it does not, or where the name is computed. */
function namedBy(node: Node): Node | undefined {
  const { computed, property, key } = node as Node & Named;
  if (computed === true) return undefined;
  const named = node.type === 'MemberExpression' ? property : PLACES.includes(node.type) ? key : undefined;
  return named?.type === 'Identifier' ? named : undefined;
}
const PLACES = [
  ...['Property', 'MethodDefinition', 'PropertyDefinition'],
  ...['TSPropertySignature', 'TSMethodSignature', 'TSParameterProperty'],
];

const isSchema = ({ type, callee }: Node): boolean =>
  type === 'CallExpression' &&
  isNode(callee) &&
  callee.type === 'MemberExpression' &&
  nameOf((callee as unknown as { object: unknown }).object) === 'v';

interface Declared {
  readonly declaration?: { readonly id?: unknown; readonly declarations?: readonly Node[] } | null;
}

/** A part's exports are found by their names. */
const exportedBy = ({ declaration }: Declared): string[] =>
  [declaration, ...(declaration?.declarations ?? [])]
    .map((one) => nameOf(one?.id))
    .filter((name) => name !== '');

interface Words {
  readonly properties: Map<string, number>;
  readonly made: Set<string>;
  readonly read: Set<string>;
  readonly fixed: Set<string>;
}

const noWords = (fixed: Set<string>): Words => ({
  ...{ properties: new Map(), made: new Set(), read: new Set() },
  fixed,
});

interface Holding {
  readonly left?: unknown;
  readonly properties?: readonly unknown[];
}

/** What a node makes are keys of objects and classes and what is assigned to; what it reads are members and patterns. */
function sortUse(node: Node, { made, read }: Words, assigned: Set<unknown>): void {
  const { left, properties = [] } = node as Node & Holding;
  const namesIn = (nodes: readonly unknown[]) => nodes.filter(isNode).map((one) => nameOf(namedBy(one)));
  if (node.type === 'AssignmentExpression') assigned.add(left);
  if (node.type === 'ObjectPattern') for (const name of namesIn(properties)) read.add(name);
  if (node.type === 'ObjectExpression') for (const name of namesIn(properties)) made.add(name);
  if (node.type.endsWith('Definition')) made.add(nameOf(namedBy(node)));
  if (node.type === 'MemberExpression') (assigned.has(node) ? made : read).add(nameOf(namedBy(node)));
}

function note(ast: unknown, words: Words): void {
  const { properties, fixed } = words;
  const assigned = new Set<unknown>();
  visit(ast, (node) => {
    sortUse(node, words, assigned);
    const name = nameOf(namedBy(node));
    // Types name properties too, and leave no byte.
    const counts = node.type.startsWith('TS') ? 0 : 1;
    if (name !== '') properties.set(name, (properties.get(name) ?? 0) + counts);
    if (node.type === 'Literal' && typeof node.value === 'string') fixed.add(node.value);
    if (node.type === 'TemplateElement') fixed.add((node.value as { cooked: string }).cooked);
    for (const exported of exportedBy(node as Declared)) fixed.add(exported);
    if (isSchema(node)) visit(node.arguments, (inner) => fixed.add(nameOf(namedBy(inner))));
  });
}

/** Made and read here and by others too: by Trusted Types, which TypeScript does not know. */
const SHARED = ['createScriptURL'];
const DECLARED = /^\s*(?:(?:readonly|get|set|static|var|let|const|function|class|declare) )*(\w+)[?(:<]/gm;

/** Every property of the language's and the browser's interfaces. */
function foreignNames(root: string): string[] {
  const folder = 'node_modules/typescript/lib';
  const files = readdirSync(join(root, folder)).filter((file) => LIBRARIES.test(file));
  const paths = [...files.map((file) => `${folder}/${file}`), 'shared/platform.d.ts'];
  const declared = (path: string) => [...readFileSync(join(root, path), 'utf8').matchAll(DECLARED)];
  return [...SHARED, ...paths.flatMap((path) => declared(path).flatMap(([, name]) => name ?? []))];
}

function* shortNames(taken: ReadonlySet<string>): Generator<string, never> {
  // As frequent as they are in code, and the same last ones for properties that are as rare: brotli likes both.
  const letters = 'etnriaosclufdpmhgvybxwSCTkEDOPAMIRjNFLqBVzHGUWKYXJZQ';
  for (let n = 0; ; n++) {
    const name = n < 52 ? letters[n]! : `${letters[n % 52]}${letters[Math.floor(n / 52) - 1]}`;
    if (!taken.has(name)) yield name;
  }
}

/** Name -> shorter name, the commonest first. */
export function namesFor(root: string, { inside, outside: others }: Rooms): ReadonlyMap<string, string> {
  const words = noWords(new Set(foreignNames(root)));
  const outside = noWords(words.fixed);
  for (const path of sourcesIn(root, [...inside, ...others])) {
    const code = readFileSync(join(root, path), 'utf8');
    const isOutside = isWithin(path, others) || PACKAGES.test(code);
    note(parseSync(path, code).program, isOutside ? outside : words);
  }
  for (const name of outside.properties.keys()) words.fixed.add(name);
  const { made, read, fixed } = words;
  const isOurs = (name: string): boolean => made.has(name) && read.has(name) && !fixed.has(name);
  const inner = [...words.properties].filter(([name]) => isOurs(name) && name.length > 2);
  const short = shortNames(new Set([...words.fixed, ...words.properties.keys()]));
  const byCount = inner.sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  return new Map(byCount.map(([name]) => [name, short.next().value]));
}

/** A module with the shorter names in it. */
export function withShortNames(code: string, ast: unknown, names: ReadonlyMap<string, string>): string {
  const edits: Edit[] = [];
  visit(ast, (node) => {
    const named = namedBy(node);
    const short = named && names.get(nameOf(named));
    if (named === undefined || short === undefined) return;
    const isShorthand = (node as { shorthand?: boolean }).shorthand === true;
    edits.push([named.start, isShorthand ? named.start : named.end, isShorthand ? `${short}:` : short]);
  });
  return rewrite(code, edits);
}
