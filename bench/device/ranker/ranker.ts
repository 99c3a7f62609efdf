import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exportRanker } from '../../../models/ranker/onnx/export.ts';
import { root } from '../../../scripts/ready.mjs';
import { CATEGORICALS, FEATURE_SCHEMA, FEATURES } from '../../../shared/engine/features.ts';
import { bundlePage } from '../browser/bundle.ts';
import { openChromium } from '../browser/chromium.ts';
import { serveFolders } from '../browser/serve.ts';
import type { Tell } from '../measure/progress.ts';
import type { Summary } from '../measure/statistics.ts';
import { type Contender, type Rounds, takeTurns } from '../measure/turns.ts';
import type {} from '../pages/ranker.ts';
import { dynamicModel } from './models.ts';
import {
  type BenchNetwork,
  errorOf,
  makeInput,
  makeNetwork,
  type RankerError,
  referenceLogits,
} from './network.ts';

/** Candidates that the funnel ranks at most. */
export const ROWS = 1000;

export interface RankerMeasured {
  readonly name: string;
  readonly ours: boolean;
  readonly precision: 'f32' | 'int8';
  readonly openMs: number;
  readonly ms: Summary;
  readonly error: RankerError;
}

export interface RankerResult {
  readonly rows: number;
  /** numbers that enter layer 0 for a candidate, embeddings included */
  readonly inputs: number;
  readonly measured: readonly RankerMeasured[];
}

const PEERS = {
  'f32.onnx': { name: 'onnxruntime-web f32', precision: 'f32' },
  'dynamic.onnx': { name: 'onnxruntime-web int8, dynamic', precision: 'int8' },
  'export.onnx': { name: 'onnxruntime-web int8, our export', precision: 'int8' },
} as const;
const OURS = ['relaxed', 'simd', 'js'].flatMap((build) =>
  (['f32', 'int8'] as const).map((precision) => ({ name: `tacit ${build} ${precision}`, precision })),
);

/** The same weights through our kernel and through onnxruntime-web, in turns, against double precision. */
export async function benchRanker(
  seed: number,
  rounds: Rounds & { readonly candidates?: number },
  tell: Tell,
): Promise<RankerResult> {
  const rows = rounds.candidates ?? ROWS;
  const shape = {
    dense: FEATURES.length,
    vocabularies: CATEGORICALS.map(({ vocabulary }) => vocabulary),
    seed,
  };
  const network = makeNetwork(shape);
  const reference = referenceLogits(network, makeInput(shape, rows));
  const folder = mkdtempSync(join(tmpdir(), 'tacit-bench-ranker-'));
  const [pages, data] = [join(folder, 'pages'), join(folder, 'data')];
  for (const one of [pages, data]) mkdirSync(one);
  writeModels(network, data);
  await bundlePage('bench/device/pages/ranker.ts', pages);
  const server = await serveFolders({ pages, data, peers: join(root, 'node_modules') });
  const { browser, close } = await openChromium();
  try {
    const page = await browser.newPage();
    await page.goto(server.url);
    await page.addScriptTag({ url: '/pages/ranker.js', type: 'module' });
    await page.waitForFunction('window.ranker !== undefined');
    const entrants = [
      ...OURS.map((one) => ({ ...one, key: one.name, ours: true })),
      ...Object.entries(PEERS).map(([key, one]) => ({ ...one, key, ours: false })),
    ];
    const opened: number[] = [];
    const errors: RankerError[] = [];
    for (const { key } of entrants) {
      tell(`ranker: ${key}`);
      opened.push(
        await page.evaluate(([name, of, n]) => window.ranker.open(name, of, n), [key, shape, rows] as const),
      );
      errors.push(errorOf(await page.evaluate((name) => window.ranker.logits(name), key), reference));
    }
    tell('ranker: measuring');
    const times = await takeTurns(
      entrants.map(
        ({ key }): Contender => ({
          laps: (calls, together) =>
            page.evaluate(([name, n, group]) => window.ranker.laps(name, n, group), [
              key,
              calls,
              together,
            ] as const),
        }),
      ),
      rounds,
    );
    return {
      rows,
      inputs: network.layers[0]!.inputs,
      measured: entrants.map(({ name, ours, precision }, at) => ({
        name,
        ours,
        precision,
        openMs: opened[at]!,
        ms: times[at]!,
        error: errors[at]!,
      })),
    };
  } finally {
    await close();
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function writeModels(network: BenchNetwork, folder: string): void {
  const named = {
    network,
    schema: FEATURE_SCHEMA,
    features: FEATURES.map(({ name }) => name),
    categoricals: CATEGORICALS.map(({ name, vocabulary }) => ({ name, vocabulary })),
  };
  writeFileSync(join(folder, 'f32.onnx'), exportRanker(named, 'float').model);
  writeFileSync(join(folder, 'export.onnx'), exportRanker(named, 'int8').model);
  writeFileSync(join(folder, 'dynamic.onnx'), dynamicModel(network));
}
