import type { Dataset } from '../../models/contract.ts';
import type { Engine } from '../../shared/engine/contract.ts';
import { openRelease } from '../../shared/engine/engine.ts';
import type { FunnelSettings } from '../../shared/engine/settings.ts';
import type { Kernel } from '../../shared/kernel/contract.ts';
import type { ReleaseId } from '../../shared/protocol/ids.ts';
import type { Market } from '../../shared/protocol/manifest.ts';
import type { BundlePart } from './contract.ts';
import { encodeFunnel, encodeTables, type RankerTensors } from './encode.ts';
import type { TrainingSettings } from './settings.ts';
import { fitSources, type Sources, type TrainingTools } from './sources.ts';

/** Sources fitted on one data set, packed as the bundle packs them. */
export interface Fit {
  readonly sources: Sources;
  readonly parts: readonly BundlePart[];
  readonly space: string;
}

export interface Fitter {
  /** each data set is fitted once */
  of(dataset: Dataset): Fit;
}

export function createFitter(
  settings: TrainingSettings,
  markets: readonly Market[],
  tools: TrainingTools,
): Fitter {
  const known = new Map<Dataset, Fit>();
  return {
    of(dataset) {
      const before = known.get(dataset);
      if (before) return before;
      const sources = fitSources(dataset, settings, tools);
      const made = { sources, ...encodeTables({ dataset, sources, markets, settings }) };
      known.set(dataset, made);
      return made;
    },
  };
}

const TRAINING = 'in-training' as ReleaseId;

/** An engine over the packed bytes: training and evaluation see what a device decodes, never the floats. */
export function openFit(
  fit: Fit,
  funnel: { settings: FunnelSettings; ranker: RankerTensors | undefined },
  kernel: Kernel,
): Engine {
  const parts = [...fit.parts, encodeFunnel(funnel.settings, funnel.ranker)];
  return openParts(parts, kernel, TRAINING);
}

export function openParts(
  parts: readonly BundlePart[],
  kernel: Kernel,
  release: ReleaseId = TRAINING,
): Engine {
  return openRelease(new Map(parts.map(({ role, bytes }) => [role, bytes])), release, kernel);
}
