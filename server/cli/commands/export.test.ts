import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { encodeWeights } from '../../../shared/bundle/weights.ts';
import { FEATURE_SCHEMA, FEATURES } from '../../../shared/engine/features.ts';
import { DEFAULT_SETTINGS } from '../../../shared/engine/settings.ts';
import { readSidecar } from '../../../shared/onnx/sidecar.ts';
import type { SiteId } from '../../../shared/protocol/ids.ts';
import { openHome } from '../../home.ts';
import { trainedRelease } from '../../publish/trained.case.ts';
import { EXIT } from '../command.ts';
import { cli, homes } from '../host.case.ts';
import { COMMANDS } from '../registry.ts';

const home = homes();
const run = (name: string, ...argv: string[]) => cli(COMMANDS)('--home', home(name), ...argv);
const width = FEATURES.length;

/** Its weights rank by the first feature. */
const weights = encodeWeights({
  settings: { ...DEFAULT_SETTINGS, featureSchema: FEATURE_SCHEMA },
  tensors: {
    'ranker.means': { shape: [width], values: new Float32Array(width), type: 'f32' },
    'ranker.deviations': { shape: [width], values: new Float32Array(width).fill(1), type: 'f32' },
    'ranker.0.weights': {
      shape: [width, 1],
      values: Float32Array.of(1, ...new Float32Array(width - 1)),
      type: 'i8',
    },
    'ranker.0.bias': { shape: [1], values: new Float32Array(1), type: 'f32' },
  },
});

async function record(name: string, ranked: boolean): Promise<void> {
  const opened = openHome(home(name));
  const site = 'demo' as SiteId;
  opened.store.sites.ensure(site, []);
  const trained = trainedRelease({ seed: 1 });
  const parts = trained.parts.map((part) =>
    ranked && part.role === 'weights' ? { ...part, bytes: weights } : part,
  );
  const artefacts = await Promise.all(parts.map(({ bytes }) => opened.artifacts.put(bytes)));
  opened.store.runs.record(site, { ...trained, parts }, artefacts);
  opened.close();
}

describe('export', () => {
  beforeAll(async () => {
    await record('ranked', true);
    await record('blended', false);
  });

  it.each([[], ['--int8']])('writes model and sidecar of the latest run %j', async (...own: string[]) => {
    const folder = join(home('ranked'), 'exported');
    const { exit, out } = await run('ranked', 'export', 'ranker', '--out', folder, ...own, '--json');
    expect(exit).toBe(EXIT.OK);
    const told = JSON.parse(out) as { kind: string; sha256: string; bytes: number; run: string };
    const model = readFileSync(join(folder, 'ranker.onnx'));
    const sidecar = readSidecar(JSON.parse(readFileSync(join(folder, 'ranker.json'), 'utf8')));
    expect(told).toMatchObject({ kind: 'small', run: 'run-1', bytes: model.length });
    expect(sidecar.model.sha256).toBe(createHash('sha256').update(model).digest('hex'));
    expect(told.sha256).toBe(sidecar.model.sha256);
    expect(sidecar.featureSchema).toBe(FEATURE_SCHEMA);
  });

  it.each([
    ['blended', [], EXIT.REFUSED, 'found none in this run'],
    ['ranked', ['--kind', 'deep'], EXIT.REFUSED, 'expected a ranker of kind deep'],
    ['ranked', ['--run', 'run-7'], EXIT.REFUSED, 'no run run-7'],
    ['ranked', ['--format', 'pickle'], EXIT.USAGE, 'Allowed choices are onnx'],
    ['nobody', [], EXIT.REFUSED, 'no run at all'],
  ] as const)('%s %j is refused', async (name, own, exit, words) => {
    const ran = await run(name, 'export', 'ranker', '--out', join(home('ranked'), 'none'), ...own);
    expect(ran.exit).toBe(exit);
    expect(ran.err).toContain(words);
  });
});
