import type { ModelCard } from '../../models/contract.ts';
import type { Engine } from '../../shared/engine/contract.ts';
import { closeEngine } from '../../shared/engine/engine.ts';
import { FEATURE_SCHEMA } from '../../shared/engine/features.ts';
import type { FunnelSettings } from '../../shared/engine/settings.ts';
import { type Ahead, fitAhead } from './ahead/ahead.ts';
import { calibrateBy, type Shown, withProbabilities } from './calibrate.ts';
import { chooseFunnel } from './choose.ts';
import { chooseClusters } from './choose-clusters.ts';
import { chooseFresh } from './choose-fresh.ts';
import { chooseTransitions } from './choose-transitions.ts';
import type { Exam, TrainedRelease } from './contract.ts';
import { encodeLists, type RankerTensors } from './encode.ts';
import { examine } from './examine.ts';
import { collectLists, joinLists } from './examples.ts';
import { createFitter, type Funnel, openFit } from './fits.ts';
import { type Judge, type Learned, learnRanker } from './learn-ranker.ts';
import { type Measured, measure } from './measure.ts';
import type { Level, Plan } from './plan.ts';
import type { PlanOptions, PlanTools, Under } from './plan-options.ts';
import { evenly } from './queries.ts';
import { collectSeen } from './seen/lists.ts';
import type { Packing, TrainingSettings } from './settings.ts';
import { isKept, stage } from './sources.ts';
import type { WarmReport } from './warm.ts';
import {
  amongEqual,
  isDeepWorth,
  isWithin,
  lightenPlan,
  packingsOf,
  packWithin,
  report,
  tablesWithin,
} from './within.ts';

export type Trained = Omit<TrainedRelease, 'lineage'> & { readonly settings: TrainingSettings };

/**
 * Fit, choose, learn to rank, compare, fit anew on everything, pack, and try the packed release. With a memory each step is a
 * stage: what it gives depends on the run's data, options and seed alone.
 */
export function runPlan(plan: Plan, options: PlanOptions, tools: PlanTools): Trained {
  const settings = stage(tools, 'transitions', () => chooseTransitions(plan, options, tools));
  const fitted = tablesWithin(plan, { ...options, settings }, tools);
  const ahead = aheadOf(plan, fitted, tools);
  try {
    return follow(plan, { options, fitted, tools: ahead ? { ...tools, ahead } : tools });
  } finally {
    ahead?.close();
  }
}

