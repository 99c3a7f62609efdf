import type { Interactions, ModelCard, SparseRows } from '../contract.ts';
import { collectRows, occurrences, RowAccumulator, userOfRow } from '../sparse.ts';
import { stepsOf } from '../steps.ts';

/**
 * What follows an item in people's histories: every pair of a history at most `window` steps apart counts, nearer
 * pairs more, pairs read backwards less. Rows of one moment (a basket) are one step: they have no order, so no
 * transition, and a basket's lines share its weight.
 */
export interface TransitionSettings {
  /** weight at distance d is d^-distancePower, or decay^(d-1) where `decay` is given */
  readonly distancePower: number;
  readonly decay: number | undefined;
  readonly window: number;
  /** rows looked at on either side at most, so that a year of large baskets costs no more than it says */
  readonly reach: number;
  /** share of a pair's weight that counts from the later item to the earlier */
  readonly backward: number;
  /** T[i][j] / (popularity_i^from * popularity_j^to) */
  readonly from: number;
  readonly to: number;
  /** a history of n steps weighs n^-lengthPower */
  readonly lengthPower: number;
  /** weight falls by e every so many ms before the fit's clock; 0: no recency */
  readonly recency: number;
  readonly minSupport: number;
  readonly most: number;
}

export const DEFAULT_TRANSITIONS: TransitionSettings = {
  distancePower: 0.5,
  decay: undefined,
  window: 50,
  reach: 60,
  backward: 0.2,
  from: 0.2,
  to: 0.1,
  lengthPower: 0,
  recency: 0,
  minSupport: 2,
  most: 30,
};

/** @returns lists by item, best first, truncated to `settings.most` */
export function fitTransitions(
  interactions: Interactions,
  settings: TransitionSettings,
  until: number,
): SparseRows {
  const { items, item, offsets, time } = interactions;
  const { step, size, length } = stepsOf(interactions);
  const user = userOfRow(interactions);
  const where = occurrences(items, item);
  const byDistance = Float64Array.from({ length: settings.window + 1 }, (_, d) =>
    d === 0 ? 0 : settings.decay === undefined ? d ** -settings.distancePower : settings.decay ** (d - 1),
  );
  const popularity = (i: number): number => where.offsets[i + 1]! - where.offsets[i]!;
  const basketShare = (a: number, b: number): number =>
    size[a] === 1 && size[b] === 1 ? 1 : 1 / Math.sqrt(size[a]! * size[b]!);
  const aged = (row: number): number =>
    settings.recency === 0 ? 1 : Math.exp((time[row]! - until) / settings.recency);
  const accumulator = new RowAccumulator(items);
  return collectRows(items, (i) => {
    for (let o = where.offsets[i]!; o < where.offsets[i + 1]!; o++) {
      const row = where.row[o]!;
      const u = user[row]!;
      const first = Math.max(offsets[u]!, row - settings.reach);
      const last = Math.min(offsets[u + 1]!, row + settings.reach + 1);
      const scale = length[row]! ** -settings.lengthPower;
      for (let r = row + 1; r < last && step[r]! - step[row]! <= settings.window; r++) {
        if (item[r] === i || step[r] === step[row]) continue;
        const weight = scale * byDistance[step[r]! - step[row]!]! * basketShare(row, r) * aged(r);
        accumulator.add(item[r]!, weight, u);
      }
      for (let r = row - 1; r >= first && step[row]! - step[r]! <= settings.window; r--) {
        if (item[r] === i || step[r] === step[row]) continue;
        const weight = scale * byDistance[step[row]! - step[r]!]! * basketShare(row, r) * aged(row);
        accumulator.add(item[r]!, settings.backward * weight, u);
      }
    }
    const own = popularity(i) ** settings.from;
    return accumulator.take({
      minSupport: settings.minSupport,
      most: settings.most,
      weigh: (j, sum) => sum / (own * popularity(j) ** settings.to),
    });
  });
}

export function transitionsCard(rows: SparseRows, settings: TransitionSettings, seed: number): ModelCard {
  return {
    model: 'transitions',
    purpose: 'what people turn to after an item: a retrieval source and features of the ranker',
    data: 'ordered interactions; a pair counts only if enough different histories made it',
    method: 'skip transitions weighted by distance, divided by popularity on both sides, longest lists cut',
    source: 'first-order Markov chains with skips; Rendle et al. 2010 (FPMC) for the setting',
    parameters: { ...settings, decay: settings.decay ?? 'none' },
    metrics: { entries: rows.ids.length, items: rows.items },
    limits: 'says nothing of an item without history; same-moment rows have no order and give no transition',
    seed,
  };
}
