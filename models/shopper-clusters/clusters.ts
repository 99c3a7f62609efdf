import { type Cluster, nearestMode } from '../../shared/engine/clusters.ts';
import { INTERACTION_WEIGHT, type ProfileAttributes } from '../../shared/protocol/profile.ts';
import { type Dataset, type Interactions, KINDS, type ModelCard } from '../contract.ts';
import { fitModes, type ModeSettings } from './modes.ts';

export interface ShopperClusterSettings extends ModeSettings {
  /** what an item's expected count is joined by, in interactions that weigh as the average one */
  readonly prior: number;
  /** least number of a group's shoppers behind each item that is told of it */
  readonly minSupport: number;
  /** most items of a group */
  readonly most: number;
  /** age at which an interaction weighs 1/e in the ratio, ms: longer than popularity's, since tastes change slowly */
  readonly decay: number;
}

const DAY = 86_400_000;

export const DEFAULT_SHOPPER_CLUSTERS: ShopperClusterSettings = {
  clusters: 4,
  leastMembers: 20,
  prior: 30,
  minSupport: 2,
  most: 100,
  decay: 120 * DAY,
};

type Fitted = Pick<Dataset, 'interactions' | 'shoppers' | 'until'>;

/** Groups before their lists are made: one count serves every prior. */
export interface CountedClusters {
  readonly modes: readonly ProfileAttributes[];
  readonly overall: ItemCounts;
  /** by group */
  readonly own: readonly ItemCounts[];
}

interface CountedWith {
  readonly seed: number;
  /** shoppers that are not counted, by number */
  leaves?(user: number): boolean;
}

/** Groups shoppers by their attributes, and counts what each group does. */
export function countClusters(
  dataset: Fitted,
  settings: Pick<ShopperClusterSettings, 'clusters' | 'leastMembers' | 'decay'>,
  { seed, leaves = () => false }: CountedWith,
): CountedClusters {
  const { interactions, shoppers = [] } = dataset;
  const known = shoppers.flatMap((attributes, user) =>
    attributes && !leaves(user) ? [{ attributes, user }] : [],
  );
  const modes = fitModes(
    known.map(({ attributes }) => attributes),
    settings,
    seed,
  );
  const members: number[][] = modes.map(() => []);
  for (const { attributes, user } of known) members[nearestMode(modes, attributes)]?.push(user);
  const everyone = Array.from({ length: interactions.users }, (_, user) => user);
  return {
    modes,
    overall: countItems(
      dataset,
      everyone.filter((user) => !leaves(user)),
      settings.decay,
    ),
    own: members.map((users) => countItems(dataset, users, settings.decay)),
  };
}

/**
 * What each group buys. An item's popularity in a group is its overall one times (seen + prior) / (expected + prior), where it is
 * expected as often as it is overall: the posterior mean of a Poisson rate's ratio under a gamma prior around 1 (as DuMouchel,
 * "Bayesian data mining in large frequency tables", 1999, with one gamma).
 * @param popularity by row, as the release has it
 */
export function listClusters(
  { modes, overall, own }: CountedClusters,
  { catalogue, popularity }: Pick<Dataset, 'catalogue'> & { readonly popularity: Float32Array },
  settings: Pick<ShopperClusterSettings, 'prior' | 'minSupport' | 'most'>,
): Cluster[] {
  return modes.map((mode, at) => ({
    mode,
    ...listOf({ catalogue, popularity }, { overall, own: own[at]! }, settings),
  }));
}

export interface ItemCounts {
  /** decayed weight by item, as popularity counts it, and its sum */
  readonly weights: Float64Array;
  readonly total: number;
  /** sum of squares, for the weight of the average interaction */
  readonly squares: number;
  /** different shoppers by item */
  readonly people: Uint32Array;
}

function countItems(
  { interactions, until }: Pick<Dataset, 'interactions' | 'until'>,
  users: readonly number[],
  decay: number,
): ItemCounts {
  const { items, offsets, item } = interactions;
  const weights = new Float64Array(items);
  const people = new Uint32Array(items);
  const lastBy = new Int32Array(items).fill(-1);
  let total = 0;
  let squares = 0;
  for (const user of users)
    for (let row = offsets[user]!; row < offsets[user + 1]!; row++) {
      const i = item[row]!;
      const weight =
        weightOf(interactions, row) * Math.exp(-Math.max(0, until - interactions.time[row]!) / decay);
      weights[i]! += weight;
      total += weight;
      squares += weight * weight;
      if (lastBy[i] !== user) people[i]!++;
      lastBy[i] = user;
    }
  return { weights, total, squares, people };
}

const weightOf = ({ kind }: Interactions, row: number): number => INTERACTION_WEIGHT[KINDS[kind[row]!]!];

/** Others stay this far below the last of the list. */
const BELOW = 0.99;

function listOf(
  { catalogue, popularity }: Pick<Dataset, 'catalogue'> & { readonly popularity: Float32Array },
  { overall, own }: { readonly overall: ItemCounts; readonly own: ItemCounts },
  { prior, minSupport, most }: Pick<ShopperClusterSettings, 'prior' | 'minSupport' | 'most'>,
): Pick<Cluster, 'top' | 'rest'> {
  // Weights are not counts: their effective number is sum² / sum of squares (Kish 1965).
  const unit = own.total > 0 ? own.squares / own.total : 1;
  const joined = prior * unit;
  const share = overall.total > 0 ? own.total / overall.total : 0;
  const scored: { row: number; score: number }[] = [];
  for (let row = 0; row < own.weights.length; row++) {
    if (own.people[row]! < minSupport) continue;
    const ratio = (own.weights[row]! + joined) / (overall.weights[row]! * share + joined);
    scored.push({ row, score: rounded(popularity[row]! * ratio) });
  }
  scored.sort((a, b) => b.score - a.score || a.row - b.row);
  const top = scored.slice(0, most).filter(({ score }) => score > 0);
  const listed = new Set(top.map(({ row }) => row));
  const largest = popularity.reduce((max, weight, row) => (listed.has(row) ? max : Math.max(max, weight)), 0);
  const last = top.at(-1);
  return {
    top: Object.fromEntries(top.map(({ row, score }) => [catalogue.groups[row]!.id, score])),
    rest: last === undefined || largest === 0 ? 1 : rounded(Math.min(1, (BELOW * last.score) / largest)),
  };
}

/** Three digits order a hundred items well enough, and weigh less. */
const rounded = (value: number): number => Number(value.toPrecision(3));

export function shopperClustersCard(
  clusters: readonly Cluster[],
  settings: ShopperClusterSettings,
  { seed, metrics }: { seed: number; metrics: Readonly<Record<string, number>> },
): ModelCard {
  return {
    model: 'shopper-clusters',
    purpose:
      'what a shopper of whom only attributes are known is shown, in place of what is popular with everybody',
    data: 'attributes of shoppers that the shop imported, and the interactions of the same shoppers',
    method: 'k-modes over attributes; popularity in a group, shrunk towards the overall one by item',
    source: 'Huang 1998 (k-modes); DuMouchel 1999 (gamma-Poisson shrinkage)',
    parameters: { ...settings },
    metrics: {
      ...metrics,
      clusters: clusters.length,
      items: clusters.reduce((sum, { top }) => sum + Object.keys(top).length, 0),
    },
    limits:
      'ships only where it was better on validation for shoppers that it was not fitted on; a group speaks for its average',
    seed,
  };
}
