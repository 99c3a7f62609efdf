import type { Dataset, Journal } from '../../../models/contract.ts';
import { before, buildDataset, timeSpan } from '../../dataset/dataset.ts';
import type { BundlePart, TrainedRelease } from '../../training/contract.ts';
import { type ShopData, TrainingError, type TrainOptions, train } from '../../training/train.ts';
import { splitShop } from '../shop/evaluate.ts';
import { givenVectors } from './given.ts';
import type { Unpacked } from './prices.ts';
import { type Asked, windowQuestions } from './questions.ts';

/** A run as it was recorded, with its files. */
export interface Recorded {
  readonly name: string;
  readonly trained: Omit<TrainedRelease, 'parts'>;
  readonly parts: readonly BundlePart[];
}

/**
 * How a release can be judged without having seen the answers: by interactions that came after it was trained, or by a
 * twin that was trained, with the release's preset, seed and outside vectors, on what was before the window.
 */
export type How = 'newer' | 'twin';

export interface GroundOptions
  extends Pick<TrainOptions, 'kernel' | 'code' | 'clock' | 'minSupport' | 'settings'> {
  /** days of the window that a twin is judged on */
  readonly days: number;
  readonly seed: number;
  readonly queries: number;
  /** `newer` where that asks enough, else a twin */
  readonly how?: How | undefined;
}

/** What is asked, and what answers. */
export interface Ground {
  readonly how: How;
  readonly whole: Dataset;
  /** what the release could know */
  readonly fit: Dataset;
  readonly cut: number;
  readonly until: number;
  readonly queries: readonly Asked[];
  /** the files that answer, of each run given */
  readonly answering: readonly (readonly BundlePart[])[];
  /** of a twin alone: what the first one's files were packed from */
  readonly unpacked?: Unpacked;
}

/** Questions from which newer interactions are enough to go by. */
const LEAST_QUESTIONS = 200;

/**
 * @throws TrainingError where there is nothing to go by: too few days before the window, or (with `how: 'newer'`)
 * nothing newer than the runs
 */
export async function findGround(
  shop: ShopData,
  runs: readonly Recorded[],
  options: GroundOptions,
  journal: Journal,
): Promise<Ground> {
  if (options.how !== 'twin') {
    const newer = await sinceTraining(shop, runs, options);
    if (newer.queries.length >= (options.how === 'newer' ? 1 : LEAST_QUESTIONS)) return newer;
    if (options.how === 'newer')
      throw new TrainingError(
        'too-short',
        'Found nothing to ask among interactions that are newer than the release, expected some; a twin (--how twin) is judged on older ones.',
      );
  }
  return byTwins(shop, runs, options, journal);
}

async function sinceTraining(
  shop: ShopData,
  runs: readonly Recorded[],
  { seed, queries }: GroundOptions,
): Promise<Ground> {
  const { dataset: whole } = await buildDataset(shop.items, shop.interactions, shop.now);
  const cut = Math.max(...runs.map(({ trained: { lineage } }) => lineage.until ?? lineage.trainedAt));
  return {
    how: 'newer',
    whole,
    fit: before(whole, cut),
    cut,
    until: timeSpan(whole.interactions)?.to ?? shop.now,
    queries: windowQuestions(whole, cut, { seed, most: queries }),
    answering: runs.map(({ parts }) => parts),
  };
}

interface Twin {
  readonly parts: readonly BundlePart[];
  readonly unpacked: Unpacked;
}

async function byTwins(
  shop: ShopData,
  runs: readonly Recorded[],
  options: GroundOptions,
  journal: Journal,
): Promise<Ground> {
  const { whole, interactions, items, cut, end } = await splitShop(shop, options);
  const twins: Twin[] = [];
  // Nothing else of a run is known to differ: the same preset, seed and outside vectors have the same twin.
  const known = new Map<string, Twin>();
  for (const run of runs) {
    const { seed, parameters } = run.trained.lineage;
    const preset = parameters?.['preset'] === 'full' ? 'full' : 'fast';
    const vectors = givenVectors(run);
    const key = `${preset} ${seed} ${vectors ? run.name : ''}`;
    const before = known.get(key);
    if (before !== undefined) {
      twins.push(before);
      continue;
    }
    let unpacked: Unpacked | undefined;
    const { parts } = await train(
      { ...shop, items, interactions, now: cut },
      {
        ...options,
        ...{ seed, preset },
        ...(vectors ? { vectors } : {}),
        packed: ({ final: fit, funnel }) => {
          unpacked = { fit, funnel, markets: shop.markets };
        },
      },
      journal,
    );
    if (unpacked === undefined) throw new RangeError('report: training told nothing of what it packed');
    const twin = { parts, unpacked };
    known.set(key, twin);
    twins.push(twin);
  }
  return {
    how: 'twin',
    whole,
    fit: before(whole, cut),
    cut,
    until: end,
    queries: windowQuestions(whole, cut, { seed: options.seed, most: options.queries }),
    answering: twins.map(({ parts }) => parts),
    unpacked: twins[0]!.unpacked,
  };
}
