import type { Dataset } from '../../models/contract.ts';
import type { Engine } from '../../shared/engine/contract.ts';
import { closeEngine } from '../../shared/engine/engine.ts';
import { observe } from '../../shared/engine/observe.ts';
import { fresh } from '../../shared/engine/retrieval/fresh.ts';
import { eligible } from '../../shared/engine/rules.ts';
import type { FreshWeights, FunnelSettings } from '../../shared/engine/settings.ts';
import { ndcgAtK } from '../../shared/metrics/ranking.ts';
import { momentOf } from './examples.ts';
import { openFit } from './fits.ts';
import { gainOf, mean } from './gain.ts';
import type { Plan, ShopperQuery } from './plan.ts';
import type { Under } from './plan-options.ts';
import { stateOf } from './queries.ts';

/** Shares of what kin get and of likeness that are tried beside those at hand: lists that rest on little say little of kin. */
const TRIED: readonly Pick<FreshWeights, 'kin' | 'likeness'>[] = [
  { kin: 1, likeness: 1 },
  { kin: 0.5, likeness: 1 },
  { kin: 0.25, likeness: 1 },
  { kin: 0, likeness: 1 },
];
/** A gain of fewer standard errors is none: four tries, very much alike. */
const SURE = 2;
/** Fewer questions choose nothing. */
const LEAST_ASKED = 50;
const AT = 10;

export interface ChosenFresh {
  readonly settings: FunnelSettings;
  readonly metrics: Readonly<Record<string, number>>;
}

/**
 * How the source of new items weighs what it knows, by the new items of the newest window: other weights than those at hand where
 * they order them better by `SURE` standard errors.
 */
export function chooseFresh(plan: Plan, under: Under, settings: FunnelSettings): ChosenFresh {
  const { whole, validation } = plan;
  const asked = plan.fresh ?? [];
  const { options, fitter, tools } = under;
  if (asked.length < LEAST_ASKED || options.settings.ease === undefined) return { settings, metrics: {} };
  const { packing } = options.settings;
  const engine = openFit(fitter.of(validation.fit), { settings, packing, ranker: undefined }, tools.kernel);
  const offered = Uint32Array.from(new Set(asked.flatMap(({ targets }) => targets))).sort();
  const gradesBy = (weights: FreshWeights): number[] =>
    grades({ ...engine, settings: { ...settings, fresh: weights } }, { whole, asked, offered });
  const before = gradesBy(settings.fresh);
  const tried = TRIED.map((own) => {
    const weights = { ...settings.fresh, ...own };
    return { weights, ...gainOf(before, gradesBy(weights), asked) };
  });
  closeEngine(engine);
  const best = tried.reduce((a, b) => (b.gain > a.gain ? b : a));
  const better = best.gain > SURE * best.error;
  const chosen = better ? best.weights : settings.fresh;
  const metrics = {
    'validation.fresh.queries': asked.length,
    'validation.fresh.ndcg@10': mean(before) + (better ? best.gain : 0),
    'validation.fresh.gain': best.gain,
    'validation.fresh.gain.error': best.error,
    'fresh.kin': chosen.kin,
    'fresh.likeness': chosen.likeness,
  };
  tools.journal.log('new items on validation', metrics);
  return { settings: { ...settings, fresh: chosen }, metrics };
}

interface Asked {
  readonly whole: Dataset;
  readonly asked: readonly ShopperQuery[];
  /** rows of the new items that were to be had, ascending */
  readonly offered: Uint32Array;
}

/** ndcg@10 of each question among the new items, by their source alone, which says how they are ordered among each other. */
function grades(engine: Engine, { whole, asked, offered }: Asked): number[] {
  const scores = new Float32Array(offered.length);
  return asked.map((query) => {
    const seen = observe(engine, stateOf(whole, query), {
      request: query.request,
      moment: momentOf(query.now, 'off'),
    });
    fresh.open({ engine, seen, eligible: eligible(engine, seen) }).score(offered, scores);
    const order = [...offered.keys()].sort((a, b) => scores[b]! - scores[a]! || a - b);
    const best = order.slice(0, AT).map((at) => offered[at]!);
    return ndcgAtK(best, new Set(query.targets), AT);
  });
}