/** Everything after the settings that sources are fitted by. */
function follow(
  plan: Plan,
  { options, fitted, tools }: { options: PlanOptions; fitted: TrainingSettings; tools: PlanTools },
): Trained {
  const full = createFitter(fitted, options.markets, tools);
  const light = stage(tools, 'bytes', () =>
    lightenPlan(plan, { options: { ...options, settings: fitted }, fitter: full, tools }),
  );
  const { settings } = light;
  const fitter = full.lighter(settings);
  const under: Under = { options: { ...options, settings }, fitter, tools };
  const chosen = stage(tools, 'blend', () => {
    const { settings: blended, measured } = choose(plan, under);
    return { measured, ...chooseFresh(plan, under, blended) };
  });
  const learned = stage(tools, 'rankers', () => learn(plan, { ...under, funnel: chosen.settings }));
  const kept = stage(tools, 'rankers on validation', () =>
    keepRanker(plan, { ...under, funnel: chosen.settings, learned }),
  );
  const packed = stage(tools, 'packing', () =>
    chooseShipped(plan, { ...under, funnel: chosen.settings, ranker: kept.ranker }),
  );
  const grouped = chooseClusters(plan, under, chosen.settings);
  const final = fitter.of(plan.final);
  const finished = stage(tools, 'release', () =>
    packWithin(plan, under, {
      settings: grouped.clusters ? { ...chosen.settings, clusters: grouped.clusters } : chosen.settings,
      ...{ ranker: packed.ranker, packings: packed.packings },
    }),
  );
  const { funnel, levels } = finished;
  // What is fitted on all that there is has no place in a twin without the newest window.
  const twin = { ...funnel, settings: chosen.settings };
  const exam = stage(tools, 'exam', () => takeExam(plan, under, twin));
  tools.packed?.({
    final: { ...final, dataset: plan.final },
    validation: { ...fitter.of(plan.validation.fit), dataset: plan.validation.fit },
    funnel,
    rankers: kept.rankers,
  });
  // What fits no other way ships the small ranker, whatever was learned.
  const lostDeep = kept.ranker?.deep !== undefined && funnel.ranker?.deep === undefined;
  const left = [
    ...(settings.embeddings.tied && !options.settings.embeddings.tied ? ['second-table'] : []),
    ...light.left,
    ...(lostDeep ? ['deep'] : []),
  ];
  const items = plan.final.catalogue.groups.length;
  const spent = report(finished.bytes, { light: { ...light, left }, settings, items }, tools);
  return {
    ...levels,
    space: final.space,
    featureSchema: FEATURE_SCHEMA,
    items,
    markets: options.markets,
    cards: [
      ...final.sources.cards,
      ...kept.cards.filter(({ model }) => !(lostDeep && model === 'deep-ranker')),
      ...grouped.cards,
      ...spent.cards,
    ],
    metrics: {
      ...spent.metrics,
      ...named('validation.blend', chosen.measured),
      ...chosen.metrics,
      ...kept.metrics,
      ...(lostDeep ? { 'deep.shipped': 0 } : {}),
      ...packed.metrics,
      ...grouped.metrics,
      ...warmMetrics(final.sources.warm),
    },
    ...(exam ? { exam } : {}),
    settings: { ...settings, packing: funnel.packing, funnel: chosen.settings },
  };
}

/** Fits that other threads may make, in the order that this one asks for them. Vectors that go on from others are quick. */
function aheadOf(
  { levels, validation, test, final }: Plan,
  settings: TrainingSettings,
  tools: PlanTools,
): Ahead | undefined {
  if (tools.given || tools.warm) return undefined;
  const asked = [validation.fit, ...levels.map(({ fit }) => fit), ...(test ? [test.fit] : []), final];
  const left = [...new Set(asked)].filter((dataset) => !isKept(dataset, settings, tools));
  return fitAhead(left, { settings, seed: tools.seed, journal: tools.journal });
}

/** The gate's evidence: what was just decided, over the fit without the newest window. */
function takeExam(
  { test, whole }: Plan,
  { options, fitter, tools }: Under,
  funnel: Funnel,
): Exam | undefined {
  if (test === undefined) return undefined;
  const { rules, champion } = options;
  const about = { whole, test, fit: fitter.of(test.fit), funnel, rules };
  return examine({ ...about, ...(champion ? { champion } : {}) }, tools.kernel);
}

/** The funnel reads embeddings with the decay that they were trained with. */
const startingFunnel = ({ settings }: PlanOptions): FunnelSettings => ({
  ...settings.funnel,
  decay: { ...settings.funnel.decay, embedding: settings.embeddings.decay },
});

/** Slates of validation by a funnel over one fit. @param funnel.shown filled with what its ranker showed */
function validate(
  { validation, whole }: Plan,
  { options, fitter, tools }: Under,
  { shown, ...funnel }: Funnel & { readonly shown?: Shown },
): Measured {
  const engine = openFit(fitter.of(validation.fit), funnel, tools.kernel);
  const told = shown ? { shown } : {};
  const measured = measure(engine, { whole, queries: validation.queries, ...told }, options.rules);
  closeEngine(engine);
  return measured;
}

