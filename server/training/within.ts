import type { ModelCard } from '../../models/contract.ts';
import type { FunnelSettings } from '../../shared/engine/settings.ts';
import {
  type ByteBudget,
  budgetCard,
  headWeight,
  type Lightened,
  lighten,
  limitOf,
  networkWeight,
  roomForTwoTables,
  weighParts,
} from './budget.ts';
import type { BundlePart, TrainedRelease } from './contract.ts';
import { encodeLists, encodeMarketCards, type RankerTensors } from './encode.ts';
import { type Funnel, pack } from './fits.ts';
import { writeGolden } from './golden.ts';
import { withHead } from './head.ts';
import type { Plan } from './plan.ts';
import type { PlanOptions, PlanTools, Under } from './plan-options.ts';
import type { Packing, TrainingSettings } from './settings.ts';

/**
 * Share of the limit that is planned with: the release is fitted on newer interactions than validation, and its lists are a
 * little longer.
 */
const PLANNED = 0.98;

interface Planned {
  readonly budget: ByteBudget;
  readonly limit: number;
}

function plannedFor({ final }: Plan, { bytes }: TrainingSettings): Planned | undefined {
  return bytes && { budget: bytes, limit: PLANNED * limitOf(bytes, final.catalogue.groups.length) };
}

/** One table of vectors where two would take too much. What an outside system gave stays as it is. */
export function tablesWithin(
  { final }: Plan,
  { settings, head }: Pick<PlanOptions, 'settings' | 'head'>,
  tools: PlanTools,
): TrainingSettings {
  const { bytes, embeddings } = settings;
  if (bytes === undefined || embeddings.tied || tools.given) return settings;
  if (roomForTwoTables(settings, bytes, { items: final.catalogue.groups.length, head })) return settings;
  return { ...settings, embeddings: { ...embeddings, tied: true } };
}

/** Packings that may be chosen, with the entries that the budget leaves to EASE; one of those that cut no list differently. */
export function packingsOf({ packings, settings }: PlanOptions): readonly Packing[] {
  const { further } = settings.packing;
  const { transitions, baskets, ease } = settings;
  const longest = Math.max(transitions.most, baskets.most, ease?.taste.most ?? 0, ease?.basket.most ?? 0);
  const known = new Set<string>();
  return packings
    .filter(({ cut, bits }) => {
      const key = `${Math.min(cut, longest)}x${bits}`;
      return !known.has(key) && known.add(key);
    })
    .map((packing) => (further === undefined ? packing : { ...packing, further }));
}

/** Of lists that are as good as each other the smallest, or the largest where bytes are there to be spent. */
export function amongEqual<T extends { readonly bytes: number }>(
  equal: readonly T[],
  budget: Pick<ByteBudget, 'spend'> | undefined,
): T {
  const spends = budget?.spend === 'all';
  return equal.reduce((a, b) => ((spends ? b.bytes > a.bytes : b.bytes < a.bytes) ? b : a));
}

/** What the deep ranker must gain of ndcg, as a share, to be worth a third of a megabyte and the longer wait. */
const DEEP_WORTH = 0.01;

/** Whether the deep ranker ships: within the budget, where that is known already, and clearly better than the small one. */
export const isDeepWorth = (
  { ndcg, fits = true }: { readonly ndcg: number; readonly fits?: boolean },
  small: { readonly ndcg: number },
): boolean => fits && ndcg > small.ndcg * (1 + DEEP_WORTH);

/** Of all the lists that may be chosen the fewest bytes. */
const leastFirst = (a: Packing, b: Packing): number => a.cut * (8 + a.bits) - b.cut * (8 + b.bits);

