import type { ModelCard } from '../../models/contract.ts';
import type { Engine, Moment } from '../../shared/engine/contract.ts';
import { closeEngine } from '../../shared/engine/engine.ts';
import { FEATURE_SCHEMA } from '../../shared/engine/features.ts';
import { goldenSlate } from '../../shared/engine/golden.ts';
import type { FunnelSettings } from '../../shared/engine/settings.ts';
import type { Kernel } from '../../shared/kernel/contract.ts';
import type { ItemId } from '../../shared/protocol/ids.ts';
import type { Golden, Market } from '../../shared/protocol/manifest.ts';
import { type Choice, chooseFunnel } from './choose.ts';
import type { BundlePart, TrainedRelease } from './contract.ts';
import { encodeFunnel, encodeMarketCards, type RankerTensors } from './encode.ts';
import { collectLists, joinLists } from './examples.ts';
import { createFitter, type Fitter, openFit, openParts } from './fits.ts';
import { learnRanker } from './learn-ranker.ts';
import { type Measured, measure } from './measure.ts';
import type { Level, Plan } from './plan.ts';
import type { TrainingSettings } from './settings.ts';
import type { TrainingTools } from './sources.ts';

export interface PlanOptions {
  readonly settings: TrainingSettings;
  readonly markets: readonly Market[];
  readonly rules: Moment['rules'];
  readonly choices: readonly Choice[];
  /** the release's clock, ms */
  readonly now: number;
}

export interface PlanTools extends TrainingTools {
  readonly kernel: Kernel;
}

export type Trained = Omit<TrainedRelease, 'lineage'> & { readonly funnel: FunnelSettings };

/** Fit, choose, learn to rank, compare, fit anew on everything, pack, and try the packed release. */
export function runPlan(plan: Plan, options: PlanOptions, tools: PlanTools): Trained {
  const fitter = createFitter(options.settings, options.markets, tools);
  const chosen = choose(plan, { options, fitter, tools });
  const learned = learn(plan, { options, fitter, tools, funnel: chosen.settings });
  const kept = keepRanker(plan, { options, fitter, tools, funnel: chosen.settings, learned });
  const final = fitter.of(plan.final);
  const parts = [
    ...final.parts,
    encodeFunnel(chosen.settings, kept.ranker),
    ...encodeMarketCards(plan.final, options.markets),
  ];
  return {
    parts,
    space: final.space,
    featureSchema: FEATURE_SCHEMA,
    items: plan.final.catalogue.groups.length,
    markets: options.markets,
    golden: writeGolden(parts, options.now, tools),
    cards: [...final.sources.cards, ...kept.cards],
    metrics: { ...named('validation.blend', chosen.measured), ...kept.metrics },
    funnel: chosen.settings,
  };
}

interface Under {
  readonly options: PlanOptions;
  readonly fitter: Fitter;
  readonly tools: PlanTools;
}

/** The funnel reads embeddings with the decay that they were trained with. */
const startingFunnel = ({ settings }: PlanOptions): FunnelSettings => ({
  ...settings.funnel,
  decay: { ...settings.funnel.decay, embedding: settings.embeddings.decay },
});

function choose({ validation, whole }: Plan, { options, fitter, tools }: Under) {
  const start = startingFunnel(options);
  const engine = openFit(fitter.of(validation.fit), { settings: start, ranker: undefined }, tools.kernel);
  const measureWith = (tried: Engine): Measured =>
    measure(tried, { whole, queries: validation.queries }, options.rules);
  const chosen = chooseFunnel(start, { engine, choices: options.choices, measureWith }, tools.journal);
  closeEngine(engine);
  return chosen;
}

function learn({ levels, whole }: Plan, under: Under & { funnel: FunnelSettings }) {
  const { options, fitter, tools, funnel } = under;
  const ask = ({ fit, queries }: Level) => {
    const engine = openFit(fitter.of(fit), { settings: funnel, ranker: undefined }, tools.kernel);
    const length = options.settings.ranker.listLength;
    const lists = collectLists(
      { engine, whole, queries },
      { length, rules: options.rules, seed: tools.seed },
      tools.journal,
    );
    closeEngine(engine);
    return lists;
  };
  return levels.length === 0 ? undefined : learnRanker(joinLists(levels.map(ask)), options.settings, tools);
}

/** A ranker ships only if it beats the blend on validation. */
function keepRanker(
  { validation, whole }: Plan,
  under: Under & { funnel: FunnelSettings; learned: ReturnType<typeof learn> },
): { ranker: RankerTensors | undefined; cards: ModelCard[]; metrics: Record<string, number> } {
  const { options, fitter, tools, funnel, learned } = under;
  if (learned === undefined) return { ranker: undefined, cards: [], metrics: { 'ranker.shipped': 0 } };
  const { ranker } = learned;
  const fit = fitter.of(validation.fit);
  const asked = { whole, queries: validation.queries };
  const measured = [undefined, ranker].map((tried) => {
    const engine = openFit(fit, { settings: funnel, ranker: tried }, tools.kernel);
    const result = measure(engine, asked, options.rules);
    closeEngine(engine);
    return result;
  });
  const [blend, ranked] = measured as [Measured, Measured];
  const better = validation.queries.length === 0 || ranked.ndcg >= blend.ndcg;
  tools.journal.log('ranker on validation', { recall: ranked.recall, ndcg: ranked.ndcg });
  const metrics = { ...named('validation.ranker', ranked), 'ranker.shipped': better ? 1 : 0 };
  return better
    ? { ranker, cards: [{ ...learned.card, metrics: { ...learned.card.metrics, ...metrics } }], metrics }
    : { ranker: undefined, cards: [], metrics };
}

const named = (prefix: string, { recall, ndcg, queries }: Measured): Record<string, number> => ({
  [`${prefix}.recall@10`]: recall,
  [`${prefix}.ndcg@10`]: ndcg,
  [`${prefix}.queries`]: queries,
});

const GOLDEN_VIEWS = 3;

/** Opens the packed release as a device will and writes down what it answers. */
function writeGolden(parts: readonly BundlePart[], now: number, { kernel, seed }: PlanTools): Golden {
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
