import { readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { type Plugin, runnerImport } from 'vite';
import { asCharacters } from './lean/bytes.ts';
import { featuresOf, withoutProse } from './lean/features.ts';
import { withoutWords } from './lean/messages.ts';
import { withoutMethods } from './lean/methods.ts';
import { namesFor, PAGE, WORKER, withShortNames } from './lean/names.ts';
import { withoutProseOfSchemas } from './lean/schemas.ts';

/**
 * What the device's build leaves out, since no device reads it: features' names and prose (sources and origins), of which
 * only the schema is compared; the words of errors and of schemas; what tables, lists and networks can do and no device asks for; long names of properties; the most of valibot.
 */

interface Known {
  readonly schema: string;
  readonly features: readonly string[];
}
interface Features {
  readonly FEATURES: readonly { readonly whole?: true }[];
}

/** @throws where a constant that is to be written in has another form than it had */
function replaced(code: string, from: RegExp, to: string): string {
  if (!from.test(code)) throw new Error(`lean: expected ${from} in the features`);
  return code.replace(from, to);
}

/** Modules that the device has something smaller for. */
const TWINS: Readonly<Record<string, string>> = {
  'shared/kernel/build/relaxed.wasm.ts': 'shared/kernel/build/relaxed.device.wasm.ts',
  'shared/kernel/build/simd.wasm.ts': 'shared/kernel/build/simd.device.wasm.ts',
  'shared/kernel/hex.ts': 'worker/lean/hex.ts',
  'shared/protocol/base64.ts': 'worker/lean/base64.ts',
};

/** Methods and getters that no device asks for, by the module that makes them. */
const TABLE = ['search', 'append', 'update', 'remove'];
const UNUSED: Readonly<Record<string, readonly string[]>> = {
  'shared/bundle/neighbour-lists.ts': ['offsets', 'ids', 'weights'],
  'shared/bundle/shard.ts': ['price', 'variantInStock'],
  'shared/engine/ranker.ts': ['run'],
  'shared/kernel/javascript/network.ts': ['run'],
  'shared/kernel/javascript/table.ts': [...TABLE, 'reserve', 'write', 'exactly'],
  'shared/kernel/wasm/network.ts': ['run'],
  'shared/kernel/wasm/rows.ts': ['write', 'grow'],
  'shared/kernel/wasm/table.ts': [...TABLE, 'scanMany'],
};

type Step = (code: string, ast: unknown) => string;
/** Those that fit a module's path, in order. */
const STEPS: readonly (readonly [RegExp, Step])[] = [
  [/^shared\/engine\/features\//, withoutProse],
  [/^shared\/kernel\/build\//, asCharacters],
  [/^shared\/(protocol|engine\/settings|bundle)/, withoutProseOfSchemas],
  [/^shared\/(engine|bundle|kernel)\/|^shared\/protocol\/signature|^worker\/(sync|storage)\//, withoutWords],
];

function withKnown(code: string, { schema, features }: Known, { FEATURES }: Features): string {
  const said = replaced(code, /schemaOf\(\[[\s\S]*?\]\)/, JSON.stringify(schema));
  const counted = replaced(said, /FAMILIES\.flatMap\(\(\{ features \}\) => features\)/, featuresOf(FEATURES));
  return replaced(counted, /FEATURES\.findIndex\([^;]*/, String(features.indexOf('position')));
}

export function lean(root: string): Plugin {
  const device = join(root, 'shared/onnx/device-features.ts');
  let known: Promise<Known> | undefined;
  let names: ReadonlyMap<string, string> | undefined;
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
      if (id === device) return `export const DEVICE_FEATURES = ${JSON.stringify(await knowledge())};`;
      const twin = TWINS[relative(root, id)];
      return twin === undefined ? null : readFile(join(root, twin), 'utf8');
    },
    async transform(code, id) {
      const path = relative(root, id);
      if (!/^(?:shared|worker)\//.test(path)) return null;
      names ??= namesFor(root, WORKER);
      let short = code;
      if (path === 'shared/engine/features.ts')
        short = withKnown(code, await knowledge(), (await runnerImport<Features>(id)).module);
      const unused = UNUSED[path];
      if (unused) short = withoutMethods(short, this.parse(short), unused);
      for (const step of STEPS.filter(([of]) => of.test(path)).map(([, of]) => of))
        short = step(short, this.parse(short));
      return { code: withShortNames(short, this.parse(short), names), map: null };
    },
    onLog(_, log) {
      // A schema that asks for more of valibot than is there would break on the device alone.
      if (log.code === 'IMPORT_IS_UNDEFINED' || log.code === 'MISSING_EXPORT') throw new Error(log.message);
    },
  };
}

/** The page's script: its words stay, since a shop's engineer reads them; what it calls things inside does not. */
export function leanPage(root: string): Plugin {
  let names: ReadonlyMap<string, string> | undefined;
  return {
    name: 'lean-page',
    transform(code, id) {
      if (!relative(root, id).startsWith('client/')) return null;
      names ??= namesFor(root, PAGE);
      return { code: withShortNames(code, this.parse(code), names), map: null };
    },
  };
}