/** What a release gives up so that it fits with the smallest lists; decided before rankers learn what it says. */
export function lightenPlan(plan: Plan, { options, fitter, tools }: Under): Lightened {
  const { settings } = options;
  const planned = plannedFor(plan, settings);
  if (planned === undefined) return { settings, left: [], full: 0, bytes: 0 };
  const cards = encodeMarketCards(plan.final, options.markets);
  const light = lighten(settings, planned.limit, (by) => {
    const { shard, sources } = fitter.lighter(by).of(plan.validation.fit);
    const [packing = by.packing] = [...packingsOf({ ...options, settings: by })].sort(leastFirst);
    const parts = [shard, ...encodeLists(sources, packing), ...cards];
    return weighed(parts, { ...planned, options, more: (form) => networkWeight(by, form) });
  });
  tools.journal.log('bytes planned', {
    ...{ limit: planned.limit, full: light.full, planned: light.bytes },
    left: light.left.join(', ') || 'nothing',
  });
  return light;
}

function weighed(
  parts: readonly BundlePart[],
  by: Planned & { options: PlanOptions; more?(form: ByteBudget['form']): number },
): number {
  const { budget, options, more = () => 0 } = by;
  const { form } = budget;
  const raw = weighParts(parts, 'raw') + more('raw');
  const head = options.head === false ? 0 : headWeight(raw, form);
  return (form === 'raw' ? raw : weighParts(parts, form) + more(form)) + head;
}

/** Whether the fit of validation is within the budget, packed like this. */
export function isWithin(plan: Plan, { options, fitter }: Under, funnel: Funnel): boolean {
  const planned = plannedFor(plan, options.settings);
  if (planned === undefined) return true;
  const parts = pack(fitter.of(plan.validation.fit), funnel);
  const cards = encodeMarketCards(plan.final, options.markets);
  return weighed([...parts, ...cards], { ...planned, options }) <= planned.limit;
}

type Levels = Pick<TrainedRelease, 'parts' | 'golden' | 'head'>;

export interface Finished {
  readonly funnel: Funnel;
  readonly levels: Levels;
  readonly bytes: number;
}

/**
 * The release, weighed as it is: with the chosen lists, or the first smaller ones that are within the limit, then without
 * the deep ranker. The lightest one where none is within.
 */
export function packWithin(
  plan: Plan,
  { options, fitter, tools }: Under,
  chosen: { settings: FunnelSettings; ranker: RankerTensors | undefined; packings: readonly Packing[] },
): Finished {
  const { settings, ranker, packings } = chosen;
  const { bytes: budget } = options.settings;
  const final = fitter.of(plan.final);
  const cards = encodeMarketCards(plan.final, options.markets);
  const limit = budget ? limitOf(budget, plan.final.catalogue.groups.length) : Number.POSITIVE_INFINITY;
  const finish = (funnel: Funnel): Finished => {
    const parts = [...pack(final, funnel), ...cards];
    const whole = { parts, golden: writeGolden(parts, options.now, tools) };
    const levels =
      options.head === false ? whole : withHead(whole, (head) => writeGolden(head, options.now, tools));
    return { funnel, levels, bytes: weighParts(levels.parts, budget?.form ?? 'raw') };
  };
  const funnels = packings.map((packing): Funnel => ({ settings, packing, ranker }));
  if (ranker?.deep) {
    const { deep: _, ...small } = ranker;
    funnels.push({ ...funnels.at(-1)!, ranker: small });
  }
  let lightest = finish(funnels[0]!);
  for (const funnel of funnels.slice(1)) {
    if (lightest.bytes <= limit) break;
    const lighter = finish(funnel);
    if (lighter.bytes < lightest.bytes) lightest = lighter;
  }
  return lightest;
}

/** Tells what the release weighs and what it had to leave out. */
export function report(
  bytes: number,
  { light, settings, items }: { light: Lightened; settings: TrainingSettings; items: number },
  tools: PlanTools,
): { cards: ModelCard[]; metrics: Record<string, number> } {
  const { bytes: budget } = settings;
  if (budget === undefined) return { cards: [], metrics: {} };
  const limit = limitOf(budget, items);
  const { left } = light;
  tools.journal.log('bytes', { limit, bytes, left: left.join(', ') || 'nothing' });
  return {
    cards: [budgetCard(budget, { limit, bytes, full: light.full, left }, tools.seed)],
    metrics: {
      ...{ 'bytes.limit': limit, 'bytes.release': bytes, 'bytes.full': light.full },
      ...Object.fromEntries(left.map((name) => [`bytes.without.${name}`, 1])),
    },
  };
}
