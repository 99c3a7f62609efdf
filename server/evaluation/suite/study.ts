import type { Dataset, Journal } from '../../../models/contract.ts';
import { closeEngine } from '../../../shared/engine/engine.ts';
import type { Kernel } from '../../../shared/kernel/contract.ts';
import type { Market } from '../../../shared/protocol/manifest.ts';
import { openFit, pack } from '../../training/fits.ts';
import type { Ingredients } from '../../training/plan-options.ts';
import { ablation } from './ablation.ts';
import { respondent, slatesOf, withSettings } from './ask.ts';
import { headPrice, packingPrices } from './prices.ts';
import type { Owned } from './questions.ts';
import { type CandidateRecall, candidateRecall } from './sources.ts';
import { rankedBy, stages } from './stages.ts';
import { type Compared, type Variant, variantOf } from './variants.ts';

/** What each part of a funnel adds and what packing it costs, on questions that it was not fitted on. */
export interface Study {
  readonly questions: number;
  readonly rankedBy: string;
  readonly whole: Variant;
  readonly candidates: CandidateRecall;
  readonly stages: readonly Variant[];
  readonly prices: readonly Variant[];
  readonly ablation: readonly Variant[];
}

export interface Studied {
  readonly whole: Dataset;
  /** what the funnel knows: nothing that is asked */
  readonly fit: Ingredients['final'];
  readonly made: Pick<Ingredients, 'funnel' | 'rankers'>;
  readonly markets: readonly Market[];
  readonly queries: readonly Owned[];
}

export interface StudyOptions {
  readonly kernel: Kernel;
  readonly resamples: number;
  readonly seed: number;
}

/** How deep candidates are looked for. */
const CANDIDATES = 500;

/** As `evaluateRelease` looks at a release, at a fit that is not packed yet: rankers that did not ship are told as well. */
export function studyFunnel(
  { whole, fit, made: { funnel, rankers }, markets, queries }: Studied,
  { kernel, resamples, seed }: StudyOptions,
  journal: Journal,
): Study {
  const engine = openFit(fit, funnel, kernel);
  const of = respondent(engine, whole);
  const intervals = { resamples, seed };
  const told = <T>(part: number, work: () => T): T => {
    journal.stage('stages', part, PARTS);
    return work();
  };
  const slates = told(0, () => slatesOf(of, queries));
  const compared: Compared = { queries, slates, intervals };
  const all = pack(fit, { ...funnel, ranker: rankers });
  // Where the blend ships, settings name no features: those who did not ship read them all the same.
  const reading = rankers ? withSettings(of, { featureSchema: rankers.schema }) : of;
  const around = { whole, kernel, compared };
  const study: Study = {
    questions: queries.length,
    rankedBy: rankedBy(engine.ranker?.kind),
    whole: variantOf(slates, { name: 'as it ships', means: 'every stage, packed' }, compared),
    candidates: told(1, () => candidateRecall(of, queries, { candidates: CANDIDATES, intervals })),
    stages: told(2, () => stages(reading, all, compared)),
    ablation: told(3, () => ablation(of, compared)),
    prices: told(4, () => {
      const head = headPrice(pack(fit, funnel), around);
      return [...packingPrices({ fit, funnel, markets }, around), ...(head ? [head] : [])];
    }),
  };
  journal.stage('stages', PARTS, PARTS);
  closeEngine(engine);
  return study;
}

const PARTS = 5;