function choose({ validation, whole }: Plan, { options, fitter, tools }: Under) {
  const settings = startingFunnel(options);
  const { packing } = options.settings;
  const engine = openFit(fitter.of(validation.fit), { settings, packing, ranker: undefined }, tools.kernel);
  const queries = evenly(validation.queries, options.choosing ?? validation.queries.length);
  const measureWith = (tried: Engine): Measured => measure(tried, { whole, queries }, options.rules);
  const chosen = chooseFunnel(settings, { engine, choices: options.choices, measureWith }, tools.journal);
  closeEngine(engine);
  return chosen;
}

function learn(plan: Plan, under: Under & { funnel: FunnelSettings }) {
  const { levels, whole } = plan;
  const { options, fitter, tools, funnel } = under;
  const judge: Judge = (own) => validate(plan, under, { settings: funnel, packing, ranker: own }).ndcg;
  const { packing, ranker } = options.settings;
  const ask = ({ fit, queries, slates }: Level) => {
    const engine = openFit(fitter.of(fit), { settings: funnel, packing, ranker: undefined }, tools.kernel);
    const length = Math.max(ranker.kept, ranker.listLength);
    const how = { length, rules: options.rules, seed: tools.seed };
    const lists = collectLists({ engine, whole, queries }, how, tools.journal);
    const seen = slates && collectSeen({ engine, whole, slates }, how, tools.journal);
    closeEngine(engine);
    return seen ? joinLists([lists, seen]) : lists;
  };
  return levels.length === 0
    ? undefined
    : learnRanker(
        joinLists(levels.map((level, at) => stage(tools, `examples ${at + 1}`, () => ask(level)))),
        options.settings,
        tools,
        { judge, without: options.without },
      );
}

const bothOf = ({ ranker, deep }: Learned): RankerTensors =>
  deep === undefined ? ranker : { ...ranker, deep: deep.network };

interface Kept {
  /** what ships */
  readonly ranker: RankerTensors | undefined;
  /** all that was learned, shipped or not */
  readonly rankers: RankerTensors | undefined;
  readonly cards: readonly ModelCard[];
  readonly metrics: Readonly<Record<string, number>>;
}

/**
 * A ranker ships only if it beats the blend on validation, the deep one only if it clearly beats the small one; what each
 * showed there makes probabilities of its logits.
 */
function keepRanker(
  plan: Plan,
  under: Under & { funnel: FunnelSettings; learned: Learned | undefined },
): Kept {
  const { options, tools, funnel: settings, learned } = under;
  if (learned === undefined)
    return { ranker: undefined, rankers: undefined, cards: [], metrics: { 'ranker.shipped': 0 } };
  const { packing } = options.settings;
  const tried = (ranker: RankerTensors, name: string) => {
    const shown: Shown = { logits: [], right: [], kinds: [] };
    const measured = validate(plan, under, { settings, packing, ranker, shown });
    const { line, metrics } = calibrateBy(shown, name, ranker.deep ? undefined : ranker);
    return { ndcg: measured.ndcg, line, metrics: { ...named(name, measured), ...metrics } };
  };
  const blend = validate(plan, under, { settings, packing, ranker: undefined });
  const small = tried(learned.ranker, 'validation.ranker');
  const deep = learned.deep && tried(bothOf(learned), 'validation.deep');
  const rankers = withProbabilities(bothOf(learned), { small: small.line, deep: deep?.line });
  const deepWins = deep !== undefined && isDeepWorth(deep, small);
  const better = Math.max(small.ndcg, deepWins ? deep.ndcg : 0) >= blend.ndcg;
  const metrics = {
    ...learned.metrics,
    ...small.metrics,
    ...deep?.metrics,
    'ranker.shipped': better ? 1 : 0,
    'deep.shipped': better && deepWins ? 1 : 0,
  };
  tools.journal.log('rankers on validation', {
    blend: blend.ndcg,
    small: small.ndcg,
    ...(deep ? { deep: deep.ndcg } : {}),
  });
  if (!better) return { ranker: undefined, rankers, cards: [], metrics };
  const cards = [learned.card, ...(deepWins && learned.deep ? [learned.deep.card] : [])];
  const { deep: _, ...alone } = rankers;
  return {
    ranker: deepWins ? rankers : alone,
    rankers,
    cards: cards.map((card) => ({ ...card, metrics: { ...card.metrics, ...metrics } })),
    metrics,
  };
}

