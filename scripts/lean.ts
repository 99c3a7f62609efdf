import { join } from 'node:path';
import { type Plugin, runnerImport } from 'vite';

/**
 * What the device's build leaves out, since no device reads it: features' names and prose (sources and origins), of which
 * only the schema is compared, and the most of valibot.
 */

interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly name?: unknown;
  readonly value?: unknown;
  readonly key?: unknown;
  readonly id?: unknown;
  readonly init?: unknown;
  readonly params?: unknown;
  readonly properties?: unknown;
  readonly callee?: unknown;
  readonly arguments?: unknown;
}
type Edit = readonly [start: number, end: number, text: string];

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && typeof (value as Node).type === 'string';

function visit(value: unknown, see: (node: Node) => void): void {
  if (Array.isArray(value)) for (const one of value) visit(one, see);
  else if (isNode(value)) {
    see(value);
    for (const child of Object.values(value)) visit(child, see);
  }
}

function rewrite(code: string, edits: readonly Edit[]): string {
  let out = '';
  let from = 0;
  for (const [start, end, text] of [...edits].sort(([a], [b]) => a - b)) {
    if (start < from) continue;
    out += code.slice(from, start) + text;
    from = end;
  }
  return out + code.slice(from);
}

const PROSE: readonly string[] = ['name', 'origin', 'source'];
const nameOf = (node: unknown): string => (isNode(node) ? String(node.name ?? node.value ?? '') : '');
const isText = ({ type, value }: Node): boolean =>
  type === 'TemplateLiteral' || (type === 'Literal' && typeof value === 'string');

/** Of each helper that makes features: at which places it takes prose. */
function placesOfProse(ast: unknown): Map<string, number[]> {
  const places = new Map<string, number[]>();
  const note = (name: string, made: Node): void => {
    const params = made.params as readonly Node[];
    const at = params.flatMap((param, i) => (PROSE.includes(nameOf(param)) ? [i] : []));
    if (at.length > 0) places.set(name, at);
  };
  visit(ast, (node) => {
    if (node.type === 'FunctionDeclaration') note(nameOf(node.id), node);
    const { init } = node;
    if (node.type === 'VariableDeclarator' && isNode(init) && init.type === 'ArrowFunctionExpression')
      note(nameOf(node.id), init);
  });
  return places;
}

/** Features without their prose: a property goes, an argument becomes 0. */
export function withoutProse(code: string, ast: unknown): string {
  const places = placesOfProse(ast);
  const edits: Edit[] = [];
  visit(ast, (node) => {
    if (node.type === 'ObjectExpression') {
      const properties = node.properties as readonly Node[];
      const isFeature = properties.some(({ key }) => nameOf(key) === 'origin');
      for (const { key, value, start, end } of properties) {
        const isDropped = isFeature
          ? PROSE.includes(nameOf(key))
          : nameOf(key) === 'source' && isText(value as Node);
        if (isDropped) edits.push([start, code[end] === ',' ? end + 1 : end, '']);
      }
    }
    if (node.type === 'CallExpression') {
      const given = node.arguments as readonly Node[];
      for (const at of places.get(nameOf(node.callee)) ?? []) {
        const one = given[at];
        if (one !== undefined && isText(one)) edits.push([one.start, one.end, '0']);
      }
    }
  });
  return rewrite(code, edits);
}

interface Known {
  readonly schema: string;
  readonly features: readonly string[];
}

/** @throws where a constant that is to be written in has another form than it had */
function replaced(code: string, from: RegExp, to: string): string {
  if (!from.test(code)) throw new Error(`lean: expected ${from} in the features`);
  return code.replace(from, to);
}

export function lean(root: string): Plugin {
  const device = join(root, 'shared/onnx/device-features.ts');
  let known: Promise<Known> | undefined;
  const knowledge = async (): Promise<Known> => {
    known ??= runnerImport<{ DEVICE_FEATURES: Known }>(device).then(({ module }) => module.DEVICE_FEATURES);
    return known;
  };
  return {
    name: 'lean',
    config: () => ({
      resolve: { alias: { valibot: join(root, 'worker/lean/valibot.ts') } },
      // It reads the features themselves, for a second or two: no news to whoever builds.
      build: { rolldownOptions: { checks: { pluginTimings: false } } },
    }),
    async load(id) {
      return id === device ? `export const DEVICE_FEATURES = ${JSON.stringify(await knowledge())};` : null;
    },
    async transform(code, id) {
      if (!id.startsWith(join(root, 'shared/engine/features'))) return null;
      if (id.startsWith(join(root, 'shared/engine/features/')))
        return { code: withoutProse(code, this.parse(code)), map: null };
      const { schema, features } = await knowledge();
      const said = replaced(code, /schemaOf\(\[[\s\S]*?\]\)/, JSON.stringify(schema));
      const at = features.indexOf('position');
      return { code: replaced(said, /FEATURES\.findIndex\([^;]*/, String(at)), map: null };
    },
    onLog(_, log) {
      // A schema that asks for more of valibot than is there would break on the device alone.
      if (log.code === 'IMPORT_IS_UNDEFINED' || log.code === 'MISSING_EXPORT') throw new Error(log.message);
    },
  };
}
