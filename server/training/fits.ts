import type { Dataset } from '../../models/contract.ts';
import type { Engine } from '../../shared/engine/contract.ts';
import { openRelease } from '../../shared/engine/engine.ts';
import type { FunnelSettings } from '../../shared/engine/settings.ts';
import type { Kernel } from '../../shared/kernel/contract.ts';
import type { ReleaseId } from '../../shared/protocol/ids.ts';
import type { Market } from '../../shared/protocol/manifest.ts';
import type { BundlePart } from './contract.ts';
import { encodeFunnel, encodeItems, encodeLists, type RankerTensors } from './encode.ts';
import type { Packing, TrainingSettings } from './settings.ts';
import { carried, fitSources, type Sources, type TrainingTools } from './sources.ts';

/** Sources fitted on one data set, packed as the bundle packs them. */
export interface Fit {
  readonly sources: Sources;
  readonly markets: readonly Market[];
  readonly shard: BundlePart;
  readonly space: string;
}

export interface Fitter {
  /** each data set is fitted once */
  of(dataset: Dataset): Fit;
  /** the same fits, packed by settings that carry less or round more */
  lighter(settings: TrainingSettings): Fitter;
}

export function createFitter(
  settings: TrainingSettings,
  markets: readonly Market[],
  tools: TrainingTools,
): Fitter {
  const fitted = new Map<Dataset, Sources>();
  const sourcesOf = (dataset: Dataset): Sources => {
    const sources = fitted.get(dataset) ?? fitSources(dataset, settings, tools);
    fitted.set(dataset, sources);
    return sources;
  };
  const packing = ({ carries, bits }: TrainingSettings): Fitter => {
    const known = new Map<Dataset, Fit>();
    return {
      of(dataset) {
        const before = known.get(dataset);
        if (before) return before;
        const sources = carried(sourcesOf(dataset), carries);
        const made = { sources, markets, ...encodeItems({ dataset, sources, markets, bits }) };
        known.set(dataset, made);
        return made;
      },
      lighter: packing,
    };
  };
  return packing(settings);
}

const TRAINING = 'in-training' as ReleaseId;

/** What is decided after the sources are fitted. */
export interface Funnel {
  readonly settings: FunnelSettings;
  readonly packing: Packing;
  readonly ranker: RankerTensors | undefined;
}

/** All that a device needs for its first slate. */
export const pack = ({ shard, sources }: Fit, { settings, packing, ranker }: Funnel): BundlePart[] => [
  shard,
  ...encodeLists(sources, packing),
  encodeFunnel(settings, ranker, sources.embeddings),
];

/** An engine over the packed bytes: training and evaluation see what a device decodes, never the floats. */
export function openFit(fit: Fit, funnel: Funnel, kernel: Kernel): Engine {
  return openParts(pack(fit, funnel), kernel, TRAINING);
}

export function openParts(
  parts: readonly BundlePart[],
  kernel: Kernel,
  release: ReleaseId = TRAINING,
): Engine {
  return openRelease(new Map(parts.map(({ role, bytes }) => [role, bytes])), release, kernel);
}