interface Choosing extends Under {
  readonly funnel: FunnelSettings;
  readonly ranker: RankerTensors | undefined;
}

/**
 * The lists that ship, and the ranker. Where the deep one won there may be room for it beside smaller lists alone, or for none:
 * it ships where it still clearly beats the small one with the lists that this one has room for.
 */
function chooseShipped(plan: Plan, { ranker, ...under }: Choosing): Packed & Pick<Choosing, 'ranker'> {
  const whole = { ...choosePacking(plan, { ...under, ranker }), ranker };
  if (ranker?.deep === undefined) return whole;
  const { deep: _, ...small } = ranker;
  const alone = { ...choosePacking(plan, { ...under, ranker: small }), ranker: small };
  return isDeepWorth(whole, alone) ? whole : alone;
}

/** Loss of ndcg, as a share of the best, that fewer bytes may cost. */
const TOLERANCE = 0.005;

interface Packed {
  /** what is chosen, then all smaller ones */
  readonly packings: readonly Packing[];
  /** of what is chosen, on validation */
  readonly ndcg: number;
  /** whether it leaves the release within its budget */
  readonly fits: boolean;
  readonly metrics: Readonly<Record<string, number>>;
}

/**
 * Of the lists that leave the release within its budget and lose next to nothing on validation the smallest, or the largest
 * where the budget is there to be spent; then all smaller ones.
 */
function choosePacking(plan: Plan, under: Choosing): Packed {
  const { options, fitter, tools, funnel: settings, ranker } = under;
  const fit = fitter.of(plan.validation.fit);
  const tried = packingsOf(options).map((packing) => ({
    packing,
    bytes: encodeLists(fit.sources, packing).reduce((sum, { bytes }) => sum + bytes.length, 0),
    fits: isWithin(plan, under, { settings, packing, ranker }),
    measured: validate(plan, under, { settings, packing, ranker }),
  }));
  const smallest = tried.reduce((a, b) => (b.bytes < a.bytes ? b : a));
  const possible = tried.some(({ fits }) => fits) ? tried.filter(({ fits }) => fits) : [smallest];
  const best = Math.max(...possible.map(({ measured }) => measured.ndcg));
  const good = possible.filter(({ measured }) => measured.ndcg >= best * (1 - TOLERANCE));
  const chosen = amongEqual(good, options.settings.bytes);
  const { ndcg } = chosen.measured;
  tools.journal.log('lists', {
    ...{ ...chosen.packing, bytes: chosen.bytes, ndcg },
    tooHeavy: tried.filter(({ fits }) => !fits).length,
  });
  const each = tried.map(({ packing, bytes, measured }) => ({
    ...named(`validation.lists.${packing.cut}x${packing.bits}`, measured),
    [`validation.lists.${packing.cut}x${packing.bits}.bytes`]: bytes,
  }));
  const smaller = tried.filter(({ bytes }) => bytes < chosen.bytes).sort((a, b) => b.bytes - a.bytes);
  return {
    packings: [chosen, ...smaller].map(({ packing }) => packing),
    ...{ ndcg, fits: chosen.fits },
    metrics: Object.assign(named('validation', chosen.measured), ...each) as Record<string, number>,
  };
}

const warmMetrics = (warm: WarmReport | undefined): Record<string, number> =>
  warm === undefined
    ? {}
    : {
        'warm.items.shared': warm.shared,
        'warm.items.changed': warm.changed,
        'warm.rows.kept': warm.kept / Math.max(1, warm.rows),
      };

const named = (prefix: string, { recall, ndcg, queries }: Measured): Record<string, number> => ({
  [`${prefix}.recall@10`]: recall,
  [`${prefix}.ndcg@10`]: ndcg,
  [`${prefix}.queries`]: queries,
});
