import type { Journal, ModelCard } from '../../../models/contract.ts';
import type { Engine } from '../../../shared/engine/contract.ts';
import { closeEngine } from '../../../shared/engine/engine.ts';
import type { Bin } from '../../../shared/metrics/calibration.ts';
import { partsOfLevel } from '../../../shared/protocol/level.ts';
import type { BundlePart, TrainedRelease } from '../../training/contract.ts';
import { openParts } from '../../training/fits.ts';
import { type ShopData, TrainingError } from '../../training/train.ts';
import type { BootstrapSettings, Interval } from '../bootstrap.ts';
import { weigh } from '../weigh.ts';
import { ablation } from './ablation.ts';
import { respondent } from './ask.ts';
import { type Comparison, compare, overlap } from './compare.ts';
import { findGround, type Ground, type GroundOptions, type Recorded } from './ground.ts';
import { type Metrics, measureAll } from './measure.ts';
import { headPrice, packingPrices } from './prices.ts';
import { type Slice, slices } from './slices.ts';
import { candidateRecall } from './sources.ts';
import { rankedBy, stages } from './stages.ts';
import type { Study } from './study.ts';

export interface SuiteOptions extends GroundOptions {
  readonly resamples: number;
  /** how deep candidates are looked for */
  readonly candidates: number;
}

/** All that is measured of a release. Every `Interval` is of a bootstrap over shoppers, 95%. */
export interface Suite extends Omit<Study, 'questions' | 'whole'> {
  readonly run: string;
  readonly lineage: TrainedRelease['lineage'];
  readonly how: Ground['how'];
  readonly explained: string;
  readonly window: { readonly from: string; readonly until: string };
  readonly queries: number;
  readonly shoppers: number;
  readonly resamples: number;
  readonly seed: number;
  readonly businessRules: 'off';
  readonly metrics: Metrics;
  readonly together: Readonly<Record<string, number>>;
  readonly calibration?: { readonly ece: Interval; readonly bins: readonly Bin[] };
  readonly slices: readonly Slice[];
  readonly pricesLeftOut?: string;
  readonly against?: Against;
  readonly bundleBytes: ReturnType<typeof weigh>;
  readonly cards: readonly ModelCard[];
}

export interface Against extends Comparison {
  readonly run: string;
  readonly lineage: TrainedRelease['lineage'];
  /** share of the first ten places in common, of the two runs' own files */
  readonly overlap: Interval;
}

/**
 * Judges one run, and where given the difference from another, by the funnel that devices have, over packed bytes, with
 * settings changed where a part of it is looked at alone.
 * @throws TrainingError where there is nothing to ask
 */
export async function evaluateRelease(
  shop: ShopData,
  { run, against }: { readonly run: Recorded; readonly against?: Recorded | undefined },
  options: SuiteOptions,
  journal: Journal,
): Promise<Suite> {
  const runs = against === undefined ? [run] : [run, against];
  const ground = await findGround(shop, runs, options, journal);
  const { whole, fit, queries } = ground;
  if (queries.length === 0)
    throw new TrainingError('too-short', 'Found nothing to ask in the test window, expected visits.');
  const intervals: BootstrapSettings = { resamples: options.resamples, seed: options.seed };
  const [parts] = ground.answering as [readonly BundlePart[]];
  const engine = openLevel(parts, options);
  const of = respondent(engine, whole);
  const told = steps(journal);
  const all = told('slates', () => measureAll(of, queries, { fit, intervals }));
  const compared = { queries, slates: all.slates, intervals };
  const { metrics, together, calibration } = all;
  const suite: Suite = {
    ...told('slices', () => ({ slices: slices(all.slates, queries, { fit, intervals }) })),
    ...told('sources', () => ({
      candidates: candidateRecall(of, queries, { candidates: options.candidates, intervals }),
    })),
    ...told('stages', () => ({ stages: stages(of, parts, compared) })),
    ...told('feature groups', () => ({ ablation: ablation(of, compared) })),
    ...told('prices', () => prices(ground, parts, { compared, kernel: options.kernel })),
    ...(against === undefined
      ? {}
      : told('two releases', () => ({ against: compareRuns(ground, [run, against], options) }))),
    ...{ metrics, together, ...(calibration ? { calibration } : {}) },
    ...factsOf(run, ground, options),
    rankedBy: rankedBy(engine.ranker?.kind),
    bundleBytes: weigh(run.parts),
  };
  closeEngine(engine);
  return suite;
}

function factsOf(run: Recorded, ground: Ground, { resamples, seed }: SuiteOptions) {
  const { how, cut, until, queries } = ground;
  const { lineage, cards } = run.trained;
  return {
    run: run.name,
    lineage,
    how,
    explained: explained(how),
    window: { from: new Date(cut).toISOString(), until: new Date(until).toISOString() },
    queries: queries.length,
    shoppers: new Set(queries.map(({ shopper }) => shopper)).size,
    ...{ resamples, seed, businessRules: 'off' as const, cards },
  };
}

const explained = (how: Ground['how']): string =>
  how === 'newer'
    ? 'The files of the release itself answered; only what happened after it was trained was asked.'
    : "A twin answered: the same training, with the release's preset and seed, on what was before the window. The release itself has seen the answers.";

const steps =
  (journal: Journal) =>
  <T>(name: string, work: () => T): T => {
    journal.stage(name, 0, 1);
    const made = work();
    journal.stage(name, 1, 1);
    return made;
  };

/** The whole level: what a device has when all is there. */
const openLevel = (parts: readonly BundlePart[], { kernel }: SuiteOptions): Engine =>
  openParts(
    partsOfLevel(parts, undefined).filter(({ role }) => role !== 'cards'),
    kernel,
  );

function prices(
  { whole, unpacked }: Ground,
  parts: readonly BundlePart[],
  {
    compared,
    kernel,
  }: { compared: Parameters<typeof headPrice>[1]['compared']; kernel: SuiteOptions['kernel'] },
): Pick<Suite, 'prices' | 'pricesLeftOut'> {
  const around = { whole, kernel, compared };
  const head = headPrice(parts, around);
  const own = head === undefined ? [] : [head];
  if (unpacked !== undefined) return { prices: [...packingPrices(unpacked, around), ...own] };
  return {
    prices: own,
    pricesLeftOut: 'What rounding and truncation cost needs the floats, which only a twin has (--how twin).',
  };
}

function compareRuns(
  { whole, queries, answering }: Ground,
  runs: readonly [Recorded, Recorded],
  options: SuiteOptions,
): Against {
  const intervals = { resamples: options.resamples, seed: options.seed };
  const between = <T>(
    files: readonly (readonly BundlePart[])[],
    work: (pair: readonly [ReturnType<typeof respondent>, ReturnType<typeof respondent>]) => T,
  ): T => {
    const engines = files.map((parts) => openLevel(parts, options));
    const [first, second] = engines.map((engine) => respondent(engine, whole));
    const made = work([first!, second!]);
    for (const engine of engines) closeEngine(engine);
    return made;
  };
  const [, { name, trained }] = runs;
  return {
    run: name,
    lineage: trained.lineage,
    ...between(answering, (pair) => compare(pair, queries, intervals)),
    overlap: between(
      runs.map(({ parts }) => parts),
      (pair) => overlap(pair, queries, intervals),
    ),
  };
}
