import { closeEngine } from '../../shared/engine/engine.ts';
import { goldenSlate } from '../../shared/engine/golden.ts';
import type { Kernel } from '../../shared/kernel/contract.ts';
import type { ItemId } from '../../shared/protocol/ids.ts';
import type { Golden } from '../../shared/protocol/manifest.ts';
import type { BundlePart } from './contract.ts';
import { openParts } from './fits.ts';

const GOLDEN_VIEWS = 3;

/** Opens the packed release as a device will and writes down what it answers. */
export function writeGolden(
  parts: readonly BundlePart[],
  now: number,
  { kernel, seed }: { readonly kernel: Kernel; readonly seed: number },
): Golden {
  const engine = openParts(
    parts.filter(({ role }) => role !== 'cards'),
    kernel,
  );
  const popular = [...engine.index.popular.subarray(0, GOLDEN_VIEWS)];
  const views = popular.map((row) => engine.shard.ids.idAt(row)) as ItemId[];
  const golden = { views, now, seed };
  const expected = goldenSlate(engine, golden);
  closeEngine(engine);
  return { ...golden, expected };
}
