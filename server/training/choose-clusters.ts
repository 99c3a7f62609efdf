import type { Dataset, ModelCard } from '../../models/contract.ts';
import {
  type CountedClusters,
  countClusters,
  DEFAULT_SHOPPER_CLUSTERS,
  listClusters,
  type ShopperClusterSettings,
  shopperClustersCard,
} from '../../models/shopper-clusters/clusters.ts';
import type { Cluster } from '../../shared/engine/clusters.ts';
import type { Engine } from '../../shared/engine/contract.ts';
import { closeEngine } from '../../shared/engine/engine.ts';
import { rowOf } from '../../shared/engine/identity.ts';
import { recommend } from '../../shared/engine/recommend.ts';
import type { FunnelSettings } from '../../shared/engine/settings.ts';
import { ndcgAtK } from '../../shared/metrics/ranking.ts';
import { momentOf } from './examples.ts';
import { openFit } from './fits.ts';
import { gainOf, mean } from './gain.ts';
import type { Plan, ShopperQuery } from './plan.ts';
import type { Under } from './plan-options.ts';
import { stateOf } from './queries.ts';
import { stage } from './sources.ts';

/** What is tried: groups, and the prior that an item's count is joined by. */
const GROUPS = [2, 4, 8] as const;
const PRIORS = [10, 30, 100] as const;
/** Shoppers are asked by groups that were fitted without them and four fifths of the others. */
const FOLDS = 5;
/** A gain of fewer standard errors is none: one of nine tries has as many by chance one time in twenty (Bonferroni). */
const SURE = 2.54;
const AT = 10;

export interface ChosenClusters {
  /** of the final fit; absent: a release does without */
  readonly clusters?: Cluster[];
  readonly cards: readonly ModelCard[];
  readonly metrics: Readonly<Record<string, number>>;
}

/**
 * Groups of shoppers ship where slates of the newest window, made for shoppers of whom only attributes are known, are better with
 * them by `SURE` standard errors: of shoppers, since one's visits are alike.
 */
export function chooseClusters(plan: Plan, under: Under, funnel: FunnelSettings): ChosenClusters {
  const { cold = [] } = plan;
  if (cold.length === 0) return { cards: [], metrics: {} };
  return stage(under.tools, 'clusters', () => choose({ ...plan, cold }, under, funnel));
}

function choose(plan: Plan & Pick<Asked, 'cold'>, under: Under, funnel: FunnelSettings): ChosenClusters {
  const { cold, validation, whole } = plan;
  const { options, fitter, tools } = under;
  const { packing, transitions } = options.settings;
  const fit = fitter.of(validation.fit);
  const engine = openFit(fit, { settings: funnel, packing, ranker: undefined }, tools.kernel);
  const asked: Asked = { whole, cold, rules: options.rules };
  const without = grades(engine, asked, () => funnel);
  const base = { ...DEFAULT_SHOPPER_CLUSTERS, minSupport: transitions.minSupport };
  const known = { dataset: validation.fit, popularity: fit.sources.popularity.popularity };
  const tried = GROUPS.flatMap((clusters) => {
    const counts = countsByFold(known, { ...base, clusters }, tools.seed);
    return PRIORS.map((prior) => {
      const settings = { ...base, clusters, prior };
      const folds = counts.map((counted) => listsOf(known, counted, settings));
      return {
        settings,
        grades: grades(engine, asked, ({ user }) => ({ ...funnel, clusters: folds[user % FOLDS]! })),
      };
    });
  });
  closeEngine(engine);
  const measured = tried.map((one) => ({ ...one, ...gainOf(without, one.grades, cold) }));
  const best = measured.reduce((a, b) => (b.gain > a.gain ? b : a));
  const final = { dataset: plan.final, popularity: fitter.of(plan.final).sources.popularity.popularity };
  const clusters = best.gain > SURE * best.error ? wholeOf(final, best.settings, tools.seed) : [];
  const metrics = {
    'validation.cold.queries': cold.length,
    'validation.cold.ndcg': mean(without),
    'validation.clusters.ndcg': mean(best.grades),
    'validation.clusters.error': best.error,
    'validation.clusters.groups': best.settings.clusters,
    'validation.clusters.prior': best.settings.prior,
    'clusters.shipped': clusters.length,
  };
  tools.journal.log('clusters on validation', {
    ...{ groups: best.settings.clusters, prior: best.settings.prior, queries: cold.length },
    ...{ without: mean(without), with: mean(best.grades), error: best.error, shipped: clusters.length },
  });
  if (clusters.length === 0) return { cards: [], metrics };
  return {
    clusters,
    cards: [shopperClustersCard(clusters, best.settings, { seed: tools.seed, metrics })],
    metrics,
  };
}

interface Asked extends Pick<Plan, 'whole'> {
  readonly cold: readonly ShopperQuery[];
  readonly rules: Under['options']['rules'];
}

interface Known {
  readonly dataset: Dataset;
  readonly popularity: Float32Array;
}

/** One count of each fold serves every prior. */
const countsByFold = ({ dataset }: Known, settings: ShopperClusterSettings, seed: number) =>
  Array.from({ length: FOLDS }, (_, fold) =>
    countClusters(dataset, settings, { seed, leaves: (user) => user % FOLDS === fold }),
  );

const listsOf = (
  { dataset: { catalogue }, popularity }: Known,
  counted: CountedClusters,
  settings: ShopperClusterSettings,
): Cluster[] => listClusters(counted, { catalogue, popularity }, settings);

const wholeOf = (known: Known, settings: ShopperClusterSettings, seed: number): Cluster[] =>
  listsOf(known, countClusters(known.dataset, settings, { seed }), settings);

/** ndcg@10 of each question, by the funnel itself. */
function grades(
  engine: Engine,
  { whole, cold, rules }: Asked,
  settingsFor: (query: ShopperQuery) => FunnelSettings,
): number[] {
  return cold.map((query) => {
    const { profile } = stateOf(whole, query);
    const attributes = whole.shoppers?.[query.user] ?? {};
    const { entries } = recommend(
      { ...engine, settings: settingsFor(query) },
      { profile: { ...profile, attributes }, session: null },
      { ...query.request, limit: AT },
      momentOf(query.now, rules),
    );
    return ndcgAtK(
      entries.map(({ item }) => rowOf(engine, item)),
      new Set(query.targets),
      AT,
    );
  });
}
