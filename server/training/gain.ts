import type { ShopperQuery } from './plan.ts';

export interface Gain {
  /** of a question, in the mean */
  readonly gain: number;
  /** its standard error, by shopper: questions of one are alike */
  readonly error: number;
}

/** What one answer to the same questions gains on another. */
export function gainOf(
  before: readonly number[],
  after: readonly number[],
  asked: readonly Pick<ShopperQuery, 'user'>[],
): Gain {
  const gain = mean(after) - mean(before);
  const byUser = new Map<number, number>();
  asked.forEach(({ user }, at) => {
    byUser.set(user, (byUser.get(user) ?? 0) + after[at]! - before[at]! - gain);
  });
  const squares = [...byUser.values()].reduce((sum, one) => sum + one * one, 0);
  return { gain, error: Math.sqrt(squares) / Math.max(1, asked.length) };
}

export const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
